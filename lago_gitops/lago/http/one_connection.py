"""One connection to a server, without the pool that httpx puts around it."""

import ssl
from collections.abc import Iterator

import httpcore
import httpx

IDLE_S = 5.0  # then it is opened again: many servers and proxies close it soon after
ERRORS = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException)


class OneConnection(httpx.BaseTransport):
    """HTTP/1.1, for one request at a time. Opened with the first, and again once either side has closed it.

    A pool of one would check its limits, queue and connections twice per request, which takes a third of its time.
    """

    def __init__(self, origin: httpx.URL, trusted: ssl.SSLContext) -> None:
        self._origin, self._trusted = _url(origin).origin, trusted
        self._connection = self._another()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Raises httpx.TransportError."""
        if self._connection.is_closed() or self._connection.has_expired():
            self._connection.close()
            self._connection = self._another()
        sent = httpcore.Request(
            request.method,
            _url(request.url),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        try:
            response = self._connection.handle_request(sent)
        except ERRORS as error:
            raise _of_httpx(error) from error
        return httpx.Response(response.status, headers=response.headers, stream=_Body(response))

    def close(self) -> None:
        self._connection.close()

    def _another(self) -> httpcore.HTTPConnection:
        return httpcore.HTTPConnection(self._origin, ssl_context=self._trusted, keepalive_expiry=IDLE_S)


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._response.iter_stream()
        except ERRORS as error:
            raise _of_httpx(error) from error

    def close(self) -> None:
        self._response.close()


def _of_httpx(error: Exception) -> httpx.TransportError:
    """The error of the same name: httpx has one for each of those."""
    found: httpx.TransportError = getattr(httpx, type(error).__name__)(str(error))
    return found


def _url(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
