"""Graduated percentage: every tier takes a percentage of the units that fall into it, and a flat amount."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lago_gitops.pricing.base.numbers import ONE, ZERO, from_percent, json_number
from lago_gitops.pricing.base.rules import Rules
from lago_gitops.pricing.models.properties import figure, is_text, optional_figure, tiers
from lago_gitops.pricing.models.rated import Rated, per_unit
from lago_gitops.pricing.models.tiered import flat, tiers_reached
from lago_gitops.pricing.models.usage import Usage


@dataclass(frozen=True, slots=True)
class Tier:
    from_value: Decimal
    to_value: Decimal | None  # None in the last tier
    rate: Decimal  # per cent
    flat_amount: Decimal
    is_text: bool = False  # one of its bounds


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
    return GraduatedPercentage(tuple(_read_tier(tier) for tier in tiers(properties, "graduated_percentage_ranges")))


def rate(price: GraduatedPercentage, usage: Usage, rules: Rules) -> Rated:
    # Unlike graduated there is no touching mode: tiers that touch count a unit twice, as Lago does.
    parts = tiers_reached(price.tiers, usage.units, ONE)
    details = tuple(_details_of(*part, usage.units, rules) for part in parts)
    amount = sum((tier.total_with_flat_amount for tier in details), ZERO)
    return Rated(amount, per_unit(amount, usage.full_units), Details(details))


def _read_tier(tier: Mapping[str, Any]) -> Tier:
    return Tier(
        figure(tier, "from_value"),
        optional_figure(tier, "to_value"),
        figure(tier, "rate"),
        figure(tier, "flat_amount"),
        is_text(tier, "from_value") or is_text(tier, "to_value"),
    )


def _details_of(tier: Tier, units: Decimal, all_units: Decimal, rules: Rules) -> TierDetails:
    total, flat_amount = from_percent(units * tier.rate), flat(tier, all_units, rules)
    return TierDetails(
        from_value=json_number(tier.from_value),
        to_value=None if tier.to_value is None else json_number(tier.to_value),
        flat_unit_amount=flat_amount,
        rate=tier.rate,
        units=units,
        per_unit_total_amount=total,
        total_with_flat_amount=total + flat_amount,
    )
