"""HTTP/1.1 over a socket of our own, kept from one request to the next.

A client that knows all of HTTP takes five times the processor time for a request, and meanwhile gives the interpreter
away ten times: with twenty requests under way, that is most of what a run with many writes takes.
"""

import select
import socket
import ssl
import sys
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

from lago_gitops.lago.http.incoming import BrokenAnswerError, Incoming
from lago_gitops.lago.http.line import CutOffError, Message, Reply, UnansweredError, late

KEPT_S = 5.0  # whoever is at the other end of a connection that was idle for longer may be about to close it
_PORTS = {"http": 80, "https": 443}
_GZIP = 16 + zlib.MAX_WBITS


class Wire:
    """A line to the server at `origin`, opened when it is needed; `headers` go with each request."""

    def __init__(self, origin: str, headers: Mapping[str, str], trusted: ssl.SSLContext) -> None:
        parts = urlsplit(origin)
        own = {"Host": parts.netloc, "Accept-Encoding": "gzip", **headers}
        self._address = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        self._trusted = trusted if parts.scheme == "https" else None
        self._prefix = parts.path
        self._headers = "".join(f"{name}: {value}\r\n" for name, value in own.items())
        self._socket: socket.socket | None = None
        self._wait_s = self._idle_since_s = 0.0
        self._is_closed = False

    def send(self, message: Message) -> Reply:
        try:
            with _failing("ConnectTimeout", is_sent=False):
                opened = self._opened(message)
            with _failing("WriteTimeout", is_sent=True):
                self._write(opened, message)
            with _failing("ReadTimeout", is_sent=True):
                answer = Incoming(opened.recv)
                status, headers = answer.head()
        except BaseException:
            self._hang_up()
            raise
        pieces = self._pieces(answer)
        if headers.get("content-encoding") == "gzip":
            pieces = _unzipped(pieces)
        return Reply(status, headers, pieces, lambda: self._ended(answer))

    def close(self) -> None:
        self._is_closed = True
        self._hang_up()

    def _opened(self, message: Message) -> socket.socket:
        if self._is_closed:
            raise RuntimeError("the connections to Lago are closed")
        opened = self._socket
        if opened is None or time.monotonic() - self._idle_since_s > KEPT_S or _is_readable(opened):
            self._hang_up()
            opened = self._socket = self._connected(message.connect_s)
            self._wait_s = message.connect_s
        if message.wait_s != self._wait_s:  # to set it gives the interpreter away
            opened.settimeout(message.wait_s)
            self._wait_s = message.wait_s
        return opened

    def _connected(self, within_s: float) -> socket.socket:
        opened = socket.create_connection(self._address, within_s)
        try:
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._trusted is not None:
                return self._trusted.wrap_socket(opened, server_hostname=self._address[0])
        except BaseException:
            opened.close()
            raise
        return opened

    def _write(self, opened: socket.socket, message: Message) -> None:
        """A server may answer before it has read all, and hang up: then there is something to read."""
        head = f"{message.method} {self._prefix}{message.target} HTTP/1.1\r\n{self._headers}"
        if message.body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(message.body)}\r\n"
        try:
            opened.sendall(f"{head}\r\n".encode() + message.body)
        except TimeoutError:
            raise
        except OSError:
            return

    def _pieces(self, answer: Incoming) -> Iterator[bytes]:
        try:
            yield from answer.pieces()
        except TimeoutError as error:
            raise CutOffError(late("ReadTimeout")) from error
        except (OSError, BrokenAnswerError) as error:
            raise CutOffError(_words(error)) from error

    def _ended(self, answer: Incoming) -> None:
        """Kept for the next request, if this one's answer was read to its end and the server keeps it, too."""
        if answer.leaves_open:
            self._idle_since_s = time.monotonic()
        else:
            self._hang_up()

    def _hang_up(self) -> None:
        opened, self._socket = self._socket, None
        if opened is not None:
            opened.close()


@contextmanager
def _failing(timeout: str, *, is_sent: bool) -> Iterator[None]:
    """What goes wrong inside is an UnansweredError."""
    try:
        yield
    except TimeoutError as error:
        raise UnansweredError(late(timeout), is_sent=is_sent) from error
    except (OSError, BrokenAnswerError, UnicodeError) as error:
        raise UnansweredError(_words(error), is_sent=is_sent) from error


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__


def _is_readable(opened: socket.socket) -> bool:
    """Of a connection on which nothing is asked, that is its end."""
    if sys.platform == "win32":
        return bool(select.select([opened], [], [], 0)[0])
    watch = select.poll()
    watch.register(opened, select.POLLIN)
    return bool(watch.poll(0))


def _unzipped(pieces: Iterator[bytes]) -> Iterator[bytes]:
    unzip = zlib.decompressobj(_GZIP)
    try:
        yield from map(unzip.decompress, pieces)
        yield unzip.flush()
    except zlib.error as error:
        raise CutOffError(f"it can't be unzipped: {error}") from error
