"""What a plan asks for, and what a change of it does to its prices, in the terms of a price list."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from lago_gitops.core.model.canonical import is_again
from lago_gitops.pricing.base.numbers import ZERO, from_cents, quot
from lago_gitops.pricing.base.words import least_decimals
from lago_gitops.pricing.catalog import reading
from lago_gitops.pricing.catalog.items import Interval, Metric
from lago_gitops.pricing.models import Price, tiers_of
from lago_gitops.pricing.models.graduated_percentage import GraduatedPercentage
from lago_gitops.pricing.models.volume import Volume
from lago_gitops.render.prices.costs import (
    CostComparison,
    UsageCost,
    comparison,
    fixed_cost,
    usage_costs,
    vertices,
)
from lago_gitops.render.prices.filters import Values, filter_label, moves
from lago_gitops.render.prices.model import ChargeChange, Figure, PlanChange, PriceChange, Unit, Value
from lago_gitops.render.prices.offers import Offer, offer, phrase, same
from lago_gitops.render.prices.points import Axis, Scale, axis
from lago_gitops.render.prices.tiers import Sign, tier_rows

Fields = Mapping[str, Any]
Replaced = Mapping[tuple[str, str], tuple[str, ...]]
"""By collection and code of a charge that can't be changed in place: the fields that are to change."""

PERIODS: Final = {
    Interval.WEEKLY: "week",
    Interval.MONTHLY: "month",
    Interval.QUARTERLY: "quarter",
    Interval.SEMIANNUAL: "half-year",
    Interval.YEARLY: "year",
}
_SPLIT: Final = {Interval.SEMIANNUAL, Interval.YEARLY}  # whose usage can be billed by the month
_PRICE_FIGURES: Final = {
    "package_size": ("units in a package", Unit.NUMBER),
    "free_units": ("free units", Unit.NUMBER),
    "rate": ("rate", Unit.PERCENT),
    "fixed_amount": ("for each event", Unit.MONEY),
    "free_units_per_events": ("free events", Unit.NUMBER),
    "free_units_per_total_aggregation": ("free units", Unit.NUMBER),
    "per_transaction_min_amount": ("least for an event", Unit.MONEY),
    "per_transaction_max_amount": ("most for an event", Unit.MONEY),
}
_FLAGS: Final = {
    "pay_in_advance": ("paid in advance", False),
    "prorated": ("prorated", False),
    "invoiceable": ("on invoices", True),
}
"""By field its words, and what it is where nothing is said."""
_USUAL_BILL: Final = 100  # of a plan without a fee, and its like in currencies without hundredths

_PLAN_FIELDS: Final = {"interval", "amount_cents", "amount_currency", "trial_period", "bill_charges_monthly"}
_CHARGE_FIELDS: Final = {
    *("billable_metric_code", "add_on_code", "charge_model", "units", "min_amount_cents", "tax_codes"),
    *("applied_pricing_unit", "regroup_paid_fees"),
    *_FLAGS,
}
_PRICE_FIELDS: Final = {
    *("amount", "pricing_group_keys", "graduated_ranges", "graduated_percentage_ranges", "volume_ranges"),
    *_PRICE_FIGURES,
}
SAID_OF_NEW: Final = _PLAN_FIELDS | {
    *("code", "name", "charges", "fixed_charges", "pay_in_advance", "bill_fixed_charges_monthly", "tax_codes"),
}
"""The fields of a plan that are said where it is new."""


def says(keys: Sequence[Any]) -> bool:
    """Whether the change of prices says what becomes of the field of a plan that these keys lead to."""
    match keys:
        case ["charges" | "fixed_charges", _] | ["charges", _, "filters", _] | ["minimum_commitment", "amount_cents"]:
            return True
        case ["charges" | "fixed_charges", _, "properties", name, *_]:
            return name in _PRICE_FIELDS
        case ["charges", _, "filters", _, "properties", name, *_]:
            return name in _PRICE_FIELDS
        case ["charges" | "fixed_charges", _, name, *_]:
            return name in _CHARGE_FIELDS
        case [name, *_]:
            return name in _PLAN_FIELDS
        case _:
            return False


