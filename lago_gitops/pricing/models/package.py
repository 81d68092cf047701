"""Package: units are sold in packages, and every started package is paid in full."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lago_gitops.pricing.base.errors import InvalidPriceError
from lago_gitops.pricing.base.numbers import ZERO, ceiling, quot
from lago_gitops.pricing.models.properties import figure, optional_figure
from lago_gitops.pricing.models.rated import Rated
from lago_gitops.pricing.models.usage import Usage


@dataclass(frozen=True, slots=True)
class Package:
    amount: Decimal  # price of one package
    package_size: int
    free_units: Decimal


@dataclass(frozen=True, slots=True)
class Details:
    free_units: Decimal
    paid_units: Decimal
    per_package_size: int
    per_package_unit_amount: Decimal


def read(properties: Mapping[str, Any]) -> Package:
    """Raises InvalidPriceError for packages smaller than 1."""
    size = int(figure(properties, "package_size"))
    if size < 1:
        raise InvalidPriceError(f"package_size {size!r} is below 1")
    return Package(figure(properties, "amount"), size, optional_figure(properties, "free_units") or ZERO)


def rate(price: Package, usage: Usage) -> Rated:
    paid = usage.units - price.free_units
    amount = ZERO if paid < 0 else _packages(paid, price.package_size) * price.amount
    unit_amount = quot(amount, paid) if paid > 0 else ZERO
    return Rated(amount, unit_amount, _details(price, usage.units, paid))


def _packages(paid: Decimal, size: int) -> Decimal:
    # Lago divides two floats here, so a sliver over a full package is lost beyond 2^53.
    return ceiling(Decimal(float(paid) / size))


def _details(price: Package, units: Decimal, paid: Decimal) -> Details:
    if not units:
        return Details(ZERO, ZERO, 0, ZERO)
    return Details(price.free_units, max(paid, ZERO), price.package_size, price.amount)
