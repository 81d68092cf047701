"""Dynamic: every event has its own price. And custom, whose price only the server knows."""

from dataclasses import dataclass
from decimal import Decimal

from lago_gitops.pricing.base.numbers import ZERO, quot
from lago_gitops.pricing.models.rated import Rated, per_unit
from lago_gitops.pricing.models.usage import Usage


@dataclass(frozen=True, slots=True)
class Dynamic:
    """Without properties: the amounts are in the events."""


@dataclass(frozen=True, slots=True)
class Custom:
    """Can't be rated: its amounts come from a program inside the server."""


def rate(usage: Usage, subunits: int) -> Rated:
    amount = quot(usage.precise_total_amount_cents, Decimal(subunits)) if usage.full_units else ZERO
    return Rated(amount, per_unit(amount, usage.full_units))