@dataclass(frozen=True, slots=True)
class _Side:
    """A plan before or after, None where there is none."""

    plan: Fields | None

    @property
    def currency(self) -> str:
        return str(self.plan["amount_currency"]) if self.plan else ""

    def charges(self, collection: str) -> Fields:
        return (self.plan or {}).get(collection) or {}

    def cents(self, holder: Fields | None, name: str = "amount_cents") -> Decimal | None:
        """The amount in units of the currency; None where there is none."""
        return from_cents(holder[name], self.currency) if holder and holder.get(name) is not None else None

    def period(self, flag: str = "") -> str:
        """What it bills by: the plan's interval, or the month where the flag says so of a longer one."""
        if self.plan is None:
            return ""
        interval = Interval(self.plan["interval"])
        return PERIODS[Interval.MONTHLY if interval in _SPLIT and self.plan.get(flag) else interval]


_FLAG_OF: Final = {"charges": "bill_charges_monthly", "fixed_charges": "bill_fixed_charges_monthly"}


def item_period(plan: Fields, collection: str) -> str:
    """What the charges or the fixed charges of a plan are billed by."""
    return _Side(plan).period(_FLAG_OF[collection])


@dataclass(frozen=True, slots=True)
class _Sides:
    before: _Side
    after: _Side
    metrics: Mapping[str, Fields] = field(default_factory=dict)
    replaced: Replaced = field(default_factory=dict)

    @property
    def usual_bill(self) -> Decimal:
        """The fee, or a hundred where the plan has none."""
        shown = self.after if self.after.plan else self.before
        usual = Decimal(_USUAL_BILL) * 10 ** max(0, 2 - least_decimals(shown.currency))
        return shown.cents(shown.plan) or usual


def price_changes(
    before: Fields | None, after: Fields, metrics: Mapping[str, Fields] | None = None, replaced: Replaced | None = None
) -> PlanChange | None:
    """The difference between two canonical forms of a plan, or all of a new one; None where nothing costs otherwise.

    `metrics` by code, in manifest or canonical form: they say how usage adds up.
    """
    sides = _Sides(_Side(before), _Side(after), metrics or {}, replaced or {})
    figures = tuple(_plan_figures(sides))
    charges = tuple(change for collection in ("charges", "fixed_charges") for change in _charges(collection, sides))
    if before is not None and not figures and not charges:
        return None
    return PlanChange(
        code=after["code"],
        name=after.get("name") or after["code"],
        sign=Sign.NEW if before is None else Sign.CHANGED,
        currency=sides.after.currency,
        currency_before=sides.before.currency or sides.after.currency,
        interval=after["interval"],
        figures=figures,
        charges=charges,
        notes=tuple(_plan_notes(sides)) if before is None else (),
    )


# The plan itself ----------------------------------------------------------------------------------------------------


def _plan_figures(sides: _Sides) -> Iterator[Figure]:
    before, after = sides.before, sides.after
    old, new = before.plan or {}, after.plan or {}
    if before.plan:
        yield from _figure("interval", (old["interval"], new["interval"]), Unit.WORD)
        yield from _figure("usage billed by the", (_usage_period(before), _usage_period(after)), Unit.WORD)
        yield from _figure("currency", (before.currency, after.currency), Unit.WORD)
    per = before.period(), after.period()
    yield from _figure("plan fee", (before.cents(before.plan), after.cents(after.plan)), Unit.MONEY, per)
    commitments = before.cents(old.get("minimum_commitment")), after.cents(new.get("minimum_commitment"))
    yield from _figure("minimum commitment", commitments, Unit.MONEY, per)
    yield from _figure("days of trial", _numbers(old, new, "trial_period"), Unit.NUMBER)


def _usage_period(side: _Side) -> str | None:
    """Where it isn't the plan's own."""
    period = side.period("bill_charges_monthly")
    return period if period != side.period() else None


