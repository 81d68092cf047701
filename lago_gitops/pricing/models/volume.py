"""Volume: the tier that the whole usage falls into prices every unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lago_gitops.pricing.base.errors import UnratableError
from lago_gitops.pricing.base.numbers import ZERO, ceiling, fdiv, float_text, text
from lago_gitops.pricing.base.rules import Rules
from lago_gitops.pricing.models.properties import tiers
from lago_gitops.pricing.models.rated import Rated, per_unit
from lago_gitops.pricing.models.tiered import Tier, flat, read_tier
from lago_gitops.pricing.models.usage import Counted, Usage


@dataclass(frozen=True, slots=True)
class Volume:
    tiers: tuple[Tier, ...]  # in order of from_value


@dataclass(frozen=True, slots=True)
class Details:
    flat_unit_amount: Decimal
    per_unit_amount: Decimal | str  # recomputed from the total, not the tier's price
    per_unit_total_amount: Decimal


def read(properties: Mapping[str, Any]) -> Volume:
    read_tiers = (read_tier(tier, "per_unit_amount", "to_value") for tier in tiers(properties, "volume_ranges"))
    return Volume(tuple(sorted(read_tiers, key=lambda tier: tier.from_value)))


def rate(price: Volume, usage: Usage, rules: Rules) -> Rated:
    """Raises UnratableError when no tier holds the usage: Lago then creates no invoice at all."""
    tier = _tier_of(price, usage.full_units)
    flat_amount = flat(tier, usage.full_units, rules)
    total = usage.units * tier.unit_price
    amount = total + flat_amount
    details = Details(flat_amount, _per_unit_text(total, usage), total)
    return Rated(amount, per_unit(amount, usage.full_units), details)


def _tier_of(price: Volume, units: Decimal) -> Tier:
    for tier in price.tiers:
        if tier.from_value <= ceiling(units) and (tier.to_value is None or units <= tier.to_value):
            return tier
    raise UnratableError(
        f"{text(units)} units fall in no volume tier, so Lago can't create the invoice: "
        "start the tiers at 0 and leave no gap between them"
    )


def _per_unit_text(total: Decimal, usage: Usage) -> str | Decimal:
    if not usage.full_units:
        return ZERO
    if isinstance(usage.transactions, Counted) and isinstance(usage.events_count, int):
        # Counted events are an integer in Lago, and a float over an integer stays a float.
        return float_text(float(total) / int(usage.units))
    return text(fdiv(total, usage.full_units))
