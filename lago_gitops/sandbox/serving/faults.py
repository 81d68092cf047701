"""Faults: injects what can go wrong between a client and Lago into chosen requests."""

import json
import random
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from io import BytesIO
from typing import TYPE_CHECKING, Any

from lago_gitops.sandbox.base.http.messages import raw_path

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment
from lago_gitops.sandbox.serving.fault_rules import Fault, FaultRule

_API = "/api/v1"
_PAGE = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
_LIMIT = "50"
MEDDLED = " (meddled)"


class Faulty:
    """A WSGI application with faults: only the first rule that matches a request applies.

    A reset raises ConnectionResetError from the call; the sandbox's server then closes the connection.
    """

    def __init__(
        self,
        application: "WSGIApplication",
        rules: Iterable[FaultRule],
        *,
        sleep: Callable[[float], None] = time.sleep,
        seed: int = 0,
    ) -> None:
        self._application = application
        self._rules = tuple(rules)
        self._met = [0] * len(self._rules)
        self._sleep = sleep
        self._random = random.Random(seed)  # noqa: S311 (not for security)
        self._lock = threading.Lock()
        self._row = threading.Lock()  # a row of the database that requests may dead-lock on

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        sent = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        asked = _Asked(environ, sent)
        rule = self._rule(asked)
        answer = asked.answered(self._application) if rule is None else self._answer(rule, asked)
        start_response(answer.status, answer.headers)
        return [answer.body]

    def _rule(self, asked: "_Asked") -> FaultRule | None:
        with self._lock:
            for number, rule in enumerate(self._rules):
                conditions = rule.conditions
                if asked.method not in conditions.methods or not fnmatchcase(asked.path, conditions.path):
                    continue
                self._met[number] += 1
                within = conditions.first <= self._met[number] <= (conditions.last or self._met[number])
                if within and self._random.random() < conditions.share:
                    return rule
        return None

    def _answer(self, rule: FaultRule, asked: "_Asked") -> "_Answer":
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
        """Lago's writes lock shared rows (add-ons of fixed charges, draft invoices) in different orders.
        PostgreSQL aborts one of two that wait for each other, and Lago answers with a bare 500."""
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
    """A request that can be passed on more than once."""

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
    """The client's view of the answer to a request that was carried out."""
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
    """A page without its last row, as if it had moved to a page already read; other answers don't change."""
    said = json.loads(answer.body)
    rows = next((value for value in said.values() if isinstance(value, list) and value), None)
    if rows is None or "meta" not in said:
        return answer
    rows.pop()
    return _json(answer.status, said)


def _meddle(asked: _Asked, application: "WSGIApplication") -> None:
    """Rename the request's object, and change nothing else."""
    _, collection, *below = asked.path.split("/")
    if not below or collection not in _ROOTS:
        return
    path, root = f"/{collection}/{below[0]}", _ROOTS[collection]
    object_ = json.loads(asked.other("GET", path).answered(application).body).get(root)
    if object_ is not None:
        body = {**_kept(collection, object_), "name": f"{object_.get('name') or ''}{MEDDLED}"}
        asked.other("PUT", path, {root: body}).answered(application)


def _kept(collection: str, object_: dict[str, Any]) -> dict[str, Any]:
    """The parts that an update removes if it omits them."""
    match collection:
        case "plans":
            return {
                name: object_.get(name) for name in ("interval", "bill_charges_monthly", "bill_fixed_charges_monthly")
            }
        case "coupons":
            targets = ("plan_codes", "billable_metric_codes")
            return {"applies_to": {name: object_[name] for name in targets if object_.get(name)}}
        case "webhook_endpoints":
            return {name: object_[name] for name in ("webhook_url", "signature_algo")}
        case _:
            return {}


def _json(status: str, said: Any, headers: dict[str, str] | None = None) -> _Answer:
    body = json.dumps(said, separators=(",", ":")).encode()
    about = {"Content-Type": "application/json; charset=utf-8", "Content-Length": str(len(body)), **(headers or {})}
    return _Answer(status, list(about.items()), body)


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
