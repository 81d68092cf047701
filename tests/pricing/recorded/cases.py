"""Cases of one subscription without a licence: its invoices, or the fees of events paid in advance."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from lago_gitops.pricing.base.errors import UnratableError
from lago_gitops.pricing.catalog.items import Interval, Plan
from lago_gitops.pricing.fees.advance import advance_fees
from lago_gitops.pricing.fees.fee import Fee, to_json
from lago_gitops.pricing.invoicing.billing import Billed, Occasion, Periodic, Setting, Start, Termination, bill
from lago_gitops.pricing.invoicing.coupons import applied
from lago_gitops.pricing.invoicing.history import History
from lago_gitops.pricing.invoicing.taxes import TaxLevels
from lago_gitops.pricing.periods.subscription import BillingTime, Subscription
from tests.pricing.recorded.comparison import (
    Difference,
    Found,
    Verdict,
    fee_differences,
    field_differences,
    tried,
)
from tests.pricing.recorded.setup import Setup, event, instant
from tests.pricing.recorded.shapes import fee_shape, invoice_shape, period_shape

ENTERED_AT = datetime(2026, 11, 22, tzinfo=UTC)  # all of them, most long after they started


def invoice_verdict(case: Mapping[str, Any], setup: Setup) -> Verdict:
    expected = case.get("invoices") or [case.get("invoice")]
    try:
        billed = _billed(case, setup)
    except UnratableError as error:
        difference = Difference(case["id"], "", "billing_error", case.get("billing_error"), str(error))
        return Verdict(case["id"], 0, 0, () if "billing_error" in case else (difference,))
    if "billing_error" in case:
        unexpected = Difference(case["id"], "", "billing_error", case["billing_error"], None)
        return Verdict(case["id"], 0, 0, (unexpected,))
    if len(expected) != len(billed):
        number = Difference(case["id"], "", "invoices", len(expected), len(billed))
        return Verdict(case["id"], len(expected), 0, (number,))
    differences = tuple(
        Difference(case["id"], f"{at} {part}", name, was, is_)
        for at, (invoice, ours) in enumerate(zip(expected, billed, strict=True))
        for part, name, was, is_ in _invoice_differences(invoice, ours)
    )
    return Verdict(case["id"], len(expected), sum(len(invoice["fees"]) for invoice in expected), differences)


def advance_verdicts(setup: Setup, cases: Iterable[Mapping[str, Any]]) -> Iterator[Verdict]:
    cases, plan = tuple(cases), setup.plan("plan")
    recorded = {fee["charge"] for case in cases for fees in case["fees_by_event"].values() for fee in fees}
    for case in cases:
        yield tried(f"advance_{case['id']}", partial(_advance_verdict, case, plan, recorded))


def _advance_verdict(case: Mapping[str, Any], plan: Plan, recorded: set[str]) -> Verdict:
    events = tuple(map(event, case["events"]))
    differences = tuple(
        Difference(case["id"], f"{each.event.transaction_id} {part}", name, was, is_)
        for each in advance_fees(_subscription(case, plan), events)
        for part, name, was, is_ in fee_differences(
            case["fees_by_event"].get(each.event.transaction_id, ()),
            [_advance_shape(fee) for fee in each.fees if fee.charge_code in recorded],
        )
    )
    return Verdict(f"advance_{case['id']}", 0, sum(map(len, case["fees_by_event"].values())), differences)


def _billed(case: Mapping[str, Any], setup: Setup) -> list[Billed]:
    subscription = _subscription(case, setup.plan(case["plan"]))
    taxes = TaxLevels(
        setup.taxes,
        customer=tuple(case.get("customer_tax_codes", ())),
        billing_entity=tuple(case.get("billing_entity_tax_codes", ())),
    )
    history = History(coupons=tuple(applied(setup.coupons[code]) for code in case.get("coupons", ())))
    invoices = []
    for occasion in _occasions(case, subscription.plan):
        billed = bill(subscription, occasion, tuple(map(event, case["events"])), history, Setting(taxes))
        history = billed.history
        invoices.append(billed)
    return invoices


def _subscription(case: Mapping[str, Any], plan: Plan) -> Subscription:
    started_at = instant(case["subscription_at"])
    return Subscription(
        plan,
        started_at,
        BillingTime(case.get("billing_time", "calendar")),
        entered_at=max(started_at, ENTERED_AT),
        trial_ended=True,
    )


def _occasions(case: Mapping[str, Any], plan: Plan) -> Iterator[Occasion]:
    for bill_at in case.get("bill_at") or [_billing_day(plan)]:
        match bill_at:
            case "drain":
                yield Start()
            case "terminate":
                yield Termination(instant(case["terminated_at"]))
            case day:
                yield Periodic(date.fromisoformat(day))


def _billing_day(plan: Plan) -> str:
    """Cases without a billing day were billed for October 2026, weekly plans for its last week."""
    return "2026-11-02" if plan.interval == Interval.WEEKLY else "2026-11-01"


def _invoice_differences(expected: Mapping[str, Any], billed: Billed) -> Iterator[Found]:
    got = {**invoice_shape(billed.invoice), "billing_period": period_shape(billed.boundaries)}
    yield from field_differences("invoice", {name: expected.get(name) for name in got}, got)
    yield from fee_differences(expected["fees"], map(fee_shape, billed.invoice.fees))


def _advance_shape(fee: Fee) -> dict[str, Any]:
    shown = to_json(fee)
    left_out = {
        "item",
        "charge_code",
        "fixed_charge_code",
        "amount_currency",
        "sub_total_excluding_taxes_precise_amount_cents",
    }
    return {
        "charge": fee.charge_code,
        "filters": shown["item"]["filters"],
        "grouped_by": shown["item"]["grouped_by"],
        **{name: value for name, value in shown.items() if name not in left_out},
    }
