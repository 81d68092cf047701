"""Reading a charge's `properties`: figures, optional figures and tiers."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from lago_gitops.pricing.base.errors import InvalidPriceError, UnratableError
from lago_gitops.pricing.base.numbers import number


def figure(properties: Mapping[str, Any], name: str) -> Decimal:
    """Raises InvalidPriceError when it is missing, null or not a number."""
    value = properties.get(name)
    if value is None:
        raise InvalidPriceError(f"{name!r} is missing from the charge's properties")
    return number(value)


def optional_figure(properties: Mapping[str, Any], name: str) -> Decimal | None:
    """None when it is missing or null."""
    value = properties.get(name)
    return None if value is None else number(value)


def with_numeric_bounds(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    """Properties as a manifest means them: bounds of tiers are sent as numbers, however they are written."""
    ranges = {
        name: [_numeric(tier) for tier in value]
        for name, value in properties.items()
        if value and name.endswith("_ranges") and any(map(_has_text, value))
    }
    return {**properties, **ranges} if ranges else properties


def is_text(tier: Mapping[str, Any], name: str) -> bool:
    """Whether the bound is text: Lago accepts and stores it as text, and can't compare it when it bills."""
    return type(tier.get(name)) is str


def text_bound() -> UnratableError:
    return UnratableError("a bound of a tier is text: write it as a number, or Lago creates no invoice")


def _has_text(tier: Mapping[str, Any]) -> bool:
    return type(tier.get("from_value")) is str or type(tier.get("to_value")) is str


def _numeric(tier: Mapping[str, Any]) -> dict[str, Any]:
    bounds = {name: number(tier[name]) for name in ("from_value", "to_value") if is_text(tier, name)}
    return {**tier, **bounds}


def tiers(properties: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    """Raises InvalidPriceError when there is none."""
    rows: Sequence[Mapping[str, Any]] = properties.get(name) or ()
    if not rows:
        raise InvalidPriceError(f"{name!r} is missing from the charge's properties, or has no tier")
    return rows
