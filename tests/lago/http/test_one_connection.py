"""Against a server of a few lines, which answers each request with the next of the given bytes; b"" closes."""

import gzip
import socket
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import httpx
import pytest
import trustme

from lago_gitops.lago.http import one_connection
from lago_gitops.lago.http.one_connection import OneConnection

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
CUT_OFF = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"
CUT_OFF_IN_HEADERS = b"HTTP/1.1 200 OK\r\nContent-Len"
CHUNKS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[1\r\n3\r\n,2]\r\n0\r\n\r\n"
CUT_OFF_IN_CHUNKS = CHUNKS[:-11]
TO_ITS_END = b"HTTP/1.0 200 OK\r\n\r\n[1]"
PACKED = gzip.compress(b"[1]")
AND_CLOSED = frozenset({CUT_OFF, CUT_OFF_IN_HEADERS, CUT_OFF_IN_CHUNKS, TO_ITS_END})
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
TIMEOUTS_S = {"connect": 5.0, "read": 5.0, "write": 5.0, "pool": 5.0}


@contextmanager
def listening() -> Iterator[tuple[socket.socket, httpx.URL]]:
    """A server that doesn't answer by itself."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener, httpx.URL(f"http://127.0.0.1:{listener.getsockname()[1]}/")


@contextmanager
def serving(*answers: bytes, tls: ssl.SSLContext | None = None) -> Iterator[tuple[httpx.URL, list[int]]]:
    """The URL, and for each request the number of its connection."""
    left, seen = list(answers), list[int]()

    def serve() -> None:
        number = 0
        while left and listener.fileno() >= 0:
            with suppress(OSError):  # the client doesn't trust it, or wants no more
                accepted, _ = listener.accept()
                with accepted if tls is None else tls.wrap_socket(accepted, server_side=True) as connection:
                    answer(number, connection)
            number += 1

    def answer(number: int, connection: socket.socket) -> None:
        while left and connection.recv(65_536):
            seen.append(number)
            sent = left.pop(0)
            connection.sendall(sent)
            if not sent or sent in AND_CLOSED:
                return

    with listening() as (listener, url):
        threading.Thread(target=serve, daemon=True).start()
        yield url if tls is None else url.copy_with(scheme="https"), seen


@contextmanager
def connected(url: httpx.URL, trusted: ssl.SSLContext = NO_TLS) -> Iterator[OneConnection]:
    connection = OneConnection(url, trusted)
    yield connection
    connection.close()


def asked(connection: OneConnection, url: httpx.URL, timeouts_s: dict[str, float] = TIMEOUTS_S) -> bytes:
    response = connection.handle_request(httpx.Request("GET", url, extensions={"timeout": timeouts_s}))
    try:
        return b"".join(response.iter_bytes())
    finally:
        response.close()


def test_requests_share_a_connection() -> None:
    with serving(ANSWER, CHUNKS, ANSWER) as (url, seen), connected(url) as connection:
        assert [asked(connection, url) for _ in range(3)] == [b"{}", b"[1,2]", b"{}"]
        assert seen == [0, 0, 0]


@pytest.mark.parametrize("failing", [b"", CUT_OFF, CUT_OFF_IN_HEADERS, CUT_OFF_IN_CHUNKS, b"garbage\r\n\r\n"])
def test_what_a_server_breaks_off_is_an_error_of_httpx_and_the_next_request_gets_another_connection(
    failing: bytes,
) -> None:
    with serving(failing, ANSWER) as (url, seen), connected(url) as connection:
        with pytest.raises(httpx.RemoteProtocolError):
            asked(connection, url)
        assert asked(connection, url) == b"{}"
        assert seen == [0, 1]


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: two",
        b"Content-Length: -2",
        b"Content-Length: 2\r\nContent-Length: 3",
        b"Transfer-Encoding: gzip, chunked",
        b"no colon\r\nContent-Length: 2",
        b" Content-Length: 2",
        b"".join(b"X-%d: 1\r\n" % number for number in range(101)) + b"Content-Length: 2",
    ],
)
def test_an_answer_of_unclear_length_is_an_error_of_httpx(headers: bytes) -> None:
    refused = pytest.raises(httpx.RemoteProtocolError, match="not an HTTP answer")
    with serving(b"HTTP/1.1 200 OK\r\n%s\r\n\r\n{}" % headers) as (url, _), connected(url) as connection, refused:
        asked(connection, url)


def test_a_length_said_twice_is_one() -> None:
    twice = ANSWER.replace(b"OK\r\n", b"OK\r\nContent-Length: 2\r\n")
    with serving(twice) as (url, _), connected(url) as connection:
        assert asked(connection, url) == b"{}"


@pytest.mark.parametrize("status", [b"100 Continue", b"103 Early Hints"])
def test_what_a_server_says_before_its_answer_is_skipped(status: bytes) -> None:
    with serving(b"HTTP/1.1 %s\r\nLink: </>\r\n\r\n" % status + ANSWER, ANSWER) as (url, seen):
        with connected(url) as connection:
            assert [asked(connection, url) for _ in range(2)] == [b"{}", b"{}"]
        assert seen == [0, 0]


def test_a_header_is_on_one_line() -> None:
    folded = ANSWER.replace(b"OK\r\n", b"OK\r\nX-Request-Id: a\r\n\tb\r\n")
    with serving(folded) as (url, _), connected(url) as connection:
        response = connection.handle_request(httpx.Request("GET", url, extensions={"timeout": TIMEOUTS_S}))
        response.close()
        assert response.headers["x-request-id"].split() == ["a", "b"]
        assert "\n" not in response.headers["x-request-id"]


def test_an_answer_may_end_with_its_connection() -> None:
    with serving(TO_ITS_END, ANSWER) as (url, seen), connected(url) as connection:
        assert [asked(connection, url) for _ in range(2)] == [b"[1]", b"{}"]
        assert seen == [0, 1]


def test_an_answer_without_content_is_complete() -> None:
    with serving(b"HTTP/1.1 204 No Content\r\n\r\n", ANSWER) as (url, seen), connected(url) as connection:
        assert [asked(connection, url) for _ in range(2)] == [b"", b"{}"]
        assert seen == [0, 0]


def test_a_compressed_answer_is_decompressed() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(PACKED)
    with serving(answer + PACKED) as (url, _), connected(url) as connection:
        assert asked(connection, url) == b"[1]"


def test_an_answer_that_is_not_read_to_its_end_takes_its_connection_with_it() -> None:
    with serving(ANSWER, ANSWER) as (url, seen), connected(url) as connection:
        connection.handle_request(httpx.Request("GET", url, extensions={"timeout": TIMEOUTS_S})).close()
        assert asked(connection, url) == b"{}"
        assert seen == [0, 1]


def test_a_closed_connection_is_not_opened_again() -> None:
    with serving(ANSWER, ANSWER) as (url, seen), connected(url) as connection:
        asked(connection, url)
        connection.close()
        with pytest.raises(httpx.ConnectError, match="closed"):
            asked(connection, url)
        assert seen == [0]


def test_a_connection_that_was_idle_for_long_is_opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_connection, "IDLE_S", -1.0)
    with serving(ANSWER, ANSWER) as (url, seen), connected(url) as connection:
        asked(connection, url)
        asked(connection, url)
        assert len(seen) == 2
        assert seen[0] == 0


def test_closing_a_connection_ends_the_request_in_flight() -> None:
    with listening() as (listener, url):
        connection = OneConnection(url, NO_TLS)
        with ThreadPoolExecutor(1) as pool:
            asking = pool.submit(asked, connection, url)
            with listener.accept()[0] as accepted:
                accepted.recv(65_536)
                connection.close()
                assert isinstance(asking.exception(60), httpx.RemoteProtocolError)


def test_a_server_may_refuse_a_request_before_it_has_read_all() -> None:
    refusal = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\n{}"
    with listening() as (listener, url), connected(url) as connection, ThreadPoolExecutor(1) as pool:
        large = httpx.Request("POST", url, content=b" " * 50_000_000, extensions={"timeout": TIMEOUTS_S})
        sending = pool.submit(connection.handle_request, large)
        with listener.accept()[0] as accepted:
            accepted.recv(1)
            accepted.sendall(refusal)
        answer = sending.result(60)
        answer.close()
        assert answer.status_code == 413


def test_a_server_that_is_not_there_is_an_error_of_httpx() -> None:
    with serving() as (url, _):
        pass
    with pytest.raises(httpx.ConnectError):
        asked(OneConnection(url, NO_TLS), url)


def test_an_answer_that_does_not_come_is_an_error_of_httpx() -> None:
    with listening() as (_, url), connected(url) as connection, pytest.raises(httpx.ReadTimeout):
        asked(connection, url, TIMEOUTS_S | {"read": 0.01})


def test_a_request_that_nobody_takes_is_an_error_of_httpx() -> None:
    with listening() as (_, url), connected(url) as connection:
        timeouts_s = TIMEOUTS_S | {"write": 0.01}
        large = httpx.Request("POST", url, content=b" " * 50_000_000, extensions={"timeout": timeouts_s})
        with pytest.raises(httpx.WriteTimeout):
            connection.handle_request(large)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def _server_side(authority: trustme.CA, name: str) -> ssl.SSLContext:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(tls)
    return tls


def test_a_trusted_server_is_asked_over_tls(authority: trustme.CA) -> None:
    trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.configure_trust(trusted)
    with serving(ANSWER, CHUNKS, tls=_server_side(authority, "127.0.0.1")) as (url, seen):
        with connected(url, trusted) as connection:
            assert [asked(connection, url) for _ in range(2)] == [b"{}", b"[1,2]"]
        assert seen == [0, 0]


@pytest.mark.parametrize(("name", "is_known"), [("127.0.0.1", False), ("another.example", True)])
def test_a_server_whose_certificate_is_unknown_or_of_another_name_is_sent_nothing(
    authority: trustme.CA, name: str, is_known: bool
) -> None:
    trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if is_known:
        authority.configure_trust(trusted)
    with serving(ANSWER, tls=_server_side(authority, name)) as (url, seen):
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            asked(OneConnection(url, trusted), url)
        assert not seen
