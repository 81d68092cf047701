"""How usage is rendered: by charge, by filter and by group."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from lago_gitops.pricing.base.numbers import ZERO, text
from lago_gitops.pricing.fees.fee import Fee
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.storage.kinds import CHARGE, METRIC
from lago_gitops.sandbox.base.world import World

Figures = Callable[[Sequence[Fee]], Doc]


def by_charge(world: World, charge_id: str, fees: Sequence[Fee], figures: Figures) -> Doc:
    """The fees of a charge: in total, by filter and by group. `figures` summarizes fees."""
    charge = world.store.with_deleted(CHARGE, charge_id)
    return {
        **figures(fees),
        "charge": _charge(world, charge),
        "billable_metric": _metric(world, charge),
        "filters": _by_filter(world, charge, fees, figures),
        "grouped_usage": _by_group(world, charge, fees, figures),
        **_breakdowns(world),
    }


def _charge(world: World, charge: Doc) -> Doc:
    return {
        "lago_id": charge["id"],
        **({"code": charge["code"]} if world.can.charge_codes else {}),
        **{name: charge[name] for name in ("charge_model", "invoice_display_name")},
    }


def _metric(world: World, charge: Doc) -> Doc:
    metric = world.store.with_deleted(METRIC, charge["metric_id"])
    return {"lago_id": metric["id"], **{name: metric[name] for name in ("name", "code", "aggregation_type")}}


def _breakdowns(world: World) -> Doc:
    return {"presentation_breakdowns": []} if world.can.presentation_group_keys else {}


def _by_filter(world: World, charge: Doc, fees: Iterable[Fee], figures: Figures) -> list[Doc]:
    if not charge["filters"]:
        return []
    return [_filter(world, charge, key, same, figures) for key, same in _grouped(fees, lambda fee: fee.filters)]


def _filter(world: World, charge: Doc, key: Any, fees: Sequence[Fee], figures: Figures) -> Doc:
    values = None if key is None else {name: list(each) for name, each in key}
    own: Doc = next((each for each in charge["filters"] if each["values"] == values), {})
    return {
        **_without_currency(figures(fees)),
        "invoice_display_name": own.get("invoice_display_name"),
        "values": values,
        **_breakdowns(world),
    }


def _by_group(world: World, charge: Doc, fees: Sequence[Fee], figures: Figures) -> list[Doc]:
    if not any(fee.grouped_by for fee in fees):
        return []
    return [
        {
            **_without_currency(figures(same)),
            "grouped_by": dict(group),
            "filters": _by_filter(world, charge, same, figures),
            **_breakdowns(world),
        }
        for group, same in _grouped(fees, lambda fee: fee.grouped_by)
    ]


def _without_currency(figures: Doc) -> Doc:
    return {name: value for name, value in figures.items() if name != "amount_currency"}


def _grouped(fees: Iterable[Fee], key: Callable[[Fee], Any]) -> list[tuple[Any, list[Fee]]]:
    groups: dict[Any, list[Fee]] = {}
    for fee in fees:
        groups.setdefault(key(fee), []).append(fee)
    return list(groups.items())


def used(fees: Sequence[Fee]) -> Doc:
    """Total units, events and amount of at least one fee."""
    return {
        "units": text(_sum(fee.units for fee in fees)),
        "total_aggregated_units": text(_sum(fee.total_aggregated_units or ZERO for fee in fees)),
        **counted(fees),
        "pricing_unit_details": pricing_unit(fees),
    }


def counted(fees: Sequence[Fee]) -> Doc:
    return {
        "events_count": sum(fee.events_count or 0 for fee in fees),
        "amount_cents": sum(fee.amount_cents for fee in fees),
        "amount_currency": fees[0].currency,
    }


def pricing_unit(fees: Sequence[Fee]) -> Doc | None:
    amounts = [fee.unit_amounts for fee in fees if fee.unit_amounts is not None]
    if not amounts or fees[0].unit_amounts is None:
        return None
    return {
        "amount_cents": sum(each.amount_cents for each in amounts),
        "short_name": amounts[0].unit.short_name,
        "conversion_rate": text(amounts[0].conversion_rate),
    }


def _sum(numbers: Iterable[Decimal]) -> Decimal:
    return sum(numbers, ZERO)
