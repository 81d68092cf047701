"""Clients for a target: one that only reads, one that also writes."""

import os
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from urllib.request import getproxies

import httpx

from lago_gitops import __version__
from lago_gitops.lago.client import Reader, Writer
from lago_gitops.lago.http.clock import Clock, SystemClock
from lago_gitops.lago.http.concurrency import ConcurrencyLimit
from lago_gitops.lago.http.connections import Connections, Origin
from lago_gitops.lago.http.events import Observer, unobserved
from lago_gitops.lago.http.one_connection import OneConnection
from lago_gitops.lago.http.retry import RETRIES_PER_RUN, RetryBudget
from lago_gitops.lago.http.throttle import Throttle
from lago_gitops.lago.http.transport import Run, Transport
from lago_gitops.lago.redaction import Redactor, redact_urls
from lago_gitops.lago.target import Secret, Target, parse_key

TRUST = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")
OF_THE_MACHINE = (
    *TRUST,
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
)
MOST_CONCURRENCY = 20
_TRUSTS_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For servers without a certificate: plain HTTP on loopback, and a server in this process."""
CONCURRENCY = MOST_CONCURRENCY  # maximum; a run learns how many the server handles well
HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip, deflate",
    "User-Agent": f"lago-gitops/{__version__}",
}


class MachineError(Exception):
    """This machine's settings for certificates or proxies are invalid; the text says which."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """Concurrency and rate. Without a rate, requests aren't throttled until the server sends a limit."""

    concurrency: int = CONCURRENCY
    rate_per_s: float | None = None
    retries_per_run: int = RETRIES_PER_RUN
    clock: Clock = field(default_factory=SystemClock)

    def __post_init__(self) -> None:
        if not 1 <= self.concurrency <= MOST_CONCURRENCY:
            raise ValueError(f"concurrency is from 1 to {MOST_CONCURRENCY}, not {self.concurrency}")
        if self.rate_per_s is not None and self.rate_per_s <= 0:
            raise ValueError(f"a rate is above 0 requests a second, not {self.rate_per_s}")


def connect_reader(
    target: Target,
    key: Secret,
    *,
    transport: httpx.BaseTransport | None = None,
    observer: Observer = unobserved,
    tuning: Tuning | None = None,
) -> Reader:
    """A client that can't write: anything but a GET is refused before it is sent.

    `transport` replaces the network, such as `httpx.WSGITransport(app=...)` (target: IN_PROCESS).
    Raises MachineError.
    """
    tuning = tuning or Tuning()
    connections = _connections(target, key, lambda: _OnlyReads(transport or _transport(target)))
    return Reader(Transport(connections, _run(key, observer, tuning)), concurrency=tuning.concurrency)


def connect_writer(
    target: Target,
    key: Secret,
    *,
    transport: httpx.BaseTransport | None = None,
    observer: Observer = unobserved,
    tuning: Tuning | None = None,
) -> Writer:
    """A client that can also write; otherwise like `connect_reader`."""
    tuning = tuning or Tuning()
    connections = _connections(target, key, lambda: transport or _transport(target))
    return Writer(Transport(connections, _run(key, observer, tuning)), concurrency=tuning.concurrency)


def _run(key: Secret, observer: Observer, tuning: Tuning) -> Run:
    return Run(
        clock=tuning.clock,
        throttle=Throttle(tuning.clock, tuning.rate_per_s),
        concurrency=ConcurrencyLimit(tuning.concurrency),
        budget=RetryBudget(tuning.retries_per_run),
        redact=Redactor([key.reveal()]),
        observe=observer,
    )


def open_http(target: Target, transport: httpx.BaseTransport | None) -> httpx.Client:
    """A client that doesn't follow redirects. Raises MachineError."""
    with _on_this_machine():
        return httpx.Client(
            base_url=target.origin,
            headers=HEADERS,
            follow_redirects=False,
            trust_env=not target.is_loopback,  # a proxy would see the key, and has a loopback of its own
            transport=transport,
            verify=_trusted(target, transport),
        )


class _ThroughProxy(httpx.BaseTransport):
    """Through the proxy that the environment names for the server, if any: a client of httpx knows which that is."""

    def __init__(self, target: Target) -> None:
        self._client = open_http(target, None)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._client.send(request, stream=True)

    def close(self) -> None:
        self._client.close()


class _OnlyReads(httpx.BaseTransport):
    def __init__(self, transport: httpx.BaseTransport) -> None:
        self._transport = transport

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method != "GET":
            raise PermissionError(f"{request.method} {request.url.path}: this client only reads")
        return self._transport.handle_request(request)

    def close(self) -> None:
        self._transport.close()


def _connections(target: Target, key: Secret, make: Callable[[], httpx.BaseTransport]) -> Connections:
    bearer = parse_key(key.reveal()).reveal()  # httpx's error would show a key that is invalid in a header
    return Connections(Origin(target.origin, httpx.Headers({**HEADERS, "Authorization": f"Bearer {bearer}"})), make)


def _transport(target: Target) -> httpx.BaseTransport:
    """Raises MachineError."""
    if getproxies() and not target.is_loopback:
        return _ThroughProxy(target)
    with _on_this_machine():
        return OneConnection(httpx.URL(target.origin), _trusted(target, None))


@contextmanager
def _on_this_machine() -> Iterator[None]:
    """Raises MachineError for what it says of certificates and proxies and can't be used."""
    try:
        yield
    except (OSError, ValueError, ImportError, httpx.InvalidURL) as error:
        given = ", ".join(name for name in OF_THE_MACHINE if os.environ.get(name) or os.environ.get(name.lower()))
        said = redact_urls(str(error)).rstrip(".")
        raise MachineError(
            f"no connection can be made from this machine: {said}; look at {given or 'its TLS'}"
        ) from None


def _trusted(target: Target, transport: httpx.BaseTransport | None) -> ssl.SSLContext:
    """The trusted certificate authorities. Loading all of them takes longer than a request."""
    if transport is not None or (target.is_loopback and target.origin.startswith("http:")):
        return _TRUSTS_NOBODY
    return _trusted_by(*map(os.environ.get, TRUST), is_loopback=target.is_loopback)


@cache
def _trusted_by(*_: str | None, is_loopback: bool) -> ssl.SSLContext:
    """Loaded once for all connections, until the machine's settings change."""
    return httpx.create_ssl_context(trust_env=not is_loopback)
