from typing import Any

import pytest

from lago_gitops.core.comparison.server import NEWEST, OLDEST, Server, server_of, version


def test_a_server_has_what_came_with_its_release_or_before() -> None:
    server = Server((1, 44))
    assert server.has("")
    assert server.has("1.44")
    assert not server.has("1.45")
    assert Server((1, 9)).has("1.10") is False


def test_charges_have_codes_since_1_39() -> None:
    assert Server((1, 39)).names_charges
    assert not Server((1, 38)).names_charges
    assert Server().version == NEWEST


def test_releases_are_compared_by_number() -> None:
    assert version("1.9") < version("1.10")


# recorded: dl-plan-list, org-get, wh-list, af-list-taxes, each on both servers
@pytest.mark.parametrize(
    ("answers", "release"),
    [
        ({}, OLDEST),
        ({"plan": [{"code": "p"}]}, OLDEST),
        ({"plan": [{"code": "p", "applicable_usage_thresholds": []}]}, (1, 39)),
        ({"webhook_endpoint": [{"event_types": None}]}, (1, 44)),
        ({"organization": [{"slug": "s"}]}, (1, 46)),
        ({"organization": [{"slug": "s", "events_store": "postgres"}]}, (1, 47)),
        ({"tax": [{"applied_to_billing_entities_codes": []}], "plan": []}, (1, 51)),
    ],
)
def test_the_release_is_read_from_the_keys_of_answers(answers: dict[str, Any], release: tuple[int, int]) -> None:
    assert server_of(answers).version == release
