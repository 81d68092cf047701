"""Standard: every unit costs the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lago_gitops.pricing.models.properties import figure
from lago_gitops.pricing.models.rated import Rated, per_unit
from lago_gitops.pricing.models.usage import Usage


@dataclass(frozen=True, slots=True)
class Standard:
    amount: Decimal


def read(properties: Mapping[str, Any]) -> Standard:
    return Standard(figure(properties, "amount"))


def rate(price: Standard, usage: Usage) -> Rated:
    amount = usage.units * price.amount
    return Rated(amount, per_unit(amount, usage.full_units))
