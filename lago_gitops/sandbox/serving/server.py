"""The sandbox over HTTP, on this machine only."""

import re
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication, WSGIEnvironment

LOOPBACK = frozenset({"127.0.0.1", "localhost"})
WAITING_CONNECTIONS = 128
MAX_BODY_BYTES = 50_000_000
POLL_S = 0.05
_DIGITS = re.compile("[0-9]+", re.ASCII)
# Some clients send an absolute target: GET http://localhost:3000/api/v1/plans
_WITH_HOST = re.compile("^https?://[^/?]*", re.IGNORECASE)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = WAITING_CONNECTIONS

    def __init__(self, address: tuple[str, int], application: "WSGIApplication") -> None:
        super().__init__(address, _Handler)
        self.application = application

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that hang up."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """HTTP/1.1 with keep-alive in front of a WSGI callable."""

    protocol_version = "HTTP/1.1"
    error_content_type = "application/json"
    error_message_format = '{"status":%(code)d,"error":"%(explain)s"}'
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def answer(self) -> None:
        length = self._length()
        if isinstance(length, HTTPStatus):  # the start of the next request is unknown
            self.close_connection = True
            self.send_error(length)
            return
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True  # the client hung up within the body
            return
        payload = b"".join(self.server.application(self._environ(body), self._start))
        self.end_headers()
        self.wfile.write(payload)

    def _length(self) -> int | HTTPStatus:
        """Bytes in the body, or the status that refuses a request without a valid length."""
        if "Transfer-Encoding" in self.headers:
            return HTTPStatus.LENGTH_REQUIRED
        lengths = set(self.headers.get_all("Content-Length", ["0"]))
        text = lengths.pop() if len(lengths) == 1 else ""
        if not _DIGITS.fullmatch(text):
            return HTTPStatus.BAD_REQUEST
        if len(text) > len(str(MAX_BODY_BYTES)) or int(text) > MAX_BODY_BYTES:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return int(text)

    def _start(self, status: str, headers: list[tuple[str, str]], *_: object) -> Callable[[bytes], object]:
        code, reason = status.split(" ", 1)
        self.send_response(int(code), reason)
        for name, value in headers:
            self.send_header(name, value)
        return self.wfile.write

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815 (the names http.server looks for)

    def _environ(self, body: bytes) -> "WSGIEnvironment":
        target = _WITH_HOST.sub("", self.path, count=1) or "/"
        path, _, query = target.partition("?")
        return {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "RAW_URI": target,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_HOST": self.headers.get("Host", ""),
            "HTTP_AUTHORIZATION": self.headers.get("Authorization", ""),
            "HTTP_X_SANDBOX_NOW": self.headers.get("X-Sandbox-Now"),
            "SERVER_NAME": str(self.server.server_address[0]),
            "SERVER_PORT": str(self.server.server_address[1]),
            "SERVER_PROTOCOL": self.request_version,
            "REMOTE_ADDR": self.client_address[0],
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (http.server names it so)
        """Log nothing: paths and bodies are the user's."""


@contextmanager
def serve(application: "WSGIApplication", host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """The base URL, while requests are answered in the background; port Port to listen on; 0 picks a free one.

    Raises ValueError for a host that others could reach, OSError when the port is taken.
    """
    with _listening(application, host, port) as server:
        thread = threading.Thread(target=server.serve_forever, args=(POLL_S,), daemon=True)
        thread.start()
        try:
            yield _url(server)
        finally:
            with suppress(
                OSError
            ):  # some systems don't let go of a socket that listens: then it ends with the next poll
                server.socket.shutdown(socket.SHUT_RDWR)
            server.shutdown()
            thread.join()


def serve_forever(application: "WSGIApplication", host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Like `serve`, for a command: yields the URL once, then blocks until interrupted.

    Allows any host: the caller decides whether others may reach it.
    """
    with _Server((host, port), application) as server:
        yield _url(server)
        server.serve_forever(POLL_S)


def _listening(application: "WSGIApplication", host: str, port: int) -> _Server:
    if host not in LOOPBACK:
        raise ValueError(
            f"the sandbox has one key that everybody knows: it listens on {sorted(LOOPBACK)}, not {host!r}"
        )
    return _Server((host, port), application)


def _url(server: _Server) -> str:
    host, port = server.server_address[:2]
    return f"http://{host!s}:{port}"
