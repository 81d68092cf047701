"""The result of every charge model."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from lago_gitops.pricing.base.numbers import ZERO, quot


@dataclass(frozen=True, slots=True)
class NoDetails:
    """Models without details have empty amount_details."""


NO_DETAILS: Final = NoDetails()


@dataclass(frozen=True, slots=True)
class Rated:
    """Amounts are in units of the currency and not rounded; `details` is a dataclass with the fields of Lago's JSON."""

    amount: Decimal
    unit_amount: Decimal
    details: Any = NO_DETAILS


def per_unit(amount: Decimal, units: Decimal) -> Decimal:
    """The amount of one unit; 0 without units."""
    return quot(amount, units) if units else ZERO
