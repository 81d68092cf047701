"""Tiers, and the walk through tiers that each bill the units that fall into them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import repeat
from typing import Any

from lago_gitops.pricing.base.numbers import ZERO, json_number
from lago_gitops.pricing.base.rules import Rules
from lago_gitops.pricing.models.properties import figure, is_text, optional_figure, text_bound
from lago_gitops.pricing.models.rated import Rated, per_unit
from lago_gitops.pricing.models.usage import Usage


@dataclass(frozen=True, slots=True)
class Tier:
    from_value: Decimal
    to_value: Decimal | None  # None in the last tier
    unit_price: Decimal  # an amount; per cent in graduated_percentage
    flat_amount: Decimal
    is_text: bool = False  # has a bound that makes Lago fail


@dataclass(frozen=True, slots=True)
class TierPart:
    """What one tier bills, in units of the currency."""

    tier: Tier
    units: Decimal
    units_amount: Decimal
    flat_amount: Decimal

    @property
    def amount(self) -> Decimal:
        return self.units_amount + self.flat_amount


def read_tier(tier: Mapping[str, Any], unit_price: str, *bounds: str) -> Tier:
    """`unit_price` names the property with the price of a unit, `bounds` those that make Lago fail if they are text.

    Raises InvalidPriceError.
    """
    return Tier(
        figure(tier, "from_value"),
        optional_figure(tier, "to_value"),
        figure(tier, unit_price),
        figure(tier, "flat_amount"),
        any(map(is_text, repeat(tier), bounds)),
    )


def tiers_reached(tiers: Iterable[Tier], units: Decimal, step: Decimal) -> Iterator[tuple[Tier, Decimal]]:
    """The tiers that usage reaches, each with the units that fall into it.

    `step` is what tiers after the first have beyond the distance of their bounds: 1 if 0–10 is followed by 11–20.

    Raises InvalidPriceError at a bound that is a string.
    """
    for tier in tiers:
        if tier.is_text:
            raise text_bound()
        reached = units if tier.to_value is None else min(units, tier.to_value)
        yield tier, reached - tier.from_value + step if tier.from_value else reached
        if tier.to_value is None or tier.to_value >= units:
            return


def flat(tier: Tier, all_units: Decimal, rules: Rules) -> Decimal:
    """The flat amount of a tier that is reached; older releases leave it out without usage."""
    return tier.flat_amount if all_units or rules.first_flat_at_zero else ZERO


def rated(parts: Sequence[TierPart], usage: Usage, details: Any) -> Rated:
    amount = sum((part.amount for part in parts), ZERO)
    return Rated(amount, per_unit(amount, usage.full_units), details)


def shown_bounds(tier: Tier) -> tuple[int | float, int | float | None]:
    """Where the tier begins and ends, as JSON numbers; None: it has no end."""
    return json_number(tier.from_value), None if tier.to_value is None else json_number(tier.to_value)