def _plan_notes(sides: _Sides) -> Iterator[str]:
    plan = sides.after.plan or {}
    due = "in advance" if plan["pay_in_advance"] else "in arrears"
    yield f"{plan.get('name') or plan['code']}, in {plan['amount_currency']}, billed {plan['interval']} {due}"
    if monthly := _usage_period(sides.after):
        yield f"usage billed by the {monthly}"
    if plan.get("tax_codes"):
        yield f"taxes {', '.join(plan['tax_codes'])}"


# Charges ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Pair:
    """A charge before and after, and what both need to be read."""

    collection: str
    old: Fields | None
    new: Fields | None
    metric: Metric | None
    sides: _Sides

    @property
    def shown(self) -> Fields:
        return self.new or self.old or {}

    @property
    def periods(self) -> tuple[str, str]:
        flag = _FLAG_OF[self.collection]
        return self.sides.before.period(flag), self.sides.after.period(flag)

    @property
    def currencies(self) -> tuple[str, str]:
        """Those of its prices: codes of pricing units where it has them."""
        units = [((charge or {}).get("applied_pricing_unit") or {}).get("code") for charge in (self.old, self.new)]
        return units[0] or self.sides.before.currency, units[1] or self.sides.after.currency

    @property
    def scale(self) -> Scale:
        unit = self.shown.get("applied_pricing_unit") or {}
        rate = _number(unit.get("conversion_rate"))
        bill = self.sides.usual_bill
        return Scale(quot(bill, rate) if rate else bill, self.currencies[1] or self.currencies[0])


def _charges(collection: str, sides: _Sides) -> Iterator[ChargeChange]:
    old, new = sides.before.charges(collection), sides.after.charges(collection)
    for code in (*new, *(code for code in old if code not in new)):
        was, is_ = old.get(code), new.get(code)
        metric = _metric(sides.metrics.get((is_ or was or {}).get("billable_metric_code", "")))
        if was != is_ and (found := _charge(_Pair(collection, was, is_, metric, sides))) is not None:
            yield found


def _charge(pair: _Pair) -> ChargeChange | None:
    """None where only names and the like differ."""
    shown, fixed = pair.shown, pair.collection == "fixed_charges"
    figures = (*_charge_figures(pair), *(_fixed_figures(pair) if fixed else ()))
    prices = tuple(_prices(pair))
    if not figures and not prices:
        return None
    before, after = pair.periods
    return ChargeChange(
        sort="fixed charge" if fixed else "charge",
        code=shown["code"],
        of=shown.get("billable_metric_code") or shown["add_on_code"],
        model=shown["charge_model"],
        sign=_sign(pair.old, pair.new),
        period=after or before,
        figures=figures,
        prices=prices,
        aggregation=pair.metric.aggregation.value.removesuffix("_agg") if pair.metric else "",
        unit_code=(shown.get("applied_pricing_unit") or {}).get("code", ""),
        notes=tuple(_charge_notes(pair.new)) if pair.old is None and pair.new is not None else (),
        replaced=pair.sides.replaced.get((pair.collection, shown["code"]), ()),
    )


def _charge_figures(pair: _Pair) -> Iterator[Figure]:
    old, new, both = pair.old or {}, pair.new or {}, bool(pair.old and pair.new)
    if both:
        for name, label in (("billable_metric_code", "metric"), ("add_on_code", "add-on"), ("charge_model", "model")):
            yield from _figure(label, (old.get(name), new.get(name)), Unit.WORD)
    yield from _figure("units", _numbers(old, new, "units"), Unit.NUMBER)
    least = pair.sides.before.cents(pair.old, "min_amount_cents"), pair.sides.after.cents(pair.new, "min_amount_cents")
    yield from _figure("minimum", (least[0] or None, least[1] or None), Unit.MONEY, pair.periods)
    credits_ = old.get("applied_pricing_unit") or {}, new.get("applied_pricing_unit") or {}
    if both:
        yield from _figure("pricing unit", (credits_[0].get("code"), credits_[1].get("code")), Unit.WORD)
    worth = _numbers(*credits_, "conversion_rate")
    yield from _figure("worth of a credit", worth, Unit.MONEY)
    if both:
        for name, (label, default) in _FLAGS.items():
            yield from _figure(label, (_yes(old.get(name), default), _yes(new.get(name), default)), Unit.WORD)
        yield from _figure("taxes", (_words(old.get("tax_codes")), _words(new.get("tax_codes"))), Unit.WORD)
        regrouped = old.get("regroup_paid_fees"), new.get("regroup_paid_fees")
        yield from _figure("fees collected on one", regrouped, Unit.WORD)


