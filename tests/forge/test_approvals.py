from typing import Any

from lago_gitops.forge.approvals import Label, approving_labels, rulings

LABEL = "lago:allow-changes-bills"
SINCE = "2026-10-01T12:00:00Z"


def event(by: str, at: str, label: str = LABEL, what: str = "labeled") -> dict[str, Any]:
    return {"event": what, "actor": {"login": by}, "created_at": f"2026-10-01T{at}:00Z", "label": {"name": label}}


def ruled(*events: dict[str, Any], since: str = SINCE, label: str = LABEL) -> list[str]:
    labels = approving_labels([label, "bug"], events)
    found = rulings(labels, since, ("changes-bills", "delete"), lambda login: login == "maintainer")
    return [one.reason or "granted" for one in found]


def test_a_label_by_somebody_who_may_write_is_an_approval() -> None:
    assert ruled(event("maintainer", "12:30")) == ["granted"]


def test_a_label_by_somebody_who_may_not_write_counts_nothing() -> None:
    assert ruled(event("triager", "12:30")) == ["triager gave it, and may not write to this repository"]


def test_who_gave_a_label_last_counts() -> None:
    events = (event("maintainer", "12:10"), event("x", "12:20", what="unlabeled"), event("triager", "12:30"))

    assert ruled(*events) == ["triager gave it, and may not write to this repository"]


def test_a_label_from_before_the_prices_changed_is_to_be_given_again() -> None:
    assert ruled(event("maintainer", "11:00")) == [
        "maintainer gave it before the prices were what they are now: give it again"
    ]


def test_without_a_comment_that_shows_these_prices_no_label_counts() -> None:
    assert "other prices" in ruled(event("maintainer", "12:30"), since="")[0]


def test_a_label_for_no_guard_is_named() -> None:
    name = "lago:allow-everything"

    assert ruled(event("maintainer", "12:30", name), label=name) == ["there is no guard 'everything'"]


def test_a_label_without_an_event_counts_nothing() -> None:
    assert ruled() == ["GitHub does not say who gave it"]


def test_other_labels_approve_nothing() -> None:
    assert approving_labels(["bug", "lago"], ()) == ()
    assert approving_labels([LABEL], (event("maintainer", "12:30"),)) == (
        Label(LABEL, "maintainer", "2026-10-01T12:30:00Z"),
    )
