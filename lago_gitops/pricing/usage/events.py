"""Usage events, and Lago's reading of their properties: always as text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

from lago_gitops.pricing.base.numbers import ZERO

_NUMERIC: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Event:
    metric_code: str
    at: datetime
    properties: Mapping[str, object] = field(default_factory=dict)
    precise_total_amount_cents: Decimal = ZERO  # for dynamic charges
    transaction_id: str = ""


def property_text(event: Event, key: str | None) -> str | None:
    """A property in PostgreSQL's text form; None when it is missing or null."""
    match event.properties.get(key or ""):
        case None:
            return None
        case bool(flag):
            return "true" if flag else "false"
        case float(figure):
            return format(Decimal(repr(figure)), "f")
        case Decimal() as figure:
            return format(figure, "f")
        case other:
            return str(other)


def property_number(event: Event, key: str | None) -> Decimal | None:
    """None for anything but plain digits: Lago ignores such an event ("1e3", "+1", ".5")."""
    value = property_text(event, key)
    return Decimal(value) if value is not None and _NUMERIC.fullmatch(value) else None
