"""How usage is written on one line: `storage{region=eu}=12`, `payments=125000,events=40`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lago_gitops.bills.usage_schema import MOST_EVENTS
from lago_gitops.pricing.base.errors import InvalidPriceError
from lago_gitops.pricing.base.numbers import ZERO, number
from lago_gitops.pricing.usage.given import Given

_SELECTION = r"(?P<name>[^{}]+?)(?:\{(?P<properties>[^{}]*)\})?"
_USAGE = re.compile(rf"{_SELECTION}=(?P<units>[^,={{}}]+)(?P<more>(?:,[^,={{}}]+=[^,={{}}]+)*)")
_SELECTED = re.compile(_SELECTION)
_MORE = ("events", "cents")
_MOST_DIGITS = 100


@dataclass(frozen=True, slots=True)
class Selection:
    """A charge by its code or its metric's, and properties that events must have."""

    name: str
    properties: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class UsageLine:
    """Usage as it was written; the charge that it means is not resolved yet."""

    name: str
    given: Given


def usage_line(text: str) -> UsageLine:
    """`NAME[{key=value,…}]=UNITS[,events=N][,cents=AMOUNT]`. Raises InvalidPriceError."""
    match = _USAGE.fullmatch(text.strip())
    if match is None:
        raise InvalidPriceError(
            f"can't read the usage {text!r}: write api_requests=250000, 'storage{{region=eu}}=12' or "
            "payments=125000,events=40; for anything else use a usage file"
        )
    more = dict(_pairs(match["more"], text))
    if unknown := [key for key in more if key not in _MORE]:
        raise InvalidPriceError(f"{unknown[0]!r} in the usage {text!r}: after the units come events=N or cents=AMOUNT")
    given = Given(
        units=_figure(match["units"]),
        events=whole_number(more["events"]) if "events" in more else None,
        properties=dict(_pairs(match["properties"] or "", text)),
        precise_total_amount_cents=_figure(more["cents"]) if "cents" in more else ZERO,
    )
    return UsageLine(match["name"].strip(), given)


def selection(text: str) -> Selection:
    """`NAME[{key=value,…}]`. Raises InvalidPriceError."""
    match = _SELECTED.fullmatch(text.strip())
    if match is None:
        raise InvalidPriceError(f"can't read {text!r}: write storage or storage{{region=eu}}")
    return Selection(match["name"].strip(), dict(_pairs(match["properties"] or "", text)))


def stated_usages(value: Any) -> tuple[Given, ...]:
    """Usage of one charge as tests and usage files write it: units, an object with more, or a list of objects."""
    match value:
        case list():
            return tuple(one for each in value for one in stated_usages(each))
        case dict():
            events = value.get("events")
            return (
                Given(
                    units=number(value["units"]),
                    events=None if events is None else int(events),
                    properties=dict(value.get("properties") or {}),
                    precise_total_amount_cents=number(value.get("precise_total_amount_cents") or 0),
                ),
            )
        case _:
            return (Given(number(value)),)


def whole_number(text: str) -> int:
    """Raises InvalidPriceError for fractions, negative numbers and numbers too large to price."""
    value = _figure(text)
    if not 0 <= value <= MOST_EVENTS or value != value.to_integral_value():
        raise InvalidPriceError(f"events={text.strip()}: events are a whole number, at most {MOST_EVENTS:,}")
    return int(value)


def _figure(text: str) -> Decimal:
    value = number(text)
    if abs(value.adjusted()) > _MOST_DIGITS:
        raise InvalidPriceError(f"{text.strip()} has more than {_MOST_DIGITS} digits")
    return value


def _pairs(text: str, whole: str) -> Iterator[tuple[str, str]]:
    for part in text.split(","):
        if not part.strip():
            continue
        key, equals, value = part.partition("=")
        if not equals or not key.strip():
            raise InvalidPriceError(f"{part.strip()!r} in {whole!r} is not key=value")
        yield key.strip(), value.strip()
