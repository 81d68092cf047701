"""Fault rules: the names of faults, the requests that they apply to, and the notation."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_NUMBERS = re.compile(r"([1-9][0-9]*)(?:-([1-9][0-9]*)?)?")
_SHARE = re.compile(r"([0-9]{1,3})%")


class Fault(StrEnum):
    """The names say what the client sees, and whether it happens before or after Lago carries out the request."""

    RESET_BEFORE = "reset-before"
    RESET_AFTER = "reset-after"
    ERROR_BEFORE = "500-before"
    ERROR_AFTER = "500-after"
    PROXY_BEFORE = "502-before"  # with a page in HTML
    PROXY_AFTER = "502-after"
    TRUNCATED = "truncated"  # half of the answer, then the connection is closed
    INVALID_JSON = "invalid-json"  # the request was carried out
    LIMITED = "429"  # with the headers of Lago's cloud
    LIMITED_BARE = "429-bare"
    LATENCY = "latency"
    SHIFTED = "shifted"  # a list loses a row between two pages
    MEDDLING = "meddling"  # somebody else renames the object just before the request
    DEADLOCK = "deadlock"  # of concurrent writes, all but the first are rolled back, with a bare 500


DEFAULT_SECONDS = {Fault.LATENCY: 1.0, Fault.LIMITED: 1.0}


@dataclass(frozen=True, slots=True)
class Conditions:
    """A request must meet every condition. The number, from 1, counts requests that meet the others."""

    methods: frozenset[str] = frozenset(_METHODS)
    path: str = "*"  # a glob for the path below /api/v1
    first: int = 1
    last: int | None = None
    share: float = 1.0  # chosen at random


@dataclass(frozen=True, slots=True)
class FaultRule:
    """`seconds`: the delay of an answer, or the Retry-After of a 429."""

    fault: Fault
    conditions: Conditions = field(default_factory=Conditions)
    seconds: float = 0.0


def parse_rule(text: str) -> FaultRule:
    """Parse the notation FAULT[=SECONDS][@CONDITION,…].

    A condition is a method, `read` or `write`; a path below /api/v1 with `*` as wildcard; a number N or a range N-M or
    N-, of the requests that meet the other conditions; or a random share of them, such as 10%. So `reset-after@PUT,2`
    loses the answer to the second PUT, and `latency=0.2@/plans*` makes plans slow. Raises ValueError.
    """
    name, _, texts = text.partition("@")
    name, _, seconds = name.partition("=")
    try:
        fault = Fault(name)
    except ValueError:
        raise ValueError(f"there is no fault {name!r}: there are {', '.join(Fault)}") from None
    conditions = Conditions()
    for condition in texts.split(",") if texts else ():
        conditions = _narrowed(conditions, condition.strip())
    return FaultRule(fault, conditions, _seconds(seconds) if seconds else DEFAULT_SECONDS.get(fault, 0.0))


def _narrowed(before: Conditions, condition: str) -> Conditions:
    methods, path, first, last, share = before.methods, before.path, before.first, before.last, before.share
    if condition in _METHODS:
        methods = methods & {condition}
    elif condition == "read":
        methods = methods & {"GET"}
    elif condition == "write":
        methods = methods - {"GET"}
    elif condition.startswith("/"):
        path = condition
    elif match := _NUMBERS.fullmatch(condition):
        first = int(match[1])
        last = first if "-" not in condition else int(match[2]) if match[2] else None
    elif match := _SHARE.fullmatch(condition):
        share = int(match[1]) / 100
    else:
        raise ValueError(f"{condition!r} isn't a condition: write a method, read, write, /path*, N, N-M, N- or N%")
    return Conditions(methods, path, first, last, share)


def _seconds(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", text):
        raise ValueError(f"{text!r} is not a number of seconds")
    return float(text)
