"""One side of a changed field for people."""

import re
from collections.abc import Mapping
from typing import Any, Final

from lago_gitops.core.model.currencies import money_of
from lago_gitops.render.base.values import cut, printable, shown

NAMED_BY_CENTS: Final = "usage_thresholds"
"""The list of a plan whose items are named by their amount in cents."""
_CENTS: Final = re.compile(rf"(?<=^{NAMED_BY_CENTS}\[)[0-9]+")


def field_path(path: str, currency: str | None = None) -> str:
    """The path of a field; an amount that names an item is money: `usage_thresholds[€1,000.00]`."""
    if currency is None:
        return printable(path)
    return printable(_CENTS.sub(lambda found: money_of(int(found[0]), currency), path))


def field_value(value: Any, currency: str | None = None, *, rate: bool = False) -> str:
    """Amounts in cents as money, rates as percentages, and of an item only what it says."""
    if rate and value is not None:
        return f"{shown(value)}%"
    if currency and isinstance(value, int):
        return printable(money_of(value, currency))
    if isinstance(value, Mapping):
        return cut("{" + ", ".join(_part(name, item, currency) for name, item in said(value).items()) + "}")
    if currency and isinstance(value, list):
        return cut("[" + ", ".join(field_value(item, currency) for item in value) + "]")
    return shown(value)


def _part(name: str, value: Any, currency: str | None) -> str:
    if currency and name.endswith("_cents"):
        return f"{printable(name.removesuffix('_cents'))}: {field_value(value, currency)}"
    return f"{printable(name)}: {shown(value)}"


def said(item: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with a value."""
    return {name: value for name, value in item.items() if value is not None and value is not False and value != []}
