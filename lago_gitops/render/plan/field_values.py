"""One side of a changed field for people."""

from collections.abc import Mapping
from typing import Any

from lago_gitops.core.model.currencies import money_of
from lago_gitops.render.base.values import printable, shown


def field_value(value: Any, currency: str | None = None, *, rate: bool = False) -> str:
    """Amounts in cents as money, rates as percentages, and of an item only what it says."""
    if rate and value is not None:
        return f"{shown(value)}%"
    if currency and isinstance(value, int):
        return printable(money_of(value, currency))
    return shown(said(value) if isinstance(value, Mapping) else value)


def said(item: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with a value."""
    return {name: value for name, value in item.items() if value is not None and value is not False and value != []}
