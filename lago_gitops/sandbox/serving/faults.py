"""Faults: what can go wrong between a client and Lago, made to happen to chosen requests."""

import json
import random
import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from io import BytesIO
from typing import TYPE_CHECKING, Any

from lago_gitops.sandbox.base.http.messages import raw_path

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_API = "/api/v1"
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_NUMBERS = re.compile(r"([1-9][0-9]*)(?:-([1-9][0-9]*)?)?")
_SHARE = re.compile(r"([0-9]{1,3})%")
_PAGE = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
_LIMIT = "50"
MEDDLED = " (meddled)"


class Fault(StrEnum):
    """The name says what the client sees; -before and -after: whether Lago carried the request out all the same."""

    RESET_BEFORE = "reset-before"
    RESET_AFTER = "reset-after"
    ERROR_BEFORE = "500-before"
    ERROR_AFTER = "500-after"
    PROXY_BEFORE = "502-before"  # with a page in HTML
    PROXY_AFTER = "502-after"
    TRUNCATED = "truncated"  # half of the answer, and then the connection ends
    INVALID_JSON = "invalid-json"  # of a request that was carried out
    LIMITED = "429"  # with the headers of Lago's cloud
    LIMITED_BARE = "429-bare"
    LATENCY = "latency"
    SHIFTED = "shifted"  # a list that lost a row between two of its pages
    MEDDLING = "meddling"  # somebody else renames the object just before the request
    DEADLOCK = "deadlock"  # of the requests under way at a time all but the first are rolled back, with a bare 500


DEFAULT_SECONDS = {Fault.LATENCY: 1.0, Fault.LIMITED: 1.0}


@dataclass(frozen=True, slots=True)
class Where:
    """Which requests: those that meet every condition. The number counts those that meet the others, from 1."""

    methods: frozenset[str] = frozenset(_METHODS)
    path: str = "*"  # a pattern as of file names, of the path below /api/v1
    first: int = 1
    last: int | None = None
    share: float = 1.0  # at random


@dataclass(frozen=True, slots=True)
class Rule:
    """`seconds`: how late an answer comes, or how long a 429 asks to stay away."""

    fault: Fault
    where: Where = field(default_factory=Where)
    seconds: float = 0.0


def parse_rule(text: str) -> Rule:
    """A rule as it is written: FAULT[=SECONDS][@CONDITION,…].

    A condition is a method, `read` or `write`; a path below /api/v1 with `*` for anything; a number N, a range N-M or
    N-, of the requests that meet the other conditions; or a share of them, at random, as 10%. So `reset-after@PUT,2`
    loses the answer to the second PUT, and `latency=0.2@/plans*` makes plans slow. Raises ValueError.
    """
    name, _, conditions = text.partition("@")
    name, _, seconds = name.partition("=")
    try:
        fault = Fault(name)
    except ValueError:
        raise ValueError(f"there is no fault {name!r}: there are {', '.join(Fault)}") from None
    where = Where()
    for condition in conditions.split(",") if conditions else ():
        where = _narrowed(where, condition.strip())
    return Rule(fault, where, _seconds(seconds) if seconds else DEFAULT_SECONDS.get(fault, 0.0))


