"""Changes of prices as plain JSON data, and back, so that a saved plan shows them again."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from lago_gitops.core.model.canonical import plain
from lago_gitops.pricing.lint.curves import Stretch
from lago_gitops.render.price_changes import ChargeChange, Figure, PlanChange, PriceChange, Unit, Value
from lago_gitops.render.tier_changes import Sign, TierRow
from lago_gitops.render.usage_costs import BreakEven, Comparison, UsageCost, verdict

Document = dict[str, Any]
Data = Mapping[str, Any]


def prices_document(change: PlanChange) -> Document:
    """Decimals are texts; each price has its sentence beside the figures."""
    document: Document = _plain(change)
    for charge, shown in zip(change.charges, document["charges"], strict=True):
        for price, price_shown in zip(charge.prices, shown["prices"], strict=True):
            price_shown["verdict"] = verdict(price.comparison) if price.comparison else None
    return document


def read_prices(document: Data) -> PlanChange:
    """The change that a document was made of."""
    return PlanChange(
        **{
            **document,
            "figures": tuple(map(_figure, document["figures"])),
            "charges": tuple(map(_charge, document["charges"])),
        }
    )


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    match value:
        case Enum():
            return value.value
        case Decimal():
            return plain(value)
        case tuple():
            return [_plain(item) for item in value]
        case _:
            return value


def _figure(data: Data) -> Figure:
    unit = Unit(data["unit"])
    sides: list[Value] = [data[side] if unit is Unit.WORD else _decimal(data[side]) for side in ("before", "after")]
    return Figure(data["label"], sides[0], sides[1], unit)


def _charge(data: Data) -> ChargeChange:
    return ChargeChange(
        **{
            **data,
            "sign": Sign(data["sign"]),
            "figures": tuple(map(_figure, data["figures"])),
            "prices": tuple(map(_price, data["prices"])),
        }
    )


def _price(data: Data) -> PriceChange:
    return PriceChange(
        data["label"],
        Sign(data["sign"]),
        tuple(map(_figure, data["figures"])),
        tuple(map(_tier, data["tiers"])),
        tuple(map(_cost, data["costs"])),
        _comparison(data["comparison"]) if data["comparison"] else None,
    )


def _tier(data: Data) -> TierRow:
    return TierRow(
        Decimal(data["start"]),
        _decimal(data["end"]),
        _decimal(data["price_before"]),
        _decimal(data["price_after"]),
        _decimal(data["flat_before"]),
        _decimal(data["flat_after"]),
        Sign(data["sign"]),
        data["note"],
        data["inner"],
        tuple(map(Decimal, data["split_at"])),
        _decimal(data["was_end"]),
    )


def _cost(data: Data) -> UsageCost:
    return UsageCost(Decimal(data["units"]), _decimal(data["before"]), _decimal(data["after"]))


def _comparison(data: Data) -> Comparison:
    return Comparison(
        tuple(Stretch(Decimal(each["start"]), _decimal(each["end"]), each["sign"]) for each in data["stretches"]),
        tuple(BreakEven(Decimal(each["units"]), Decimal(each["amount"])) for each in data["break_even"]),
        tuple(map(Decimal, data["cliffs"])),
    )


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)
