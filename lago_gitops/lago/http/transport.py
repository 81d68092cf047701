"""Sends requests to Lago: timeouts, retries, rate. All requests pass through `Transport.send`."""

import re
import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import TypeVar
from urllib.parse import quote

import httpx

from lago_gitops.core.model.fields import CODE
from lago_gitops.lago.errors import (
    BadAnswer,
    Call,
    LagoError,
    LostAnswer,
    RateLimited,
    Rejection,
    ServerFailed,
    Unreachable,
)
from lago_gitops.lago.http.answer import Answer, as_write, content, positive_number
from lago_gitops.lago.http.clock import Clock
from lago_gitops.lago.http.concurrency import ConcurrencyLimit
from lago_gitops.lago.http.connections import Connections
from lago_gitops.lago.http.events import Announced, Began, Ended, Observer
from lago_gitops.lago.http.payload import JsonObject, encode
from lago_gitops.lago.http.retry import TRIES, RetryBudget, backoff_s, may_repeat
from lago_gitops.lago.http.throttle import Throttle
from lago_gitops.lago.redaction import Redactor
from lago_gitops.lago.target import API_PATH

CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 30.0
LONGEST_ANSWER_S = 300.0
MOST_ANSWER_BYTES = 500_000_000
LEAST_LIMIT_PER_S = 1.0
STOPPED = "too many requests, and the run was stopped before this one could be sent"
MOST_URLS = 1_000  # parsed URLs to cache
BYTES_PER_EXTRA_SECOND = 10_000  # Lago takes 8.5 s to compare a plan of 300 kB with the live one

Params = Mapping[str, str | int | bool | Sequence[str]]
T = TypeVar("T")

# Raised before there is a connection, so nothing can have been sent.
_NUMBER = re.compile(r"^\[Errno -?\d+\] ")
_NO_TLS = "WRONG_VERSION_NUMBER"
_NEVER_OPENED = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


@dataclass(frozen=True, slots=True)
class Run:
    """What all requests of one run share."""

    clock: Clock
    throttle: Throttle
    concurrency: ConcurrencyLimit
    budget: RetryBudget
    redact: Redactor
    observe: Observer


class Transport:
    """Sends requests over connections with the server's URL and the key. Thread-safe."""

    def __init__(self, connections: Connections, run: Run) -> None:
        self._connections = connections
        self._run = run
        self._headers = connections.origin.headers.copy()
        self._headers["Host"] = httpx.URL(connections.origin.url).netloc.decode()
        self._headers_with_body = self._headers.copy()
        self._headers_with_body["Content-Type"] = "application/json"
        self._headers_with_body.pop("Accept-Encoding", None)  # the answer is short
        self._decoding = threading.Lock()

    def send(self, call: Call, *, params: Params | None = None, body: JsonObject | None = None) -> JsonObject:
        """Lago's answer. Raises LagoError.

        A read is retried while that could help, a write only if it was certainly not carried out.
        """
        return self._sent(call, params, body, self._content)

    def read(self, call: Call, take: Callable[[JsonObject], T], *, params: Params | None = None) -> T:
        """The result of `take` for Lago's answer to a read, for one at a time: decoded, an answer takes ten times
        its bytes, and many may be in flight. Raises LagoError."""

        def taken(call: Call, answer: Answer) -> T:
            with self._decoding:
                return take(self._content(call, answer))

        return self._sent(call, params, None, taken)

    def _sent(self, call: Call, params: Params | None, body: JsonObject | None, take: Callable[[Call, Answer], T]) -> T:
        content = None if body is None else encode(body)
        request = self._request(call, params, content)
        sort = _sort(call, params, len(content or b""))
        for attempt in count(1):
            try:
                return self._attempt(call, request, attempt, sort, take)
            except LagoError as error:
                if attempt >= TRIES or self._is_vain(error) or not self._run.budget.take():
                    raise
                self._pause(error, attempt)
        raise AssertionError("count() ends")

    def announce(self, number: int) -> None:
        """Announce to the observer how many requests will follow."""
        self._run.observe(Announced(number))

    def hurry(self) -> None:
        """Stop soon: requests that a rate limit would delay for long aren't sent. Safe in a signal
        handler."""
        self._run.throttle.hurry()

    def close(self) -> None:
        """Close the connections first, so that woken threads can't send anything."""
        self._connections.close()
        self._run.clock.wake()

    def _request(self, call: Call, params: Params | None, content: bytes | None) -> httpx.Request:
        """With all headers: httpx adds none to a request with a stream."""
        headers, sent = self._headers, content or b""
        if content is not None:
            headers = self._headers_with_body.copy()
            headers["Content-Length"] = str(len(sent))
        return httpx.Request(
            call.method,
            _url(self._connections.origin.url + call.path),
            params=dict(params) if params else None,
            stream=httpx.ByteStream(sent),
            headers=headers,
            extensions={"timeout": _timeouts_s(len(sent))},
        )

    def _attempt(
        self, call: Call, request: httpx.Request, attempt: int, sort: Hashable, take: Callable[[Call, Answer], T]
    ) -> T:
        concurrency, took_s = self._run.concurrency, None
        times = concurrency.enter()
        try:
            if not self._run.throttle.wait():
                raise RateLimited(call, Rejection(429, STOPPED), wait_s=None)
            began = self._run.clock.now()
            result = self._observed(call, request, attempt, take)
            took_s = self._run.clock.now() - began
            return result
        except (RateLimited, LostAnswer, ServerFailed):
            concurrency.halve(times)
            raise
        finally:
            concurrency.leave(sort, took_s)

    def _observed(self, call: Call, request: httpx.Request, attempt: int, take: Callable[[Call, Answer], T]) -> T:
        run = self._run
        run.observe(Began(call, attempt))
        began = run.clock.now()
        answer: Answer | None = None
        problem: LagoError | None = None
        try:
            answer = self._exchange(call, request)
            return take(call, answer)
        except LagoError as error:
            problem = error if call.is_read else as_write(error)
            if problem is error:
                raise
            raise problem from error
        finally:
            run.observe(_ended(Began(call, attempt), answer, problem, run.clock.now() - began))

    def _content(self, call: Call, answer: Answer) -> JsonObject:
        return content(call, answer, self._run.redact)

    def _exchange(self, call: Call, request: httpx.Request) -> Answer:
        with self._connections.one() as connection:
            answer = self._answer(call, request, connection)
        self._learn_limit(answer)
        return answer

    def _answer(self, call: Call, request: httpx.Request, connection: httpx.BaseTransport) -> Answer:
        try:
            response = connection.handle_request(request)
        except httpx.RequestError as error:
            sent = not isinstance(error, _NEVER_OPENED)
            hint = "" if sent else "; check the URL, and that there is a Lago"
            words = f"{_host(request)}: {failure_text(error)}{hint}"
            raise Unreachable(call, self._run.redact(words), sent=sent) from error
        try:
            return Answer(response.status_code, response.headers, self._body(call, response))
        except httpx.RequestError as error:
            words = f"the answer was cut off: {self._run.redact(failure_text(error))}"
            raise BadAnswer(call, words, status=None) from error
        finally:
            response.close()

    def _body(self, call: Call, response: httpx.Response) -> bytes:
        """The whole body, within limits: timeouts are per chunk, and chunks could arrive forever."""
        began, pieces, size = self._run.clock.now(), [], 0
        for piece in response.iter_bytes():
            pieces.append(piece)
            size += len(piece)
            if size > MOST_ANSWER_BYTES:
                words = f"an answer of more than {MOST_ANSWER_BYTES // 1_000_000} MB, which is over the limit"
                raise BadAnswer(call, words, status=response.status_code)
            if self._run.clock.now() - began > LONGEST_ANSWER_S:
                words = f"an answer that has not ended after {LONGEST_ANSWER_S:.0f} s"
                raise BadAnswer(call, words, status=response.status_code)
        return b"".join(pieces)

    def _learn_limit(self, answer: Answer) -> None:
        """A limit is at least LEAST_LIMIT_PER_S: a header must not stall a run."""
        limit_per_s = positive_number(answer.headers.get("x-ratelimit-limit", ""))
        if limit_per_s:
            self._run.throttle.learn(max(limit_per_s, LEAST_LIMIT_PER_S))

    def _is_vain(self, error: LagoError) -> bool:
        """Whether a retry is pointless."""
        return not may_repeat(error) or (isinstance(error, RateLimited) and self._run.throttle.is_hurried)

    def _pause(self, error: LagoError, attempt: int) -> None:
        delay_s = backoff_s(attempt, self._run.clock.jitter())
        if isinstance(error, RateLimited):  # the limit applies to all threads, so all wait
            self._run.throttle.hold(error.wait_s or delay_s)
        else:
            self._run.clock.sleep(delay_s)