class Faulty:
    """A WSGI application with faults: the first rule that fits a request happens to it, and the others don't.

    A reset is a ConnectionResetError out of the call, which the sandbox's server turns into a connection that ends.
    """

    def __init__(
        self,
        application: "WSGIApplication",
        rules: Iterable[Rule],
        *,
        sleep: Callable[[float], None] = time.sleep,
        seed: int = 0,
    ) -> None:
        self._application = application
        self._rules = tuple(rules)
        self._met = [0] * len(self._rules)
        self._sleep = sleep
        self._dice = random.Random(seed)  # noqa: S311 -- makes faults, guards nothing
        self._lock = threading.Lock()
        self._row = threading.Lock()  # of the database, which all that may dead-lock want

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        sent = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        asked = _Asked(environ, sent)
        rule = self._rule(asked)
        answer = asked.answered(self._application) if rule is None else self._answer(rule, asked)
        start_response(answer.status, answer.headers)
        return [answer.body]

    def _rule(self, asked: "_Asked") -> Rule | None:
        with self._lock:
            for number, rule in enumerate(self._rules):
                where = rule.where
                if asked.method not in where.methods or not fnmatchcase(asked.path, where.path):
                    continue
                self._met[number] += 1
                within = where.first <= self._met[number] <= (where.last or self._met[number])
                if within and self._dice.random() < where.share:
                    return rule
        return None

    def _answer(self, rule: Rule, asked: "_Asked") -> "_Answer":
        match rule.fault:
            case Fault.RESET_BEFORE:
                raise ConnectionResetError("by a fault, before")
            case Fault.ERROR_BEFORE:
                return _ERROR
            case Fault.PROXY_BEFORE:
                return _PROXY
            case Fault.LIMITED:
                reset = f"{rule.seconds:g}"
                headers = {"X-RateLimit-Limit": _LIMIT, "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}
                return _json("429 Too Many Requests", {"status": 429, "error": "Too Many Requests"}, headers)
            case Fault.LIMITED_BARE:
                return _Answer("429 Too Many Requests", [("Content-Length", "0")], b"")
            case Fault.LATENCY:
                self._sleep(rule.seconds)
            case Fault.MEDDLING:
                _meddle(asked, self._application)
            case Fault.DEADLOCK:
                return self._unless_locked(asked)
            case _:
                pass
        return _spoilt(rule.fault, asked.answered(self._application))

    def _unless_locked(self, asked: "_Asked") -> "_Answer":
        """Lago's writes touch rows that they share (add-ons of fixed charges, draft invoices), each in its own order.
        Of two that wait for each other PostgreSQL ends one, and Lago has no words for it."""
        if not self._row.acquire(blocking=False):
            return _ERROR
        try:
            return asked.answered(self._application)
        finally:
            self._row.release()


@dataclass(frozen=True, slots=True)
class _Answer:
    status: str
    headers: list[tuple[str, str]]
    body: bytes


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request that can be handed on more than once."""

    environ: "WSGIEnvironment"
    sent: bytes

    @property
    def method(self) -> str:
        return str(self.environ["REQUEST_METHOD"])

    @property
    def path(self) -> str:
        return raw_path(self.environ).removeprefix(_API)

    def answered(self, application: "WSGIApplication") -> _Answer:
        return _answered(application, {**self.environ, "wsgi.input": BytesIO(self.sent)})

    def other(self, method: str, path: str, body: Any = None) -> "_Asked":
        """Another request with the same key."""
        sent = b"" if body is None else json.dumps(body).encode()
        about = {
            "REQUEST_METHOD": method,
            "RAW_URI": _API + path,
            "PATH_INFO": _API + path,
            "QUERY_STRING": "",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(sent)),
        }
        return _Asked({**self.environ, **about}, sent)


def _answered(application: "WSGIApplication", environ: "WSGIEnvironment") -> _Answer:
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]], *_: object) -> Callable[[bytes], object]:
        started.append((status, headers))
        return lambda _: None

    body = b"".join(application(environ, start))
    [(status, headers)] = started
    return _Answer(status, headers, body)


def _spoilt(fault: Fault, answer: _Answer) -> _Answer:
    """What becomes of the answer to a request that was carried out."""
    match fault:
        case Fault.RESET_AFTER:
            raise ConnectionResetError("by a fault, after")
        case Fault.ERROR_AFTER:
            return _ERROR
        case Fault.PROXY_AFTER:
            return _PROXY
        case Fault.TRUNCATED:
            return _Answer(
                answer.status, [*answer.headers, ("Connection", "close")], answer.body[: len(answer.body) // 2]
            )
        case Fault.INVALID_JSON:
            body = answer.body[:-1] + b","
            return _Answer(answer.status, answer.headers, body)
        case Fault.SHIFTED:
            return _shifted(answer)
        case _:
            return answer


def _shifted(answer: _Answer) -> _Answer:
    """A page whose last row has gone to where it was not looked for; other answers stay as they are."""
    said = json.loads(answer.body)
    rows = next((value for value in said.values() if isinstance(value, list) and value), None)
    if rows is None or "meta" not in said:
        return answer
    rows.pop()
    return _json(answer.status, said)


def _meddle(asked: _Asked, application: "WSGIApplication") -> None:
    """Give the object that the request is about another name, and leave the rest of it."""
    _, collection, *below = asked.path.split("/")
    if not below or collection not in _ROOTS:
        return
    path, root = f"/{collection}/{below[0]}", _ROOTS[collection]
    found = json.loads(asked.other("GET", path).answered(application).body).get(root)
    if found is not None:
        body = {**_kept(collection, found), "name": f"{found.get('name') or ''}{MEDDLED}"}
        asked.other("PUT", path, {root: body}).answered(application)


def _kept(collection: str, found: dict[str, Any]) -> dict[str, Any]:
    """What an update that leaves it out would take away."""
    match collection:
        case "plans":
            return {
                name: found.get(name) for name in ("interval", "bill_charges_monthly", "bill_fixed_charges_monthly")
            }
        case "coupons":
            targets = ("plan_codes", "billable_metric_codes")
            return {"applies_to": {name: found[name] for name in targets if found.get(name)}}
        case "webhook_endpoints":
            return {name: found[name] for name in ("webhook_url", "signature_algo")}
        case _:
            return {}


def _json(status: str, said: Any, headers: dict[str, str] | None = None) -> _Answer:
    body = json.dumps(said, separators=(",", ":")).encode()
    about = {"Content-Type": "application/json; charset=utf-8", "Content-Length": str(len(body)), **(headers or {})}
    return _Answer(status, list(about.items()), body)


def _narrowed(where: Where, condition: str) -> Where:
    methods, path, first, last, share = where.methods, where.path, where.first, where.last, where.share
    if condition in _METHODS:
        methods = methods & {condition}
    elif condition == "read":
        methods = methods & {"GET"}
    elif condition == "write":
        methods = methods - {"GET"}
    elif condition.startswith("/"):
        path = condition
    elif found := _NUMBERS.fullmatch(condition):
        first = int(found[1])
        last = first if "-" not in condition else int(found[2]) if found[2] else None
    elif found := _SHARE.fullmatch(condition):
        share = int(found[1]) / 100
    else:
        raise ValueError(f"{condition!r} is no condition: write a method, read, write, /path*, N, N-M, N- or N%")
    return Where(methods, path, first, last, share)


def _seconds(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", text):
        raise ValueError(f"{text!r} is not a number of seconds")
    return float(text)


_ERROR = _json("500 Internal Server Error", {"status": 500, "error": "Internal Server Error"})
_PROXY = _Answer("502 Bad Gateway", [("Content-Type", "text/html"), ("Content-Length", str(len(_PAGE)))], _PAGE)
_ROOTS = {
    "add_ons": "add_on",
    "billable_metrics": "billable_metric",
    "billing_entities": "billing_entity",
    "coupons": "coupon",
    "features": "feature",
    "plans": "plan",
    "taxes": "tax",
    "webhook_endpoints": "webhook_endpoint",
}
