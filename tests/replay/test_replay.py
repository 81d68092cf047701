"""Of the recorded walk from customers to invoices, the sandbox gives at least so many answers as Lago did."""

import json

import pytest

from tests.conformance.replay import TRAFFIC
from tests.replay.alike import Ids, differences
from tests.replay.run import lines, walked
from tests.replay.told import recorded, told_otherwise

BILLING = TRAFFIC.parent / "billing"
ALIKE = {"free": 307, "prem": 307, "1.38": 305}


@pytest.mark.slow
@pytest.mark.parametrize("server", ALIKE)
def test_the_sandbox_answers_and_tells_webhook_endpoints_as_lago_did(server: str) -> None:
    steps = json.loads((BILLING / "steps.json").read_text(encoding="utf-8"))["steps"]
    results, deliveries = walked(steps, lines(BILLING / f"answers.{server}.jsonl"), server)
    assert sum(not result.differences for result in results) >= ALIKE[server]
    webhooks = BILLING / f"webhooks.{server}.jsonl.gz"
    if webhooks.exists():
        assert list(told_otherwise(recorded(webhooks), deliveries)) == []


def test_ids_differ_but_stand_for_the_same() -> None:
    ids = Ids()
    one, two = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
    assert not differences({"a": "id-1", "b": "id-2"}, {"a": one, "b": two}, ids)
    assert differences({"a": "id-1"}, {"a": two}, ids)
    assert differences({"a": "id-3"}, {"a": two}, ids)


def test_times_are_the_same_within_a_minute_but_for_the_end_of_a_period() -> None:
    assert not differences("2026-01-01T08:01:00Z", "2026-01-01T08:01:30Z", Ids())
    assert differences("2026-01-01T08:01:00Z", "2026-01-01T08:02:00Z", Ids())
    assert differences("2026-01-01T08:01:00Z", "2026-01-01T08:01:59Z", Ids())


def test_numbers_differ_by_type_too() -> None:
    assert differences({"a": 1}, {"a": 1.0}, Ids())
    assert not differences({"a": None}, {"a": None}, Ids())


def test_fees_come_in_any_order() -> None:
    one, two = {"amount_cents": 1}, {"amount_cents": 2}
    assert not differences({"fees": [one, two]}, {"fees": [two, one]}, Ids())
    assert differences({"customers": [one, two]}, {"customers": [two, one]}, Ids())
