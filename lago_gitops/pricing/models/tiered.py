"""The walk through tiers that each bill the units which fall into them."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Protocol, TypeVar

from lago_gitops.pricing.base.numbers import ZERO
from lago_gitops.pricing.base.rules import Rules
from lago_gitops.pricing.models.properties import text_bound


class Tiered(Protocol):
    @property
    def from_value(self) -> Decimal: ...
    @property
    def to_value(self) -> Decimal | None: ...  # None in the last tier
    @property
    def flat_amount(self) -> Decimal: ...
    @property
    def is_text(self) -> bool: ...  # a bound that makes Lago fail


AnyTier = TypeVar("AnyTier", bound=Tiered)


def tiers_reached(tiers: Iterable[AnyTier], units: Decimal, step: Decimal) -> Iterator[tuple[AnyTier, Decimal]]:
    """The tiers that usage comes through, each with the units that fall into it.

    `step` is what a tier but the first has more than the distance of its bounds: 1 where 0–10 is followed by 11–20.
    """
    for tier in tiers:
        if tier.is_text:
            raise text_bound()
        reached = units if tier.to_value is None else min(units, tier.to_value)
        yield tier, reached - tier.from_value + step if tier.from_value else reached
        if tier.to_value is None or tier.to_value >= units:
            return


def flat(tier: Tiered, all_units: Decimal, rules: Rules) -> Decimal:
    """The flat amount of a tier that is reached; older releases leave it out where there is no usage."""
    return tier.flat_amount if all_units or rules.first_flat_at_zero else ZERO
