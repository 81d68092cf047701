"""What a change of a plan does to its prices, in the terms of a price list."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from lago_gitops.pricing.base.errors import PricingError
from lago_gitops.pricing.base.numbers import from_cents
from lago_gitops.pricing.catalog import reading
from lago_gitops.pricing.catalog.items import Metric
from lago_gitops.pricing.models import Price, price
from lago_gitops.pricing.models.volume import Volume
from lago_gitops.render.tier_changes import Sign, TierRow, tier_rows
from lago_gitops.render.usage_costs import Comparison, UsageCost, comparison, tiers_of, usage_costs

Fields = Mapping[str, Any]
Value = Decimal | str | None


class Unit(StrEnum):
    MONEY = "money"
    NUMBER = "number"
    PERCENT = "percent"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a price, or a word about it; None where it isn't there."""

    label: str
    before: Value
    after: Value
    unit: Unit


@dataclass(frozen=True, slots=True)
class PriceChange:
    """One price: the charge's own (no label), or that of a filter. Tiers are all of them, figures what differs."""

    label: str
    sign: Sign
    figures: tuple[Figure, ...]
    tiers: tuple[TierRow, ...]
    costs: tuple[UsageCost, ...]
    comparison: Comparison | None


@dataclass(frozen=True, slots=True)
class ChargeChange:
    """`sort` is `charge` or `fixed charge`, `of` the metric or add-on, `unit_code` that of a pricing unit."""

    sort: str
    code: str
    of: str
    model: str
    sign: Sign
    figures: tuple[Figure, ...]
    prices: tuple[PriceChange, ...]
    aggregation: str = ""
    unit_code: str = ""


@dataclass(frozen=True, slots=True)
class PlanChange:
    """What costs otherwise after an update of a plan."""

    code: str
    currency: str
    currency_before: str
    interval: str
    usage_interval: str  # by which usage is billed
    figures: tuple[Figure, ...]
    charges: tuple[ChargeChange, ...]


_TIERED: Final = ("graduated_ranges", "graduated_percentage_ranges", "volume_ranges")
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
_FLAGS: Final = {"pay_in_advance": "paid in advance", "prorated": "prorated"}


def price_changes(before: Fields, after: Fields, metrics: Mapping[str, Fields] | None = None) -> PlanChange | None:
    """The difference between two canonical forms of a plan; None where nothing costs otherwise.

    `metrics` by code, in manifest or canonical form: they say how usage adds up.
    """
    figures = tuple(_plan_figures(before, after))
    charges = tuple(
        change
        for collection in ("charges", "fixed_charges")
        for change in _charges(collection, before, after, metrics or {})
    )
    if not figures and not charges:
        return None
    monthly = after.get("bill_charges_monthly")
    return PlanChange(
        after["code"],
        after["amount_currency"],
        before["amount_currency"],
        after["interval"],
        "monthly" if monthly else after["interval"],
        figures,
        charges,
    )


def _plan_figures(before: Fields, after: Fields) -> Iterator[Figure]:
    yield from _figure("interval", (before["interval"], after["interval"]), Unit.WORD)
    yield from _figure("currency", (before["amount_currency"], after["amount_currency"]), Unit.WORD)
    yield from _figure("plan fee", (_cents(before, before), _cents(after, after)), Unit.MONEY)
    commitments = _cents(before.get("minimum_commitment"), before), _cents(after.get("minimum_commitment"), after)
    yield from _figure("minimum commitment", commitments, Unit.MONEY)
    yield from _figure("days of trial", _numbers(before, after, "trial_period"), Unit.NUMBER)


def _cents(holder: Fields | None, plan: Fields, name: str = "amount_cents") -> Decimal | None:
    """The amount in units of the plan's currency."""
    return from_cents(holder[name], plan["amount_currency"]) if holder and holder.get(name) is not None else None


def _charges(collection: str, before: Fields, after: Fields, metrics: Mapping[str, Fields]) -> Iterator[ChargeChange]:
    old, new = before.get(collection) or {}, after.get(collection) or {}
    for code in (*new, *(code for code in old if code not in new)):
        was, is_ = old.get(code), new.get(code)
        if was != is_ and (found := _charge(collection, (was, before), (is_, after), metrics)) is not None:
            yield found


def _charge(
    collection: str,
    was: tuple[Fields | None, Fields],
    is_: tuple[Fields | None, Fields],
    metrics: Mapping[str, Fields],
) -> ChargeChange | None:
    """Each side is the charge and its plan. None where only names and the like differ."""
    old, new = was[0], is_[0]
    shown = new or old or {}
    metric = _metric(metrics.get(shown.get("billable_metric_code", "")))
    figures, prices = tuple(_charge_figures(was, is_)), tuple(_prices(old, new, metric))
    sign = _sign(old, new)
    if not figures and all(each.sign is Sign.SAME for each in prices):
        return None
    return ChargeChange(
        "charge" if collection == "charges" else "fixed charge",
        shown["code"],
        shown.get("billable_metric_code") or shown["add_on_code"],
        shown["charge_model"],
        sign,
        figures,
        tuple(each for each in prices if each.sign is not Sign.SAME),
        metric.aggregation.value.removesuffix("_agg") if metric else "",
        (shown.get("applied_pricing_unit") or {}).get("code", ""),
    )


