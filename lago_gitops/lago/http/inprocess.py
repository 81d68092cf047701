"""A server in this process instead of the network."""

from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


class InProcess(httpx.BaseTransport):
    """Passes requests to a WSGI callable with the path as sent.

    httpx's own transport decodes it, which makes `a%2Fb` and `a/b` the same.
    """

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        def with_raw_path(environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
            return self._application({**environ, "RAW_URI": request.url.raw_path.decode()}, start_response)

        application: Any = with_raw_path
        return httpx.WSGITransport(app=application).handle_request(request)
