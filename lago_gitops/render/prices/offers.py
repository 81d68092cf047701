"""One side of a price: what a charge or one of its filters costs, and its description in a line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from lago_gitops.pricing.base.errors import PricingError
from lago_gitops.pricing.base.words import figure, money
from lago_gitops.pricing.models import Price, price
from lago_gitops.pricing.models.dynamic import Custom, Dynamic
from lago_gitops.pricing.models.graduated import Graduated
from lago_gitops.pricing.models.graduated_percentage import GraduatedPercentage
from lago_gitops.pricing.models.package import Package
from lago_gitops.pricing.models.percentage import Percentage
from lago_gitops.pricing.models.standard import Standard
from lago_gitops.pricing.models.tiered import Tier
from lago_gitops.pricing.models.volume import Volume

Fields = Mapping[str, Any]
_WORDS_KEPT: Final = 2_048  # price lists repeat their prices
_TIERED: Final = ("graduated_ranges", "graduated_percentage_ranges", "volume_ranges")


@dataclass(frozen=True, slots=True)
class PriceOffer:
    """`price` is None when the properties aren't a valid price; `currency` may be the code of a pricing unit."""

    model: str
    properties: Fields
    price: Price | None
    currency: str

    @property
    def group_keys(self) -> tuple[str, ...]:
        """Event properties whose values are billed separately."""
        return tuple(self.properties.get("pricing_group_keys") or ())


def offer(charge: Fields | None, holder: Fields | None, currency: str) -> PriceOffer | None:
    """The price of `holder`, the charge itself or one of its filters; None when there is none."""
    if charge is None or holder is None:
        return None
    properties = holder.get("properties") or {}
    return PriceOffer(charge["charge_model"], properties, _read(charge["charge_model"], properties), currency)


def same(one: PriceOffer | None, other: PriceOffer | None) -> bool:
    """Whether the same usage costs the same; irrelevant properties are ignored."""
    if one is None or other is None:
        return one is other
    if one.price is None or other.price is None:
        return one == other
    return (one.price, one.group_keys, one.currency) == (other.price, other.group_keys, other.currency)


def phrase(offered: PriceOffer) -> str:
    """The price in a line: `€3.00 per unit`, `1.4% + €0.25 per event`, `3 tiers, €0.002 down to €0.0009 per unit`."""
    groups = f", for each {' and '.join(offered.group_keys)}" if offered.group_keys else ""
    return _said(offered.price, offered.currency) + groups


def _read(model: str, properties: Fields) -> Price | None:
    """The engine reads tiers as a list; the canonical form keys them by their start."""
    lists = {name: tuple(properties[name].values()) for name in _TIERED if isinstance(properties.get(name), Mapping)}
    try:
        return price(model, {**properties, **lists})
    except PricingError:
        return None


@lru_cache(_WORDS_KEPT)
def _said(model: Price | None, currency: str) -> str:
    match model:
        case None:
            return "no readable price"
        case Standard(amount):
            return f"{money(amount, currency)} per unit"
        case Package():
            return _package(model, currency)
        case Percentage():
            return "".join(_percentage(model, currency))
        case Graduated(tiers) | Volume(tiers):
            return _tiers([(tier, money(tier.unit_price, currency)) for tier in tiers], " per unit", currency)
        case GraduatedPercentage(rates):
            return _tiers([(tier, f"{figure(tier.unit_price)}%") for tier in rates], "", currency)
        case Dynamic():
            return "price set by each event"
        case Custom():  # the last of its union
            return "priced by a program inside the Lago server"


def _package(model: Package, currency: str) -> str:
    free = f", the first {figure(model.free_units)} free" if model.free_units else ""
    size = "unit" if model.package_size == 1 else f"{figure(Decimal(model.package_size))} units"
    return f"{money(model.amount, currency)} per {size}{free}"


def _percentage(model: Percentage, currency: str) -> Iterator[str]:
    yield f"{figure(model.rate)}%"
    if model.fixed_amount:
        yield f" + {money(model.fixed_amount, currency)} per event"
    if model.free_events:
        yield f", the first {model.free_events:,} events free"
    if model.free_aggregation:
        yield f", the first {figure(model.free_aggregation)} units free"
    if model.min_amount is not None:
        yield f", at least {money(model.min_amount, currency)} per event"
    if model.max_amount is not None:
        yield f", at most {money(model.max_amount, currency)} per event"


def _tiers(tiers: list[tuple[Tier, str]], per: str, currency: str) -> str:
    first, price_ = tiers[0]
    if len(tiers) > 1:
        return f"{len(tiers)} tiers, {price_} to {tiers[-1][1]}{per}"
    return f"{price_}{per}" + (f" + {money(first.flat_amount, currency)}" if first.flat_amount else "")
