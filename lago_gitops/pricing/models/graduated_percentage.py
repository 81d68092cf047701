"""Graduated percentage: every tier has a percentage for the units that fall into it, and a flat amount."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lago_gitops.pricing.base.numbers import ONE, from_percent
from lago_gitops.pricing.base.rules import Rules
from lago_gitops.pricing.models.properties import tiers
from lago_gitops.pricing.models.rated import Rated
from lago_gitops.pricing.models.tiered import Tier, TierPart, flat, rated, read_tier, shown_bounds, tiers_reached
from lago_gitops.pricing.models.usage import Usage


@dataclass(frozen=True, slots=True)
class GraduatedPercentage:
    tiers: tuple[Tier, ...]


@dataclass(frozen=True, slots=True)
class TierDetails:
    from_value: int | float
    to_value: int | float | None
    flat_unit_amount: Decimal
    rate: Decimal
    units: Decimal
    per_unit_total_amount: Decimal
    total_with_flat_amount: Decimal


@dataclass(frozen=True, slots=True)
class Details:
    graduated_percentage_ranges: tuple[TierDetails, ...]


def read(properties: Mapping[str, Any]) -> GraduatedPercentage:
    rows = tiers(properties, "graduated_percentage_ranges")
    return GraduatedPercentage(tuple(read_tier(tier, "rate", "from_value", "to_value") for tier in rows))


def rate(price: GraduatedPercentage, usage: Usage, rules: Rules) -> Rated:
    # Unlike graduated there is no touching mode: tiers that touch count a unit twice, as Lago does.
    parts = tuple(
        TierPart(tier, units, from_percent(units * tier.unit_price), flat(tier, usage.units, rules))
        for tier, units in tiers_reached(price.tiers, usage.units, ONE)
    )
    return rated(parts, usage, Details(tuple(_details_of(part) for part in parts)))


def _details_of(part: TierPart) -> TierDetails:
    return TierDetails(
        *shown_bounds(part.tier),
        flat_unit_amount=part.flat_amount,
        rate=part.tier.unit_price,
        units=part.units,
        per_unit_total_amount=part.units_amount,
        total_with_flat_amount=part.amount,
    )