def _charge_figures(was: tuple[Fields | None, Fields], is_: tuple[Fields | None, Fields]) -> Iterator[Figure]:
    old, new = was[0] or {}, is_[0] or {}
    both = bool(was[0] and is_[0])
    if both:
        yield from _figure("model", (old["charge_model"], new["charge_model"]), Unit.WORD)
    yield from _figure("units", _numbers(old, new, "units"), Unit.NUMBER)
    least = _cents(*was, "min_amount_cents") or None, _cents(*is_, "min_amount_cents") or None
    yield from _figure("minimum", least, Unit.MONEY)
    credits_ = old.get("applied_pricing_unit") or {}, new.get("applied_pricing_unit") or {}
    yield from _figure("worth of a credit", _numbers(*credits_, "conversion_rate"), Unit.MONEY)
    for name, label in _FLAGS.items():
        if both:
            yield from _figure(label, (_yes(old.get(name)), _yes(new.get(name))), Unit.WORD)


def _prices(old: Fields | None, new: Fields | None, metric: Metric | None) -> Iterator[PriceChange]:
    yield _price("", _own(old, old), _own(new, new), metric)
    was, is_ = ((side or {}).get("filters") or {} for side in (old, new))
    for values in (*is_, *(values for values in was if values not in is_)):
        yield _price(_filter_label(values), _own(old, was.get(values)), _own(new, is_.get(values)), metric)


@dataclass(frozen=True, slots=True)
class _Offer:
    """One side of a price."""

    model: str
    properties: Fields
    price: Price | None


def _own(charge: Fields | None, holder: Fields | None) -> _Offer | None:
    if charge is None or holder is None:
        return None
    properties = holder.get("properties") or {}
    return _Offer(charge["charge_model"], properties, _read(charge["charge_model"], properties))


def _read(model: str, properties: Fields) -> Price | None:
    """The engine reads tiers as a list; a canonical form has them by their start."""
    lists = {name: tuple(properties[name].values()) for name in _TIERED if isinstance(properties.get(name), Mapping)}
    try:
        return price(model, {**properties, **lists})
    except PricingError:
        return None


def _price(label: str, was: _Offer | None, is_: _Offer | None, metric: Metric | None) -> PriceChange:
    sign = Sign.SAME if was == is_ else _sign(was, is_)
    if sign is Sign.SAME:
        return PriceChange(label, sign, (), (), (), None)
    old, new = was.price if was else None, is_.price if is_ else None
    tiers = tiers_of(old), tiers_of(new)
    rows = tier_rows(*tiers, adds_up=not isinstance(new or old, Volume)) if any(tiers) else ()
    return PriceChange(
        label,
        sign,
        tuple(_price_figures(was, is_)),
        rows,
        usage_costs(old, new, metric),
        comparison(old, new, metric),
    )


def _price_figures(was: _Offer | None, is_: _Offer | None) -> Iterator[Figure]:
    old, new = was.properties if was else {}, is_.properties if is_ else {}
    of = "package" if "package_size" in {**old, **new} else "unit"
    yield from _figure(f"price of a {of}", _numbers(old, new, "amount"), Unit.MONEY)
    for name, (label, unit) in _PRICE_FIGURES.items():
        yield from _figure(label, _numbers(old, new, name), unit)
    yield from _figure("billed by", (_group_keys(old), _group_keys(new)), Unit.WORD)


def _figure(label: str, sides: tuple[Value, Value], unit: Unit) -> Iterator[Figure]:
    """Where it differs."""
    if sides[0] != sides[1]:
        yield Figure(label, *sides, unit)


def _sign(before: object, after: object) -> Sign:
    if before is None:
        return Sign.SAME if after is None else Sign.NEW
    return Sign.GONE if after is None else Sign.CHANGED


def _numbers(before: Fields, after: Fields, name: str) -> tuple[Decimal | None, Decimal | None]:
    return _number(before.get(name)), _number(after.get(name))


def _number(value: Any) -> Decimal | None:
    return Decimal(value) if isinstance(value, int | Decimal) else None


def _group_keys(properties: Fields) -> str | None:
    return ", ".join(properties.get("pricing_group_keys") or ()) or None


def _yes(value: object) -> str:
    return "yes" if value else "no"


def _filter_label(values: Any) -> str:
    return "; ".join(f"{key}: {', '.join(taken)}" for key, taken in values)


def _metric(fields: Fields | None) -> Metric | None:
    """Canonical filters are a dict, and how units add up doesn't hang on them."""
    return reading.metric({**fields, "filters": ()}) if fields else None
