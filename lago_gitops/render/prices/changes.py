"""A plan's prices and their changes, in the terms of a price list."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from lago_gitops.pricing.base.numbers import ZERO
from lago_gitops.pricing.catalog import reading
from lago_gitops.pricing.catalog.items import Metric
from lago_gitops.pricing.models import Price, tiers_of
from lago_gitops.pricing.models.graduated_percentage import GraduatedPercentage
from lago_gitops.pricing.models.volume import Volume
from lago_gitops.render.prices.cases import PriceCase, cases_of, sign_of
from lago_gitops.render.prices.costs import CostComparison, UsageCost, Vertex, comparison, usage_costs, vertices
from lago_gitops.render.prices.figures import (
    charge_figures,
    charge_notes,
    fixed_figures,
    plan_figures,
    plan_notes,
    price_figures,
)
from lago_gitops.render.prices.model import ChargeChange, PlanChange, PriceChange, Unit
from lago_gitops.render.prices.offers import phrase
from lago_gitops.render.prices.points import Axis, Scale, axis
from lago_gitops.render.prices.sides import Fields, Pair, Replaced, Side, Sides
from lago_gitops.render.prices.tiers import Sign, TierRow, tier_rows

_PAIRS_KEPT: Final = 2_048  # of prices


def price_changes(
    before: Fields | None, after: Fields, metrics: Mapping[str, Fields] | None = None, replaced: Replaced | None = None
) -> PlanChange | None:
    """Price differences between two canonical forms of a plan, or all prices of a new one; None when no price differs.

    `metrics` by code, in manifest or canonical form: they say how usage is aggregated.
    """
    sides = Sides(Side(before), Side(after), metrics or {}, replaced or {})
    figures = tuple(plan_figures(sides))
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
        notes=tuple(plan_notes(sides)) if before is None else (),
    )


def _charges(collection: str, sides: Sides) -> Iterator[ChargeChange]:
    old, new = sides.before.charges(collection), sides.after.charges(collection)
    for code in (*new, *(code for code in old if code not in new)):
        was, is_ = old.get(code), new.get(code)
        if was == is_:
            continue
        metric = _metric(sides.metrics.get((is_ or was or {}).get("billable_metric_code", "")))
        if (change := _charge(Pair(collection, was, is_, metric, sides))) is not None:
            yield change


def _charge(pair: Pair) -> ChargeChange | None:
    """None when only names and the like differ."""
    shown, fixed = pair.shown, pair.collection == "fixed_charges"
    figures = (*charge_figures(pair), *(fixed_figures(pair) if fixed else ()))
    prices = tuple(_prices(pair))
    if not figures and not prices:
        return None
    before, after = pair.periods
    return ChargeChange(
        sort="fixed charge" if fixed else "charge",
        code=shown["code"],
        of=shown.get("billable_metric_code") or shown["add_on_code"],
        model=shown["charge_model"],
        sign=sign_of(pair.old, pair.new),
        period=after or before,
        figures=figures,
        prices=prices,
        aggregation=pair.metric.aggregation.value.removesuffix("_agg") if pair.metric else "",
        unit_code=(shown.get("applied_pricing_unit") or {}).get("code", ""),
        notes=tuple(charge_notes(pair.new)) if pair.old is None and pair.new is not None else (),
        replaced=pair.sides.replaced.get((pair.collection, shown["code"]), ()),
    )


def _prices(pair: Pair) -> Iterator[PriceChange]:
    """The prices that differ."""
    cases = tuple(cases_of(pair))
    others = [each.price for case in cases for each in (case.old, case.new) if each is not None]
    scale = pair.scale if pair.collection == "charges" else None
    for case in cases:
        if case.sign is not Sign.SAME:
            yield _price(case, others, pair.metric, scale)


def _price(case: PriceCase, others: Sequence[Price | None], metric: Metric | None, scale: Scale | None) -> PriceChange:
    """`scale`: that of usage; None if none is shown."""
    old, new = case.old.price if case.old else None, case.new.price if case.new else None
    around = tuple(dict.fromkeys([one for one in others if one is not old and one is not new]))
    costs = _over_usage(old, new, metric, (around, scale) if scale else None)
    return PriceChange(
        label=case.label,
        sign=case.sign,
        before=phrase(case.old) if case.old else None,
        after=phrase(case.new) if case.new else None,
        was_of=case.was_of,
        now_of=case.now_of,
        figures=tuple(price_figures(case.old, case.new)),
        tiers=costs.tiers,
        tier_units=(_tier_unit(old or new), _tier_unit(new or old)),
        costs=costs.costs,
        assumed=costs.assumed,
        comparison=costs.comparison if scale else None,
        lines=costs.lines,
    )


@dataclass(frozen=True, slots=True)
class _OverUsage:
    """Two prices compared over usage."""

    tiers: tuple[TierRow, ...]
    costs: tuple[UsageCost, ...]
    assumed: str
    comparison: CostComparison | None
    lines: tuple[tuple[Vertex, ...], tuple[Vertex, ...]]


@lru_cache(_PAIRS_KEPT)
def _over_usage(
    old: Price | None,
    new: Price | None,
    metric: Metric | None,
    shown: tuple[tuple[Price | None, ...], Scale] | None,
) -> _OverUsage:
    """`shown`: the charge's other prices and the scale, if usage is shown. Cached: price lists repeat pairs of prices,
    and comparing two takes longer than anything else about a charge."""
    along = axis((old, new), shown[0], metric, shown[1]) if shown else Axis(())
    costs, compared = usage_costs(old, new, metric, along.points), comparison(old, new, metric)
    upto = _upto(costs, compared)
    lines = (vertices(old, metric, upto), vertices(new, metric, upto)) if costs else ((), ())
    tiers = tiers_of(old), tiers_of(new)
    rows = tier_rows(*tiers, adds_up=not isinstance(new or old, Volume)) if any(tiers) else ()
    return _OverUsage(rows, costs, along.assumed, compared, lines)


def _upto(costs: Sequence[UsageCost], compared: CostComparison | None) -> Decimal:
    """The end of the drawn line: the last usage shown, or beyond the last break-even."""
    even = compared.break_even[-1:] if compared else ()
    return max((*(each.units for each in costs), *(2 * each.units for each in even)), default=ZERO)


def _tier_unit(price: Price | None) -> Unit:
    return Unit.PERCENT if isinstance(price, GraduatedPercentage) else Unit.MONEY


def _metric(fields: Fields | None) -> Metric | None:
    """The metric's fields, the same for all with the same aggregation; canonical filters are a dict by key."""
    if not fields:
        return None
    filters = fields.get("filters") or ()
    values = tuple(filters.values()) if isinstance(filters, Mapping) else filters
    return reading.metric({**fields, "code": "", "filters": values})
