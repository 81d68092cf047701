import re
from typing import Any

import pytest

from lago_gitops.core.comparison.abilities.server import NEWEST, OLDEST, RELEASE, Server, server_of, version
from lago_gitops.kinds import KINDS


def test_a_server_has_what_came_with_its_release_or_before() -> None:
    server = Server((1, 44))
    assert server.has("")
    assert server.has("1.44")
    assert not server.has("1.45")
    assert Server((1, 9)).has("1.10") is False


def test_what_a_server_lacks_is_known_where_a_sign_was_looked_for() -> None:
    assert Server((1, 44), before=(1, 46)).lacks("1.46")
    assert not Server((1, 44), before=(1, 46)).lacks("1.45")
    assert not Server((1, 44)).lacks("1.51")
    assert not Server((1, 44), before=(1, 46)).lacks("")
    assert Server().version == NEWEST


def test_the_newest_release_that_a_server_can_be_is_the_one_before_the_first_that_it_lacks() -> None:
    assert Server((1, 49)).at_most == NEWEST
    assert Server((1, 44), before=(1, 46)).at_most == (1, 45)
    assert Server((1, 60)).at_most == (1, 60)


def test_what_is_said_of_a_server_counts_where_its_answers_do_not_contradict() -> None:
    unsure = Server(OLDEST, before=(1, 46))
    assert unsure.said_to_be("1.45.2").version == (1, 45)
    for said in ("", "1.37", "1.38", "1.46", "1.51"):
        assert unsure.said_to_be(said) == unsure


def test_the_newest_and_the_oldest_release_are_those_that_signs_tell_apart() -> None:
    signs = [version(sign.since) for kind in KINDS.values() for sign in kind.signs]
    assert max(signs) == NEWEST
    assert min(signs) == (OLDEST[0], OLDEST[1] + 1)


@pytest.mark.parametrize(
    ("text", "is_one"), [("1.39", True), ("1.39.2", True), ("1", False), ("v1.39", False), ("1.39-beta", False)]
)
def test_a_release_is_written_in_numbers(text: str, is_one: bool) -> None:
    assert bool(re.search(RELEASE, text)) is is_one


def test_releases_are_compared_by_number() -> None:
    assert version("1.9") < version("1.10")


# recorded: dl-plan-list, org-get, be-list, wh-list, af-list-taxes, each on both servers
@pytest.mark.parametrize(
    ("answers", "server"),
    [
        ({}, Server(OLDEST)),
        ({"plan": [{"code": "p"}]}, Server(OLDEST, before=(1, 39))),
        ({"plan": [{"code": "p", "applicable_usage_thresholds": []}]}, Server((1, 39))),
        ({"webhook_endpoint": [{"event_types": None}]}, Server((1, 44))),
        ({"organization": [{"slug": "s"}]}, Server((1, 46), before=(1, 47))),
        ({"organization": [{"slug": "s", "events_store": "postgres"}]}, Server((1, 47))),
        ({"organization": [{}], "billing_entity": [{"phone": None}]}, Server((1, 49))),
        ({"organization": [{}], "billing_entity": [{}], "tax": [{}], "plan": []}, Server(OLDEST, before=(1, 46))),
        ({"tax": [{"applied_to_billing_entities_codes": []}], "plan": []}, Server((1, 51))),
    ],
)
def test_the_release_is_read_from_the_keys_of_answers(answers: dict[str, Any], server: Server) -> None:
    assert server_of(answers, KINDS.values()) == server


def test_an_older_release_is_named_where_it_is_known_exactly() -> None:
    assert Server((1, 38), before=(1, 39)).older_release == "1.38"
    assert Server((1, 44), before=(1, 46)).older_release == ""
    assert Server(NEWEST).older_release == ""