def api_path(*parts: str) -> str:
    """The path of `parts`, each fully percent-encoded, so a code may contain slashes.

    Raises ValueError for a part that would make it the path of another object: `DELETE` of the collection for an
    empty code, of the parent for "..", which proxies resolve even when it is percent-encoded.
    """
    if not parts or not all(map(has_path, parts)):
        raise ValueError(f"no path to {parts!r}: an empty part, '.' or '..' would lead to another object")
    return "/".join((API_PATH, *(quote(part, safe="") for part in parts)))


def has_path(part: str) -> bool:
    """Whether an object with this code can be requested; others appear only in lists."""
    return part not in ("", *CODE.forbidden)


@lru_cache(maxsize=MOST_URLS)
def _url(text: str) -> httpx.URL:
    """Cached: many requests have the same path, or follow a read of it."""
    return httpx.URL(text)


def _timeouts_s(size: int) -> Mapping[str, float]:
    """Timeouts of httpx for a request with `size` bytes."""
    read_s = READ_TIMEOUT_S + size / BYTES_PER_EXTRA_SECOND
    return {"connect": CONNECT_TIMEOUT_S, "read": read_s, "write": read_s, "pool": READ_TIMEOUT_S}


def _sort(call: Call, params: Params | None, size: int) -> Hashable:
    """The sort of a request: requests of one sort take about equally long."""
    collection, *below = call.path.removeprefix(f"{API_PATH}/").split("/")
    return call.method, collection, len(below), (params or {}).get("per_page"), size.bit_length()


def _host(request: httpx.Request) -> str:
    """The host of the request, as in the environment's URL."""
    port = "" if request.url.port is None else f":{request.url.port}"
    return f"{request.url.host}{port}"


def failure_text(error: httpx.HTTPError) -> str:
    """Why a request failed, in words: the system's number of the error tells nobody anything."""
    if isinstance(error, httpx.TimeoutException):
        return f"no answer in time ({type(error).__name__})"
    words = _NUMBER.sub("", str(error)).rstrip(".") or type(error).__name__
    return f"{words}; a server without TLS needs http://" if _NO_TLS in words else words


def _ended(began: Began, answer: Answer | None, problem: LagoError | None, elapsed_s: float) -> Ended:
    """A request without an answer or LagoError was interrupted, by the user or by `close()`."""
    words = problem.words if problem else "" if answer else "interrupted"
    status = answer.status if answer else None
    return Ended(began.call, began.attempt, status, elapsed_s, words, answer.request_id if answer else "")
