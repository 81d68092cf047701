"""The charge models: one module each, with its price as a value and the cost of usage at that price."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from lago_gitops.pricing.base.errors import InvalidPriceError, UnsupportedError
from lago_gitops.pricing.base.numbers import exact
from lago_gitops.pricing.base.rules import LATEST, Rules
from lago_gitops.pricing.models import (
    dynamic,
    graduated,
    graduated_percentage,
    package,
    percentage,
    prorated_graduated,
    standard,
    volume,
)
from lago_gitops.pricing.models.dynamic import Custom, Dynamic
from lago_gitops.pricing.models.graduated import Graduated
from lago_gitops.pricing.models.graduated_percentage import GraduatedPercentage
from lago_gitops.pricing.models.package import Package
from lago_gitops.pricing.models.percentage import Percentage
from lago_gitops.pricing.models.rated import Rated
from lago_gitops.pricing.models.standard import Standard
from lago_gitops.pricing.models.tiered import Tier
from lago_gitops.pricing.models.usage import Usage
from lago_gitops.pricing.models.volume import Volume

Price = Standard | Graduated | GraduatedPercentage | Package | Percentage | Volume | Dynamic | Custom

_READERS: Final[Mapping[str, Callable[[Mapping[str, Any]], Price]]] = {
    "standard": standard.read,
    "graduated": graduated.read,
    "graduated_percentage": graduated_percentage.read,
    "package": package.read,
    "percentage": percentage.read,
    "volume": volume.read,
    "dynamic": lambda _: Dynamic(),
    "custom": lambda _: Custom(),
}
_OPEN_TIER: Final = {"from_value": 0, "to_value": None, "flat_amount": "0"}
# What Lago stores for a charge without properties: everything is free.
_DEFAULTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "standard": {"amount": "0"},
    "graduated": {"graduated_ranges": ({**_OPEN_TIER, "per_unit_amount": "0"},)},
    "graduated_percentage": {"graduated_percentage_ranges": ({**_OPEN_TIER, "rate": "0"},)},
    "package": {"amount": "0", "package_size": 1, "free_units": 0},
    "percentage": {"rate": "0"},
    "volume": {"volume_ranges": ({**_OPEN_TIER, "per_unit_amount": "0"},)},
}


def price(charge_model: str, properties: Mapping[str, Any]) -> Price:
    """The price in a charge's `properties`, as in the API; without any, Lago's defaults.

    Raises InvalidPriceError.
    """
    if charge_model not in _READERS:
        raise InvalidPriceError(f"{charge_model!r} is not a charge model: use one of {', '.join(sorted(_READERS))}")
    return _READERS[charge_model](properties or _DEFAULTS.get(charge_model, {}))


def tiers_of(price: Price | None) -> tuple[Tier, ...]:
    """The tiers of a price; empty for a price without tiers."""
    match price:
        case Graduated(tiers) | GraduatedPercentage(tiers) | Volume(tiers):
            return tiers
        case _:
            return ()


@exact
def amount(price: Price, usage: Usage, *, rules: Rules = LATEST) -> Decimal:
    """Only the amount of `rate`. Raises like `rate`."""
    if isinstance(price, Graduated) and usage.prorated is None:
        return graduated.amount(price, usage.units, rules)
    return rate(price, usage, rules=rules).amount


@exact
def rate(price: Price, usage: Usage, *, subunits: int = 100, rules: Rules = LATEST) -> Rated:
    """The cost of `usage`, in units of the currency, before any rounding.

    `subunits` is how many cents the currency has, which only dynamic charges need.
    Raises UnratableError when Lago fails too, UnsupportedError for custom charges.
    """
    match price:
        case Standard():
            return standard.rate(price, usage)
        case Graduated() if usage.prorated is not None:
            return prorated_graduated.rate(price, usage.units, usage.prorated.steps, rules)
        case Graduated():
            return graduated.rate(price, usage, rules)
        case GraduatedPercentage():
            return graduated_percentage.rate(price, usage, rules)
        case Package():
            return package.rate(price, usage)
        case Percentage():
            return percentage.rate(price, usage, rules)
        case Volume():
            return volume.rate(price, usage, rules)
        case Dynamic():
            return dynamic.rate(usage, subunits)
    raise UnsupportedError(
        "a custom charge can't be priced here: its price is computed by a program inside the Lago server"
    )
