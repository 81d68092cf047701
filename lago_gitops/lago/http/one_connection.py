"""One connection to a server: what httpx requests, sent by Python's own HTTP client."""

import select
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, RemoteDisconnected

import httpx

IDLE_S = 5.0  # then it is opened again: many servers and proxies close it soon after
CHUNK = 65_536  # bytes
MOST_SHOWN = 100  # characters of what a server sends instead of HTTP


class OneConnection(httpx.BaseTransport):
    """HTTP/1.1, for one request at a time. Opened with the first, and again once the server has closed it.

    httpx's own client takes three times the processor time for each request.
    """

    def __init__(self, origin: httpx.URL, trusted: ssl.SSLContext) -> None:
        self._connection = _connection(origin, trusted)
        self._socket: socket.socket | None = None
        self._is_busy = self._is_closed = False
        self._used_s = 0.0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Raises httpx.TransportError."""
        timeouts_s = request.extensions["timeout"]
        self._is_busy = True
        try:
            used = self._opened(timeouts_s["connect"])
            used.settimeout(timeouts_s["write"])
            self._send(request)
            used.settimeout(timeouts_s["read"])
            with _reading():
                answer = self._connection.getresponse()
        except BaseException:
            self._ended(is_complete=False)
            raise
        return httpx.Response(answer.status, headers=_headers(answer), stream=_Body(answer, self._ended))

    def close(self) -> None:
        """For good. Safe in another thread: a request in flight fails at once, and its own thread closes the
        connection."""
        self._is_closed = True
        if self._socket is not None:
            with suppress(OSError):  # it is closed
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
        if not self._is_busy:
            self._connection.close()

    def _opened(self, timeout_s: float) -> socket.socket:
        if self._is_stale():
            self._connection.close()
            self._connection.timeout = timeout_s
            with _connecting():
                self._connection.connect()
            self._socket = self._connection.sock
            if self._is_closed:  # while it was opened, when there was nothing to shut down
                raise httpx.ConnectError("the connection is closed")
        used: socket.socket = self._connection.sock
        return used

    def _is_stale(self) -> bool:
        """Also if there is none. What can be read from an idle connection is its end."""
        idle: socket.socket | None = self._connection.sock
        if idle is None or time.monotonic() - self._used_s > IDLE_S:
            return True
        return bool(select.select([idle], [], [], 0)[0])

    def _send(self, request: httpx.Request) -> None:
        self._connection.putrequest(
            request.method, request.url.raw_path.decode("ascii"), skip_host=True, skip_accept_encoding=True
        )
        for name, value in request.headers.raw:
            self._connection.putheader(name, value)
        with _writing(), suppress(ConnectionError):  # the server may have said why before it closed the connection
            self._connection.endheaders(request.read() or None)

    def _ended(self, *, is_complete: bool) -> None:
        if not is_complete:
            self._connection.close()
        self._used_s = time.monotonic()
        self._is_busy = False


class _Answer(HTTPResponse):
    """Python takes what is unclear in headers as it comes, which can make an answer longer or shorter than it is."""

    def begin(self) -> None:
        super().begin()
        while HTTPStatus.SWITCHING_PROTOCOLS < self.status < HTTPStatus.OK:  # more to come
            self.headers = None  # type: ignore[assignment]
            super().begin()
        if self.headers.defects or self._is_of_unclear_length():
            raise HTTPException("its headers break the rules of HTTP")

    def _is_of_unclear_length(self) -> bool:
        lengths = self.headers.get_all("content-length", ())
        if self.chunked or not (lengths or "transfer-encoding" in self.headers):
            return False
        return self.length is None or len({*lengths}) > 1


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: HTTPResponse, ended: Callable[..., None]) -> None:
        self._answer, self._ended = answer, ended
        self._is_complete = False

    def __iter__(self) -> Iterator[bytes]:
        is_empty = True
        with _reading():
            while piece := self._answer.read1(CHUNK):
                is_empty = False
                yield piece
        if self._is_cut_off(is_empty=is_empty):
            raise httpx.RemoteProtocolError("the connection was closed before its end")
        self._is_complete = True

    def _is_cut_off(self, *, is_empty: bool) -> bool:
        """Without a length, the end of the connection is the end of the answer; an empty one was cut off among its
        headers."""
        if self._answer.length is None:
            return is_empty and not self._answer.chunked and self._answer.status == HTTPStatus.OK
        return self._answer.length > 0

    def close(self) -> None:
        self._answer.close()
        self._ended(is_complete=self._is_complete)


def _connection(origin: httpx.URL, trusted: ssl.SSLContext) -> HTTPConnection:
    host = origin.raw_host.decode("ascii")
    if origin.scheme == "http":
        connection = HTTPConnection(host, origin.port or 80)
    else:
        trusted.set_alpn_protocols(["http/1.1"])
        connection = HTTPSConnection(host, origin.port or 443, context=trusted)
    connection.response_class = _Answer
    return connection


def _headers(answer: HTTPResponse) -> list[tuple[bytes, bytes]]:
    """Each on one line."""
    return [
        (name.encode("latin-1"), " ".join(value.splitlines()).encode("latin-1")) for name, value in answer.getheaders()
    ]


@contextmanager
def _raising(timeout: type[httpx.TimeoutException], failure: type[httpx.NetworkError]) -> Iterator[None]:
    """Turns errors into httpx's: those two, and RemoteProtocolError for what is not HTTP."""
    try:
        yield
    except TimeoutError as error:
        raise timeout(str(error)) from error
    except RemoteDisconnected as error:
        raise httpx.RemoteProtocolError("the connection was closed without an answer") from error
    except HTTPException as error:
        raise httpx.RemoteProtocolError(f"not an HTTP answer: {repr(error)[:MOST_SHOWN]}") from error
    except OSError as error:
        raise failure(str(error)) from error


_connecting = partial(_raising, httpx.ConnectTimeout, httpx.ConnectError)
_writing = partial(_raising, httpx.WriteTimeout, httpx.WriteError)
_reading = partial(_raising, httpx.ReadTimeout, httpx.ReadError)
