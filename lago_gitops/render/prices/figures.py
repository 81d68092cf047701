"""Labelled figures that differ between two sides besides the price of usage, and notes on new items."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from lago_gitops.render.prices.cases import offers_of
from lago_gitops.render.prices.costs import fixed_cost
from lago_gitops.render.prices.model import Figure, Unit, Value
from lago_gitops.render.prices.offers import PriceOffer
from lago_gitops.render.prices.sides import Fields, Pair, Side, Sides, number

PRICE_FIGURES: Final = {
    "package_size": ("package size", Unit.NUMBER),
    "free_units": ("free units", Unit.NUMBER),
    "rate": ("rate", Unit.PERCENT),
    "fixed_amount": ("fixed amount per event", Unit.MONEY),
    "free_units_per_events": ("free events", Unit.NUMBER),
    "free_units_per_total_aggregation": ("free units", Unit.NUMBER),
    "per_transaction_min_amount": ("minimum per event", Unit.MONEY),
    "per_transaction_max_amount": ("maximum per event", Unit.MONEY),
}
FLAGS: Final = {
    "pay_in_advance": ("billed in advance", False),
    "prorated": ("prorated", False),
    "invoiceable": ("on invoices", True),
}
"""The label of each field, and its default."""


# The plan itself ----------------------------------------------------------------------------------------------------


def plan_figures(sides: Sides) -> Iterator[Figure]:
    before, after = sides.before, sides.after
    old, new = before.plan or {}, after.plan or {}
    if before.plan:
        yield from _figure("interval", (old["interval"], new["interval"]), Unit.WORD)
        yield from _figure("usage period", (_usage_period(before), _usage_period(after)), Unit.WORD)
        yield from _figure("currency", (before.currency, after.currency), Unit.WORD)
    per = before.period(), after.period()
    yield from _figure("plan fee", (before.cents(before.plan), after.cents(after.plan)), Unit.MONEY, per)
    commitments = before.cents(old.get("minimum_commitment")), after.cents(new.get("minimum_commitment"))
    yield from _figure("minimum commitment", commitments, Unit.MONEY, per)
    yield from _figure("trial days", _numbers(old, new, "trial_period"), Unit.NUMBER)


def _usage_period(side: Side) -> str | None:
    """The period of usage if it differs from the plan's own."""
    period = side.period("bill_charges_monthly")
    return period if period != side.period() else None


def plan_notes(sides: Sides) -> Iterator[str]:
    plan = sides.after.plan or {}
    due = "in advance" if plan["pay_in_advance"] else "in arrears"
    yield f"{plan.get('name') or plan['code']}, in {plan['amount_currency']}, billed {plan['interval']} {due}"
    if monthly := _usage_period(sides.after):
        yield f"usage billed every {monthly}"
    if plan.get("tax_codes"):
        yield f"taxes {', '.join(plan['tax_codes'])}"


# Charges ------------------------------------------------------------------------------------------------------------


def charge_figures(pair: Pair) -> Iterator[Figure]:
    old, new, both = pair.old or {}, pair.new or {}, bool(pair.old and pair.new)
    if both:
        for name, label in (("billable_metric_code", "metric"), ("add_on_code", "add-on"), ("charge_model", "model")):
            yield from _figure(label, (old.get(name), new.get(name)), Unit.WORD)
    yield from _figure("units", _numbers(old, new, "units"), Unit.NUMBER)
    if old.get("min_amount_cents") or new.get("min_amount_cents"):
        least = pair.sides.before.cents(old, "min_amount_cents"), pair.sides.after.cents(new, "min_amount_cents")
        yield from _figure("minimum", (least[0] or None, least[1] or None), Unit.MONEY, pair.periods)
    credits_ = old.get("applied_pricing_unit") or {}, new.get("applied_pricing_unit") or {}
    if both:
        yield from _figure("pricing unit", (credits_[0].get("code"), credits_[1].get("code")), Unit.WORD)
    worth = _numbers(*credits_, "conversion_rate")
    yield from _figure("value of a credit", worth, Unit.MONEY)
    if both:
        for name, (label, default) in FLAGS.items():
            if old.get(name) != new.get(name):
                yield from _figure(label, (_yes(old.get(name), default), _yes(new.get(name), default)), Unit.WORD)
        yield from _figure("taxes", (_words(old.get("tax_codes")), _words(new.get("tax_codes"))), Unit.WORD)
        regrouped = old.get("regroup_paid_fees"), new.get("regroup_paid_fees")
        yield from _figure("paid fees grouped by", regrouped, Unit.WORD)


def charge_notes(charge: Fields) -> Iterator[str]:
    """Properties of a new charge besides its price."""
    yield from (label for name, (label, default) in FLAGS.items() if not default and charge.get(name))
    if charge.get("invoiceable") is False:
        yield "not invoiced"
    if name := charge.get("invoice_display_name"):
        yield f"shown on invoices as {name!r}"
    if charge.get("tax_codes"):
        yield f"taxes {', '.join(charge['tax_codes'])}"


def fixed_figures(pair: Pair) -> Iterator[Figure]:
    """What the units of a fixed charge cost per period; its units are known."""
    costs = [
        None if offered is None else fixed_cost(offered.price, Decimal(charge.get("units") or 0))
        for charge, offered in zip((pair.old or {}, pair.new or {}), offers_of(pair, pair.old, pair.new), strict=True)
    ]
    yield from _figure("costs", (costs[0], costs[1]), Unit.MONEY, pair.periods)


# Prices -------------------------------------------------------------------------------------------------------------


def price_figures(was: PriceOffer | None, is_: PriceOffer | None) -> Iterator[Figure]:
    old, new = was.properties if was else {}, is_.properties if is_ else {}
    of = "package" if "package_size" in old or "package_size" in new else "unit"
    yield from _figure(f"price per {of}", _numbers(old, new, "amount"), Unit.MONEY)
    for name, (label, unit) in PRICE_FIGURES.items():
        if name in old or name in new:
            yield from _figure(label, _numbers(old, new, name), unit)
    groups = _words(was.group_keys if was else None), _words(is_.group_keys if is_ else None)
    yield from _figure("billed separately by", groups, Unit.WORD)


def _figure(label: str, sides: tuple[Value, Value], unit: Unit, per: tuple[str, str] = ("", "")) -> tuple[Figure, ...]:
    """The figure if it differs; for money, also if only the period does."""
    differs = sides[0] != sides[1] or (sides[0] and per[0] and per[0] != per[1])
    return (Figure(label, *sides, unit, per),) if differs else ()


def _numbers(before: Fields, after: Fields, name: str) -> tuple[Decimal | None, Decimal | None]:
    return number(before.get(name)), number(after.get(name))


def _words(values: Sequence[str] | None) -> str | None:
    return ", ".join(values or ()) or None


def _yes(value: object, default: bool) -> str:  # noqa: FBT001 -- what it is where nothing is said
    return "yes" if (default if value is None else value) else "no"
