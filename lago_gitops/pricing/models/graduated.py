"""Graduated: every tier has its own price for the units that fall into it, and a flat amount once it is reached."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from lago_gitops.pricing.base.numbers import ONE, ZERO
from lago_gitops.pricing.base.rules import Rules
from lago_gitops.pricing.models.properties import tiers
from lago_gitops.pricing.models.rated import Rated
from lago_gitops.pricing.models.tiered import Tier, TierPart, flat, rated, read_tier, shown_bounds, tiers_reached
from lago_gitops.pricing.models.usage import Usage


@dataclass(frozen=True, slots=True)
class Graduated:
    tiers: tuple[Tier, ...]


@dataclass(frozen=True, slots=True)
class TierDetails:
    from_value: int | float
    to_value: int | float | None
    flat_unit_amount: Decimal
    per_unit_amount: Decimal
    units: Decimal
    per_unit_total_amount: Decimal
    total_with_flat_amount: Decimal


@dataclass(frozen=True, slots=True)
class Details:
    graduated_ranges: tuple[TierDetails, ...]


def read(properties: Mapping[str, Any]) -> Graduated:
    rows = tiers(properties, "graduated_ranges")
    return Graduated(tuple([read_tier(tier, "per_unit_amount", "to_value") for tier in rows]))


def amount(price: Graduated, units: Decimal, rules: Rules) -> Decimal:
    """The amount of `rate`, without its breakdown: curves need many amounts."""
    return sum([_amount(*reached) + flat(reached[0], units, rules) for reached in _reached(price, units)], ZERO)


def rate(price: Graduated, usage: Usage, rules: Rules) -> Rated:
    parts = tuple(
        TierPart(tier, units, _amount(tier, units), flat(tier, usage.units, rules))
        for tier, units in _reached(price, usage.units)
    )
    return rated(parts, usage, Details(tuple(_details_of(part) for part in parts)))


def _reached(price: Graduated, units: Decimal) -> Iterator[tuple[Tier, Decimal]]:
    return tiers_reached(price.tiers, units, ZERO if _touching(price.tiers) else ONE)


def _touching(tiers: tuple[Tier, ...]) -> bool:
    """Whether every tier starts where the one before ends (0–10, 10–20), not one above it (0–10, 11–20)."""
    return len(tiers) > 1 and all(lower.to_value == upper.from_value for lower, upper in pairwise(tiers))


def _amount(tier: Tier, units: Decimal) -> Decimal:
    return units * tier.unit_price


def _details_of(part: TierPart) -> TierDetails:
    return TierDetails(
        *shown_bounds(part.tier),
        flat_unit_amount=part.flat_amount,
        per_unit_amount=part.tier.unit_price if part.units else ZERO,
        units=part.units,
        per_unit_total_amount=part.units_amount,
        total_with_flat_amount=part.amount,
    )
