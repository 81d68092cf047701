"""Every recorded fee, rated again from its own figures with the price that made it. Recorded: prices, premium."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest

from lago_gitops.bills.audit.billed import BilledFee
from lago_gitops.bills.audit.rating import Offer, is_told, offered_cents, plan_cents
from lago_gitops.pricing.base.rules import LATEST, Rules
from lago_gitops.pricing.catalog.items import Charge, Metric, Plan
from lago_gitops.pricing.catalog.reading import metric
from lago_gitops.pricing.fees.fee import ItemType
from lago_gitops.pricing.models import price
from tests.bills.audit.billing import billed, own_offer
from tests.pricing.recorded.setup import PRICES, RECORDINGS, read_json, read_lines, setup_of

CHANGED = ("override_", "change_", "grace_plan_changed")  # their plans are not those of the setup
LICENSED = Rules(licensed=True)


def recorded() -> Iterator[tuple[str, BilledFee, Plan, Rules]]:
    """Fees of plans that stayed as they were, by the case."""
    for cases, setup_file in (("cases", "setup"), ("more", "more_setup")):
        setup = setup_of(read_json(PRICES / f"{setup_file}.json"))
        for case in read_lines(PRICES / f"{cases}.jsonl"):
            plan = setup.plan(case["plan"])
            for invoice in case.get("invoices") or filter(None, [case.get("invoice")]):
                yield from ((case["id"], billed(fee, plan.currency), plan, LATEST) for fee in invoice["fees"])
    first, *lines = read_lines(PRICES / "advance.jsonl")
    plan = setup_of(first).plan("plan")
    for case in lines:
        for event, fees in case["fees_by_event"].items():
            yield from ((case["id"], billed(fee, plan.currency, event), plan, LATEST) for fee in fees)
    premium = setup_of(read_json(RECORDINGS / "premium" / "setup.json"))
    for case in read_lines(RECORDINGS / "premium" / "cases.jsonl"):
        if not case["id"].startswith(CHANGED):
            plan = premium.plan(case["plan"])
            for invoice in case.get("invoices", ()):
                yield from ((case["id"], billed(fee, plan.currency), plan, LICENSED) for fee in invoice["fees"])


@cache
def rated() -> tuple[tuple[str, BilledFee, Offer, Rules], ...]:
    return tuple(
        (case, fee, offer, rules)
        for case, fee, plan, rules in recorded()
        if fee.item_type in (ItemType.CHARGE, ItemType.FIXED_CHARGE) and not fee.true_up_of
        if (offer := own_offer(fee, plan))
    )


@pytest.mark.slow
def test_no_fee_costs_anything_else_by_the_price_that_made_it() -> None:
    wrong = [
        (case, fee.item_id, fee.amount_cents, cents)
        for case, fee, offer, rules in rated()
        if (cents := offered_cents(fee, offer, offer, rules)) not in (fee.amount_cents, None)
    ]
    assert wrong == []
    assert len(rated()) > 4_000


def test_only_tiers_of_single_events_and_prorated_graduated_usage_are_not_told() -> None:
    untracked = Counter(
        (type(offer.price).__name__, "event" if fee.event else "period", offer.charge.prorated)
        for _, fee, offer, rules in rated()
        if offered_cents(fee, offer, offer, rules) is None
    )
    assert set(untracked) == {
        ("Graduated", "event", False),
        ("GraduatedPercentage", "event", False),
        ("Package", "event", False),
        ("Graduated", "period", True),
    }


def test_what_a_fee_tells_does_not_hang_on_the_price_that_made_it() -> None:
    """Rated at its own price and read by another one, it costs the same."""
    free = Offer(Charge("other", Metric("m", metric(COUNT).aggregation), NOTHING), NOTHING)
    assert all(
        offered_cents(fee, offer, free, rules) == fee.amount_cents
        for _, fee, offer, rules in rated()
        if is_told(fee, offer, rules) and fee.currency == "USD"
    )


COUNT = {"code": "m", "aggregation_type": "count_agg"}
NOTHING = price("standard", {"amount": "0"})


def test_a_subscription_fee_keeps_its_share_of_another_amount() -> None:
    """Twice the amount makes twice the fee, to a cent that rounding can cost."""
    fees = [fee for _, fee, _, _ in recorded() if fee.item_type is ItemType.SUBSCRIPTION]
    for fee in fees:
        assert plan_cents(fee, fee.details["plan_amount_cents"]) == fee.amount_cents
        doubled = plan_cents(fee, 2 * fee.details["plan_amount_cents"])
        assert doubled is not None
        assert abs(doubled - 2 * fee.amount_cents) <= 1
    assert len(fees) > 400


def prorated(amount: str, units: str = "3") -> BilledFee:
    return billed({"units": units, "amount_cents": 0, "precise_amount": amount, "events_count": 1})


def seats(amount: str) -> Offer:
    cost = price("standard", {"amount": amount})
    return Offer(Charge("seats", metric({**COUNT, "recurring": True}), cost, prorated=True), cost)


def test_prorated_units_are_read_by_the_price_that_made_the_fee() -> None:
    fee = prorated("15.3334")
    assert offered_cents(fee, seats("9"), seats("10"), LATEST) == 1380
    assert offered_cents(fee, seats("9"), seats("9"), LATEST) is None


def test_units_that_cost_nothing_are_taken_whole() -> None:
    assert offered_cents(prorated("0"), seats("9"), seats("0"), LATEST) == 2700
    assert offered_cents(prorated("1"), seats("9"), seats("0"), LATEST) is None


def percentage(**properties: object) -> Offer:
    cost = price("percentage", {"rate": "1.5", **properties})
    return Offer(Charge("volume", metric(COUNT), cost), cost)


def payments(free_units: str, free_events: int, **more: object) -> BilledFee:
    details = {"free_units": free_units, "free_events": free_events, "min_max_adjustment_total_amount": "0.5"}
    return billed(
        {
            "units": "1000",
            "events_count": 10,
            "amount_cents": 0,
            "precise_amount": "0",
            "amount_details": details,
            **more,
        }
    )


def test_free_events_are_told_where_the_fee_had_as_many() -> None:
    two = percentage(free_units_per_events=2)
    assert is_told(payments("150", 2), two, LATEST)
    assert not is_told(payments("150", 3), two, LATEST)
    assert offered_cents(payments("150", 2), two, two, LATEST) == 1275
    assert offered_cents(payments("150", 3), two, percentage(), LATEST) is None


def test_free_units_are_told_where_the_fee_had_as_many() -> None:
    assert is_told(payments("200", 1), percentage(free_units_per_total_aggregation="200"), LATEST)
    assert not is_told(payments("200", 1), percentage(free_units_per_total_aggregation="300"), LATEST)
    assert is_told(payments("1000", 9), percentage(free_units_per_total_aggregation="2000"), LATEST)


def test_of_free_events_and_free_units_one_is_used_up_first() -> None:
    both = percentage(free_units_per_events=2, free_units_per_total_aggregation="200")
    assert is_told(payments("150", 2), both, LATEST)
    assert is_told(payments("200", 1), both, LATEST)
    assert not is_told(payments("200", 2), both, LATEST)
    assert not is_told(payments("150", 1), both, LATEST)


def test_a_minimum_an_event_hangs_on_the_events_and_only_with_a_licence() -> None:
    least = percentage(per_transaction_min_amount="2")
    assert is_told(payments("0", 0), least, LATEST)
    assert not is_told(payments("0", 0), least, LICENSED)
    assert offered_cents(payments("0", 0), least, least, LICENSED) == 1550
    assert offered_cents(payments("0", 0), least, percentage(), LICENSED) is None
    assert offered_cents(billed({**BARE, "amount_details": {}}), least, least, LICENSED) is None


BARE = {"units": "1000", "events_count": 10, "amount_cents": 0, "precise_amount": "0"}


def test_custom_charges_are_never_told() -> None:
    custom = Offer(Charge("c", metric(COUNT), price("custom", {})), price("custom", {}))
    assert not is_told(billed(BARE), custom, LATEST)
    assert offered_cents(billed(BARE), custom, custom, LATEST) is None


def test_units_that_no_tier_holds_cost_nothing_that_could_be_told() -> None:
    cost = price(
        "volume", {"volume_ranges": [{"from_value": 1, "to_value": 2, "per_unit_amount": "1", "flat_amount": "0"}]}
    )
    volume = Offer(Charge("v", metric(COUNT), cost), cost)
    assert offered_cents(billed(BARE), volume, volume, LATEST) is None


def test_a_plan_that_cost_nothing_has_no_share_to_tell() -> None:
    free = billed({**BARE, "item_type": "subscription", "amount_details": {"plan_amount_cents": 0}})
    assert plan_cents(free, 0) == 0
    assert plan_cents(free, 1900) is None
    assert plan_cents(replace(free, details={}), 1900) is None


def test_decimals_of_prorated_units_are_few() -> None:
    """Or any price would explain any amount."""
    assert offered_cents(prorated("1"), seats("1"), seats("7"), LATEST) is None
    assert offered_cents(prorated("7.000007"), seats("1"), seats("7"), LATEST) == Decimal(100)
