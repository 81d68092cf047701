"""A line of our own to servers that say what they are told to, byte by byte."""

import gzip
import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ssl import PROTOCOL_TLS_CLIENT, SSLContext

import pytest

from lago_gitops.lago.http.line import CutOffError, Message, Reply, UnansweredError
from lago_gitops.lago.http.wire import Wire

GET = Message("GET", "/api/v1/taxes?page=1")
FINE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
LAST = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"


class Server:
    """Each connection gets the replies of one sequence, one for each request, and then its end."""

    def __init__(self, *connections: Sequence[bytes]) -> None:
        self.heard: list[tuple[int, bytes]] = []  # by connection
        self._connections = connections
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def run(self) -> None:
        for number, replies in enumerate(self._connections):
            connection, _ = self._socket.accept()
            with connection:
                for reply in replies:
                    self.heard.append((number, connection.recv(65_536)))
                    connection.sendall(reply)

    @contextmanager
    def wire(self, path: str = "") -> Iterator[Wire]:
        thread = threading.Thread(target=self.run)
        thread.start()
        line = Wire(self.url + path, {"Authorization": "Bearer k"}, SSLContext(PROTOCOL_TLS_CLIENT))
        try:
            yield line
        finally:
            line.close()
            thread.join(120)
            self._socket.close()


def body(reply: Reply) -> bytes:
    try:
        return b"".join(reply.pieces)
    finally:
        reply.close()


def test_a_request_is_sent_whole_with_the_path_before_the_api() -> None:
    server = Server([FINE])
    with server.wire("/lago") as line:
        assert body(line.send(Message("POST", "/api/v1/taxes", b'{"a":1}'))) == b"{}"
    head, _, sent = server.heard[0][1].partition(b"\r\n\r\n")
    first, *headers = head.decode().split("\r\n")
    assert (first, sent) == ("POST /lago/api/v1/taxes HTTP/1.1", b'{"a":1}')
    assert headers == [
        f"Host: {server.url.removeprefix('http://')}",
        "Accept-Encoding: gzip",
        "Authorization: Bearer k",
        "Content-Type: application/json",
        "Content-Length: 7",
    ]


def test_a_connection_is_kept_for_what_follows() -> None:
    server = Server([FINE, FINE])
    with server.wire() as line:
        assert [body(line.send(GET)), body(line.send(GET))] == [b"{}", b"{}"]
    assert [number for number, _ in server.heard] == [0, 0]


@pytest.mark.parametrize("first", [LAST, FINE + b"more", b"HTTP/1.1 200 OK\r\n\r\n{}"])
def test_a_connection_that_ends_is_opened_again(first: bytes) -> None:
    server = Server([first], [FINE])
    with server.wire() as line:
        assert body(line.send(GET)).startswith(b"{}")
        assert body(line.send(GET)) == b"{}"
    assert [number for number, _ in server.heard] == [0, 1]


def test_what_was_idle_for_long_is_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lago_gitops.lago.http.wire.KEPT_S", -1.0)
    server = Server([FINE], [FINE])
    with server.wire() as line:
        assert [body(line.send(GET)), body(line.send(GET))] == [b"{}", b"{}"]
    assert [number for number, _ in server.heard] == [0, 1]


def test_an_answer_that_nobody_reads_to_its_end_leaves_no_connection() -> None:
    server = Server([FINE], [FINE])
    with server.wire() as line:
        line.send(GET).close()
        assert body(line.send(GET)) == b"{}"
    assert [number for number, _ in server.heard] == [0, 1]


def test_an_answer_is_unzipped_or_cut_off() -> None:
    zipped = gzip.compress(b'{"tax": {}}')
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(zipped)
    with Server([head + zipped, head + b"x" * len(zipped)]).wire() as line:
        assert body(line.send(GET)) == b'{"tax": {}}'
        with pytest.raises(CutOffError, match="unzipped"):
            body(line.send(GET))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the end of a connection can overtake what came before")
def test_an_answer_before_the_end_of_the_request_is_read() -> None:
    """The server hangs up meanwhile; so much doesn't fit into what lies between."""
    refusal = b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\n{}"
    with Server([refusal]).wire() as line:
        assert line.send(Message("PUT", "/x", b"x" * 30_000_000)).status == 413


@pytest.mark.parametrize(("reply", "words"), [(b"", "closed the connection"), (b"garbage\r\n\r\n", "not HTTP")])
def test_without_an_answer_it_may_have_been_sent(reply: bytes, words: str) -> None:
    with Server([reply]).wire() as line, pytest.raises(UnansweredError, match=words) as raised:
        line.send(GET)
    assert raised.value.is_sent


def test_a_name_that_no_host_can_have_is_not_sent_to() -> None:
    line = Wire(f"http://{'a' * 64}.example", {}, SSLContext(PROTOCOL_TLS_CLIENT))
    with pytest.raises(UnansweredError) as raised:
        line.send(GET)
    assert not raised.value.is_sent


def test_nothing_is_sent_on_a_closed_line() -> None:
    line = Wire("http://127.0.0.1:1", {}, SSLContext(PROTOCOL_TLS_CLIENT))
    line.close()
    with pytest.raises(RuntimeError, match="closed"):
        line.send(GET)
