from datetime import UTC, datetime
from typing import Any

import pytest

from lago_gitops.core.assessment.guard import Requirement
from lago_gitops.forge.approvals import Court, Label, approving_labels, rulings
from lago_gitops.forge.connection import ForgeRefusedError
from tests.forge.stub import Stub, always

LABEL = "lago:allow-changes-bills"
SINCE = "2026-10-01T12:00:00Z"


def event(by: str, at: str, label: str = LABEL, what: str = "labeled") -> dict[str, Any]:
    return {"event": what, "actor": {"login": by}, "created_at": f"2026-10-01T{at}:00Z", "label": {"name": label}}


OWN = {"changes-bills": Requirement(LABEL), "delete": Requirement("lago:allow-delete")}
FINANCE = Requirement("finance-agreed", ("@acme/finance", "@cfo"))
WRITERS = ("maintainer", "cfo", "accountant")


@pytest.fixture
def stub() -> Stub:
    return Stub()


def is_member(team: str, login: str) -> bool | None:
    return login == "accountant" if team == "acme/finance" else None


def ruled(
    *events: dict[str, Any], since: str = SINCE, label: str = LABEL, asked: dict[str, Requirement] = OWN
) -> list[str]:
    labels = approving_labels([label, "bug"], events, asked)
    court = Court(since, datetime(2026, 10, 1, 15, tzinfo=UTC), lambda login: login in WRITERS, is_member)
    return [one.reason or f"{one.waiver} granted" for one in rulings(labels, asked, court)]


def agreed(by: str, wanted: Requirement = FINANCE) -> list[str]:
    return ruled(event(by, "12:30", wanted.label), label=wanted.label, asked={"rises": wanted})


def test_a_label_by_somebody_who_may_write_is_an_approval() -> None:
    assert ruled(event("maintainer", "12:30")) == ["changes-bills granted"]


def test_a_label_by_somebody_who_may_not_write_counts_nothing() -> None:
    assert ruled(event("triager", "12:30")) == ["triager added it, but may not write to this repository"]


def test_who_gave_a_label_last_counts() -> None:
    events = (event("maintainer", "12:10"), event("x", "12:20", what="unlabeled"), event("triager", "12:30"))

    assert ruled(*events) == ["triager added it, but may not write to this repository"]


def test_a_label_from_before_the_prices_changed_is_to_be_given_again() -> None:
    assert ruled(event("maintainer", "11:00")) == [
        "maintainer added it before the prices were changed to the present ones: add it again"
    ]


def test_without_a_comment_that_shows_these_prices_no_label_counts() -> None:
    assert "other prices" in ruled(event("maintainer", "12:30"), since="")[0]


def test_a_label_for_no_guard_is_named() -> None:
    name = "lago:allow-everything"

    assert ruled(event("maintainer", "12:30", name), label=name) == ["there is no guard 'everything'"]


def test_a_label_without_an_event_counts_nothing() -> None:
    assert ruled() == ["GitHub doesn't say who added it"]


def test_other_labels_approve_nothing() -> None:
    assert approving_labels(["bug", "lago"], (), OWN) == ()
    assert approving_labels([LABEL], (event("maintainer", "12:30"),), OWN) == (
        Label(LABEL, "maintainer", "2026-10-01T12:30:00Z"),
    )


@pytest.mark.parametrize("login", ["cfo", "accountant"])
def test_a_policy_is_answered_by_the_people_that_it_names(login: str) -> None:
    assert agreed(login) == ["rises granted"]


def test_nobody_else_answers_it_even_if_they_may_write() -> None:
    assert agreed("maintainer") == ["maintainer added it, but it must be added by @acme/finance or @cfo"]


def test_a_team_that_the_token_can_not_see_is_said() -> None:
    found = agreed("maintainer", Requirement("yes", ("@acme/secret",)))
    assert found == [
        "maintainer added it, but GitHub doesn't tell this token who is in @acme/secret: it needs `members: read`"
    ]


def test_one_label_can_answer_several_policies() -> None:
    asked = {"rises": Requirement("yes"), "falls": Requirement("yes")}
    assert ruled(event("maintainer", "12:30", "yes"), label="yes", asked=asked) == ["rises granted", "falls granted"]


def test_a_label_by_the_name_of_a_policy_that_wants_another_one_says_which() -> None:
    name = "lago:allow-rises"
    found = ruled(event("maintainer", "12:30", name), label=name, asked={"rises": FINANCE})
    assert found == ["policy 'rises' is answered by the label 'finance-agreed'"]


def test_before_its_time_a_label_does_not_count() -> None:
    assert agreed("maintainer", Requirement("yes", wait_s=3 * 3600)) == ["rises granted"]
    assert agreed("maintainer", Requirement("yes", wait_s=3 * 3600 + 60)) == ["it counts from 2026-10-01 15:01 UTC"]


def test_what_wants_nothing_but_time_needs_no_label() -> None:
    assert ruled(label="bug", asked={"rises": Requirement("", wait_s=3600)}) == ["rises granted"]
    assert ruled(label="bug", asked={"rises": Requirement("", wait_s=36000)}) == ["it counts from 2026-10-01 22:00 UTC"]
    assert ruled(label="bug", asked={"rises": Requirement("", wait_s=60)}, since="") == [
        "its wait starts when the comment shows this plan"
    ]


def test_people_are_named_in_any_case() -> None:
    assert agreed("cfo", Requirement("yes", ("@CFO",))) == ["rises granted"]


def test_a_team_is_asked_of_github(stub: Stub) -> None:
    stub.teams = {"acme/finance": {"accountant": "active", "guest": "pending"}}
    forge = stub.github()
    assert [forge.is_member("acme/finance", one) for one in ("accountant", "guest", "maintainer")] == [
        True,
        False,
        False,
    ]
    assert forge.is_member("acme/unknown", "accountant") is None


def test_a_token_without_the_right_to_read_teams_knows_of_no_member(stub: Stub) -> None:
    stub.faults = [always("GET", 403, "Resource not accessible by integration")]
    assert stub.github().is_member("acme/finance", "accountant") is None
    stub.faults = [always("GET", 422, "No")]
    with pytest.raises(ForgeRefusedError):
        stub.github().is_member("acme/finance", "accountant")
