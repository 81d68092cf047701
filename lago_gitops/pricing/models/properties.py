"""Reading a charge's `properties`: figures, optional figures and tiers."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from lago_gitops.pricing.base.errors import InvalidPriceError
from lago_gitops.pricing.base.numbers import number


def figure(properties: Mapping[str, Any], name: str) -> Decimal:
    """Raises InvalidPriceError where it is missing, null or not a number."""
    if properties.get(name) is None:
        raise InvalidPriceError(f"{name!r} is missing from the charge's properties")
    return number(properties[name])


def optional_figure(properties: Mapping[str, Any], name: str) -> Decimal | None:
    """None where it is missing or null."""
    return None if properties.get(name) is None else number(properties[name])


def tiers(properties: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    """Raises InvalidPriceError where there is none."""
    found: Sequence[Mapping[str, Any]] = properties.get(name) or ()
    if not found:
        raise InvalidPriceError(f"{name!r} is missing from the charge's properties, or has no tier")
    return found
