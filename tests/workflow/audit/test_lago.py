"""What an audit finds out about fees beside the fees themselves."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from lago_gitops.bills.audit.billed import BilledFee, billed_fee, moment
from lago_gitops.bills.audit.listings import Place
from lago_gitops.core.model.resources import Address
from lago_gitops.pricing.catalog.reading import metric
from lago_gitops.workflow.audit.lago import MOST_EVENTS, AskedLago
from lago_gitops.workflow.organization.reading import read_organization
from tests.recorded_lago import RecordedLago, answers, answers_to_change
from tests.workflow.audit.auditing import ENVIRONMENT

SEATS = metric({"code": "seats", "aggregation_type": "unique_count_agg", "field_name": "user", "recurring": True})
CALLS = metric({"code": "api_calls", "aggregation_type": "count_agg"})


class Asked:
    """A recorded organization, and what is asked of it."""

    def __init__(self, recorded: dict[str, Any]) -> None:
        self.server = RecordedLago(recorded)
        self.client = self.server.access.reader()
        self.lago = AskedLago(self.client, read_organization(self.client, self.server.access, ENVIRONMENT), {})
        self.server.asked.clear()

    def fee(self, of: str, item: str, **changed: Any) -> BilledFee:
        rows = self.server.lists["fees"]
        row = next(r for r in rows if r["external_subscription_id"] == of and r["item"]["code"] == item)
        found = billed_fee(row)
        assert found is not None
        return replace(found, **changed)


@pytest.fixture
def asked() -> Iterator[Asked]:
    found = Asked(answers_to_change("audit"))
    with found.client:
        yield found


def test_a_charge_of_a_plan_is_known_by_its_id_without_a_request(asked: Asked) -> None:
    assert asked.lago.place(asked.fee("s-c00", "storage_gb")) == Place("basic", "storage")
    assert not asked.lago.is_overridden(asked.fee("s-c00", "storage_gb"))
    assert asked.server.asked == []


def test_a_subscription_fee_names_its_plan(asked: Asked) -> None:
    assert asked.lago.place(asked.fee("s-c00", "basic")) == Place("basic")


def test_a_charge_of_an_overridden_plan_stands_in_for_that_of_its_parent(asked: Asked) -> None:
    storage = asked.fee("s-c08", "storage_gb")
    assert asked.lago.place(storage) == Place("pro", "storage")
    assert asked.lago.is_overridden(storage)
    assert asked.server.asked == ["subscriptions/s-c08"]


def test_a_charge_that_the_parent_no_longer_has_keeps_its_own_code(asked: Asked) -> None:
    for charge in asked.server.answers["/subscriptions/s-c08"]["subscription"]["plan"]["charges"]:
        charge["lago_parent_id"] = None
    assert asked.lago.place(asked.fee("s-c08", "storage_gb")) == Place("pro", "storage")


def test_a_charge_that_lago_has_no_longer_is_likely_the_one_on_its_metric(asked: Asked) -> None:
    assert asked.lago.place(asked.fee("s-c00", "storage_gb", item_id="gone")) == Place("basic", "storage")
    assert asked.lago.place(asked.fee("s-c00", "storage_gb", item_id="gone", item_code="other")) is None


def test_nobody_knows_a_charge_of_a_subscription_that_is_gone(asked: Asked) -> None:
    fee = asked.fee("s-c00", "storage_gb", item_id="gone", subscription="nobody")
    assert asked.lago.place(fee) is None
    assert not asked.lago.is_overridden(fee)
    assert asked.server.asked == ["subscriptions/nobody", "subscriptions/nobody?status=terminated"]


def test_another_subscription_of_the_same_external_id_is_not_taken_for_it(asked: Asked) -> None:
    fee = asked.fee("s-c08", "storage_gb", subscription_id="an earlier one")
    assert asked.lago.place(fee) is None


def test_the_rest_of_an_invoice_is_read_once(asked: Asked) -> None:
    fee = asked.fee("s-c00", "storage_gb")
    assert fee.lago_id in {each.lago_id for each in asked.lago.invoice(fee)}
    assert asked.lago.invoice_number(fee).startswith("ORG-")
    assert len(asked.server.asked) == 1


def test_a_fee_without_an_invoice_has_no_number(asked: Asked) -> None:
    loose = asked.fee("s-c07", "sms")
    assert (asked.lago.invoice(loose), asked.lago.invoice_number(loose)) == ((), "")
    assert asked.lago.invoice_number(replace(loose, invoice_id="gone")) == ""


def test_events_are_those_of_the_subscription_and_the_metric_in_order(asked: Asked) -> None:
    past = asked.lago.past(asked.fee("s-c05", "api_calls"), CALLS)
    assert past is not None
    assert past.events
    assert list(past.events) == sorted(past.events, key=lambda event: event.at)
    assert {event.metric_code for event in past.events} == {"api_calls"}
    queries = [path for path in asked.server.asked if path.startswith("events")]
    assert all("timestamp_from=2026-09-01T00%3A00%3A10Z" in query for query in queries)


def test_units_that_stay_reach_back_to_the_start_of_the_subscription(asked: Asked) -> None:
    past = asked.lago.past(asked.fee("s-c05", "seats"), SEATS)
    assert past is not None
    subscription = asked.server.answers["/subscriptions/s-c05"]["subscription"]
    assert past.started_at == moment(subscription["started_at"])
    assert not any("timestamp_from" in path for path in asked.server.asked)


def test_a_server_that_refuses_the_filters_of_events_is_asked_without(asked: Asked) -> None:
    class Refusing(RecordedLago):
        def _answer(self, path: str, query: dict[str, str]) -> Any:
            return None if path == "events" and "code" in query else super()._answer(path, query)

    server = Refusing(answers("audit"))
    with server.access.reader() as client:
        lago = AskedLago(client, read_organization(client, server.access, ENVIRONMENT), {})
        past = lago.past(asked.fee("s-c05", "seats"), SEATS)
    assert past == asked.lago.past(asked.fee("s-c05", "seats"), SEATS)


def test_without_events_there_is_no_past(asked: Asked) -> None:
    asked.server.has_events = False
    assert asked.lago.past(asked.fee("s-c05", "seats"), SEATS) is None


def test_more_events_than_one_fee_is_worth_are_not_read(asked: Asked) -> None:
    event = next(row for row in asked.server.lists["events"] if row["code"] == "seats")
    asked.server.lists["events"] = [event] * (MOST_EVENTS + 1)
    fee = asked.fee("s-c05", "seats", subscription=event["external_subscription_id"])
    assert asked.lago.past(fee, SEATS) is None


def test_a_past_without_a_subscription_begins_with_the_fee(asked: Asked) -> None:
    fee = asked.fee("s-c05", "seats", subscription_id="an earlier one")
    past = asked.lago.past(fee, SEATS)
    assert past is not None
    assert past.started_at == fee.start


def test_days_are_those_of_the_customer(asked: Asked) -> None:
    asked.server.answers["/customers/c05"] = {"customer": {"applicable_timezone": "Asia/Tokyo"}}
    past = asked.lago.past(asked.fee("s-c05", "seats"), SEATS)
    assert past is not None
    assert str(past.zone) == "Asia/Tokyo"


def test_lago_itself_is_a_price_list(asked: Asked) -> None:
    assert set(asked.lago.listing().plans) == {"basic", "pay", "pro"}


def test_what_is_deleted_names_no_charges(asked: Asked) -> None:
    """A tombstone has no codes to lend."""
    from lago_gitops.core.comparison.desired import desired
    from lago_gitops.core.validation.manifest import Manifest
    from lago_gitops.kinds import KINDS

    gone = desired(Manifest("gone", {"kind": "plan", "code": "basic", "state": "absent"}), KINDS["plan"])
    found = read_organization(asked.client, asked.server.access, ENVIRONMENT)
    lago = AskedLago(asked.client, found, {Address("plan", "basic"): gone})
    assert lago.place(asked.fee("s-c00", "storage_gb")) == Place("basic", "storage")
