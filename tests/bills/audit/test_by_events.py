"""Recorded fees that don't tell their usage, rated again from the events behind them. Recorded: prices."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from lago_gitops.bills.audit.billed import BilledFee
from lago_gitops.bills.audit.by_events import MOST_IN_ADVANCE, Past, cents_of_same, fees_by_events
from lago_gitops.bills.audit.rating import offered_cents
from lago_gitops.pricing.base.rules import LATEST, Rules
from lago_gitops.pricing.catalog.items import Charge, Plan
from lago_gitops.pricing.fees.fee import ItemType
from lago_gitops.pricing.models.dynamic import Custom
from lago_gitops.pricing.periods.subscription import BillingTime
from lago_gitops.pricing.usage.events import Event
from tests.bills.audit.billing import billed, own_offer
from tests.pricing.recorded.setup import PRICES, event, instant, read_json, read_lines, setup_of

LATER = datetime(2027, 12, 31, tzinfo=UTC)


def cents_by_events(fee: BilledFee, plan: Plan, charge: Charge, past: Past, rules: Rules) -> int | None:
    return cents_of_same(fee, fees_by_events(fee, plan, charge, past, rules))


def past(case: Mapping[str, Any]) -> Past:
    started_at = instant(case["subscription_at"])
    billing_time = BillingTime(case.get("billing_time", "calendar"))
    return Past(tuple(map(event, case["events"])), started_at, billing_time, started_at)


def untracked() -> Iterator[tuple[str, BilledFee, Plan, Past]]:
    for cases, setup_file in (("cases", "setup"), ("more", "more_setup")):
        setup = setup_of(read_json(PRICES / f"{setup_file}.json"))
        for case in read_lines(PRICES / f"{cases}.jsonl"):
            plan = setup.plan(case["plan"])
            for invoice in case.get("invoices") or filter(None, [case.get("invoice")]):
                for fee in (billed(each, plan.currency) for each in invoice["fees"]):
                    yield case["id"], replace(fee, created_at=LATER), plan, past(case)
    first, *lines = read_lines(PRICES / "advance.jsonl")
    plan = setup_of(first).plan("plan")
    for case in lines:
        for transaction, fees in case["fees_by_event"].items():
            for fee in (billed(each, plan.currency, transaction) for each in fees):
                yield case["id"], replace(fee, created_at=LATER), plan, past(case)


@pytest.mark.slow
def test_events_make_the_recorded_amounts() -> None:
    wrong, checked = [], 0
    for case, fee, plan, before in untracked():
        offer = own_offer(fee, plan)
        if fee.item_type is not ItemType.CHARGE or offer is None or isinstance(offer.price, Custom):
            continue
        if not isinstance(offer.charge, Charge) or offered_cents(fee, offer, offer, LATEST) is not None:
            continue
        cents = cents_by_events(fee, plan, offer.charge, before, LATEST)
        checked += 1
        if cents != fee.amount_cents:
            wrong.append((case, fee.item_id, fee.event, fee.amount_cents, cents))
    assert wrong == []
    assert checked > 50


def seats() -> tuple[BilledFee, Plan, Charge, Past]:
    """A fee for a prorated graduated charge."""
    return next(
        (fee, plan, charge, before)
        for _, fee, plan, before in untracked()
        for charge in plan.charges
        if charge.code == fee.item_id and charge.prorated and len(before.events) > 1
    )


def test_events_that_make_other_units_tell_nothing() -> None:
    fee, plan, charge, before = seats()
    assert cents_by_events(fee, plan, charge, before, LATEST) == fee.amount_cents
    fewer = replace(before, events=before.events[:-1])
    assert cents_by_events(replace(fee, units=fee.units + 1), plan, charge, fewer, LATEST) is None


@pytest.mark.slow
def test_events_after_the_fee_do_not_count() -> None:
    fee, plan, charge, before = seats()
    late = replace(before.events[-1], at=datetime(2028, 1, 1, tzinfo=UTC))
    more = replace(before, events=(*before.events, late))
    assert cents_by_events(fee, plan, charge, more, LATEST) == fee.amount_cents


def test_too_many_events_in_advance_tell_nothing() -> None:
    """Each is rated with all before it."""
    _, fee, plan, before = next(each for each in untracked() if each[1].event)
    charge = next(each for each in plan.charges if each.code == fee.item_id)
    assert cents_by_events(fee, plan, charge, before, LATEST) is not None
    crowd = tuple(
        Event("units", before.started_at, {"units": 1}, transaction_id=str(at)) for at in range(MOST_IN_ADVANCE)
    )
    assert cents_by_events(fee, plan, charge, replace(before, events=(*crowd, *before.events)), LATEST) is None


def test_what_the_engine_can_not_rate_tells_nothing() -> None:
    fee, plan, charge, before = seats()
    assert cents_by_events(fee, plan, replace(charge, price=Custom()), before, LATEST) is None