def _charge_notes(charge: Fields) -> Iterator[str]:
    """What a new charge is besides its price."""
    yield from (label for name, (label, default) in _FLAGS.items() if not default and charge.get(name))
    if charge.get("invoiceable") is False:
        yield "not on invoices"
    if name := charge.get("invoice_display_name"):
        yield f"on invoices {name!r}"
    if charge.get("tax_codes"):
        yield f"taxes {', '.join(charge['tax_codes'])}"


def _fixed_figures(pair: _Pair) -> Iterator[Figure]:
    """What the units of a fixed charge cost a period: nobody has to guess its usage."""
    costs = [
        None if found is None else fixed_cost(found.price, Decimal(charge.get("units") or 0))
        for charge, found in zip((pair.old or {}, pair.new or {}), _offers(pair, pair.old, pair.new), strict=True)
    ]
    yield from _figure("costs", (costs[0], costs[1]), Unit.MONEY, pair.periods)


# Prices -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Case:
    """One price on both sides, and whose it is on either where it is another's."""

    label: str
    sign: Sign
    old: Offer | None
    new: Offer | None
    was_of: str | None = None
    now_of: str | None = None


def _prices(pair: _Pair) -> Iterator[PriceChange]:
    """Those that differ."""
    cases = tuple(_cases(pair))
    others = [each.price for case in cases for each in (case.old, case.new) if each is not None]
    for case in cases:
        if case.sign is not Sign.SAME:
            yield _price(case, others, pair)


def _cases(pair: _Pair) -> Iterator[_Case]:
    yield _case("", *_offers(pair, pair.old, pair.new))
    was, is_ = _filters(pair.old), _filters(pair.new)
    for values in is_:
        if values in was or pair.old is None:
            yield _case(filter_label(values), *_offers(pair, was.get(values), is_[values]))
    if pair.new is None:
        yield from (_case(filter_label(values), *_offers(pair, was[values], None)) for values in was)
    if pair.old is not None and pair.new is not None and tuple(was) != tuple(is_):
        yield from _moved(pair, was, is_)


def _filters(side: Fields | None) -> dict[Values, Fields]:
    """Without those whose values an earlier one has: that one takes all the events."""
    filters: Mapping[Values, Fields] = (side or {}).get("filters") or {}
    return {values: fields for values, fields in filters.items() if not is_again(values)}


def _case(label: str, old: Offer | None, new: Offer | None) -> _Case:
    return _Case(label, Sign.SAME if same(old, new) else _sign(old, new), old, new)


def _moved(pair: _Pair, was: Mapping[Values, Fields], is_: Mapping[Values, Fields]) -> Iterator[_Case]:
    """Events that a filter prices which is on one side only."""
    for move in moves(tuple(was), tuple(is_), pair.metric):
        old, new = _offers(
            pair,
            was[move.before] if move.before is not None else pair.old,
            is_[move.after] if move.after is not None else pair.new,
        )
        label = filter_label(move.values)
        if move.after is not None and move.after not in was and (move.before is None or move.before in is_):
            yield _Case(label, Sign.NEW, old, new, was_of=_whose(move.before))
        elif move.before is not None and move.before not in is_ and (move.after is None or move.after in was):
            yield _Case(label, Sign.GONE, old, new, now_of=_whose(move.after))
        else:
            yield _case(label, old, new)


