"""Graduated: every tier has a price of its own for the units that fall into it, and a flat amount for being reached."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from lago_gitops.pricing.base.numbers import ONE, ZERO, json_number
from lago_gitops.pricing.base.rules import Rules
from lago_gitops.pricing.models.properties import figure, is_text, optional_figure, tiers
from lago_gitops.pricing.models.rated import Rated, per_unit
from lago_gitops.pricing.models.tiered import flat, tiers_reached
from lago_gitops.pricing.models.usage import Usage


@dataclass(frozen=True, slots=True)
class Tier:
    from_value: Decimal
    to_value: Decimal | None  # None in the last tier
    per_unit_amount: Decimal
    flat_amount: Decimal
    is_text: bool = False  # its end


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
    return Graduated(tuple(read_tier(tier) for tier in tiers(properties, "graduated_ranges")))


def read_tier(tier: Mapping[str, Any]) -> Tier:
    return Tier(
        figure(tier, "from_value"),
        optional_figure(tier, "to_value"),
        figure(tier, "per_unit_amount"),
        figure(tier, "flat_amount"),
        is_text(tier, "to_value"),
    )


def amount(price: Graduated, units: Decimal, rules: Rules) -> Decimal:
    """What `rate` would say, without its breakdown: a curve asks for many amounts."""
    return sum((_total(*part, units, rules) for part in _parts(price, units)), ZERO)


def rate(price: Graduated, usage: Usage, rules: Rules) -> Rated:
    details = tuple(_details_of(*part, usage.units, rules) for part in _parts(price, usage.units))
    total = sum((tier.total_with_flat_amount for tier in details), ZERO)
    return Rated(total, per_unit(total, usage.full_units), Details(details))


def _parts(price: Graduated, units: Decimal) -> Iterator[tuple[Tier, Decimal]]:
    return tiers_reached(price.tiers, units, ZERO if _touching(price.tiers) else ONE)


def _touching(tiers: tuple[Tier, ...]) -> bool:
    """Every tier starts where the one before ends (0–10, 10–20), not one after it (0–10, 11–20)."""
    return len(tiers) > 1 and all(lower.to_value == upper.from_value for lower, upper in pairwise(tiers))


def _total(tier: Tier, units: Decimal, all_units: Decimal, rules: Rules) -> Decimal:
    return units * tier.per_unit_amount + flat(tier, all_units, rules)


def _details_of(tier: Tier, units: Decimal, all_units: Decimal, rules: Rules) -> TierDetails:
    total, flat_amount = units * tier.per_unit_amount, flat(tier, all_units, rules)
    return TierDetails(
        from_value=json_number(tier.from_value),
        to_value=None if tier.to_value is None else json_number(tier.to_value),
        flat_unit_amount=flat_amount,
        per_unit_amount=tier.per_unit_amount if units else ZERO,
        units=units,
        per_unit_total_amount=total,
        total_with_flat_amount=total + flat_amount,
    )