def _whose(values: Values | None) -> str:
    return "" if values is None else filter_label(values)


def _offers(pair: _Pair, old: Fields | None, new: Fields | None) -> tuple[Offer | None, Offer | None]:
    currencies = pair.currencies
    return offer(pair.old, old, currencies[0]), offer(pair.new, new, currencies[1])


def _price(case: _Case, others: Sequence[Price | None], pair: _Pair) -> PriceChange:
    old, new = case.old.price if case.old else None, case.new.price if case.new else None
    tiers = tiers_of(old), tiers_of(new)
    usage = pair.collection == "charges"
    along = axis((old, new), others, pair.metric, pair.scale) if usage else Axis(())
    costs, compared = usage_costs(old, new, pair.metric, along.points), comparison(old, new, pair.metric)
    upto = _upto(costs, compared)
    return PriceChange(
        label=case.label,
        sign=case.sign,
        before=phrase(case.old) if case.old else None,
        after=phrase(case.new) if case.new else None,
        was_of=case.was_of,
        now_of=case.now_of,
        figures=tuple(_price_figures(case.old, case.new)),
        tiers=tier_rows(*tiers, adds_up=not isinstance(new or old, Volume)) if any(tiers) else (),
        tier_units=(_tier_unit(old or new), _tier_unit(new or old)),
        costs=costs,
        assumed=along.assumed,
        comparison=compared if usage else None,
        lines=(vertices(old, pair.metric, upto), vertices(new, pair.metric, upto)) if costs else ((), ()),
    )


def _upto(costs: Sequence[UsageCost], compared: CostComparison | None) -> Decimal:
    """As far as a line is drawn: to the last usage that is told, and beyond the last break-even."""
    even = compared.break_even[-1:] if compared else ()
    return max((*(each.units for each in costs), *(2 * each.units for each in even)), default=ZERO)


def _tier_unit(price: Price | None) -> Unit:
    return Unit.PERCENT if isinstance(price, GraduatedPercentage) else Unit.MONEY


def _price_figures(was: Offer | None, is_: Offer | None) -> Iterator[Figure]:
    old, new = was.properties if was else {}, is_.properties if is_ else {}
    of = "package" if "package_size" in {**old, **new} else "unit"
    yield from _figure(f"price of a {of}", _numbers(old, new, "amount"), Unit.MONEY)
    for name, (label, unit) in _PRICE_FIGURES.items():
        yield from _figure(label, _numbers(old, new, name), unit)
    groups = _words(was.group_keys if was else None), _words(is_.group_keys if is_ else None)
    yield from _figure("billed by", groups, Unit.WORD)


def _figure(label: str, sides: tuple[Value, Value], unit: Unit, per: tuple[str, str] = ("", "")) -> Iterator[Figure]:
    """Where it differs; for money, where the period does too."""
    if sides[0] != sides[1] or (sides[0] and per[0] and per[0] != per[1]):
        yield Figure(label, *sides, unit, per)


def _sign(before: object, after: object) -> Sign:
    if before is None:
        return Sign.SAME if after is None else Sign.NEW
    return Sign.GONE if after is None else Sign.CHANGED


def _numbers(before: Fields, after: Fields, name: str) -> tuple[Decimal | None, Decimal | None]:
    return _number(before.get(name)), _number(after.get(name))


def _number(value: Any) -> Decimal | None:
    return Decimal(value) if isinstance(value, int | Decimal) else None


def _words(values: Sequence[str] | None) -> str | None:
    return ", ".join(values or ()) or None


def _yes(value: object, default: bool) -> str:  # noqa: FBT001 -- what it is where nothing is said
    return "yes" if (default if value is None else value) else "no"


def _metric(fields: Fields | None) -> Metric | None:
    """Canonical filters are a dict by their key."""
    if not fields:
        return None
    filters = fields.get("filters") or ()
    return reading.metric({**fields, "filters": tuple(filters.values()) if isinstance(filters, Mapping) else filters})
