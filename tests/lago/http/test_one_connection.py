"""Against a server of a few lines, which answers each request with the next of the given bytes; b"" closes."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from lago_gitops.lago.http.one_connection import OneConnection

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
CUT_OFF = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@contextmanager
def serving(*answers: bytes) -> Iterator[tuple[httpx.URL, list[int]]]:
    """The URL, and for each request the number of its connection."""
    listener = socket.create_server(("127.0.0.1", 0))
    left, seen = list(answers), list[int]()

    def serve() -> None:
        for number in range(len(answers)):
            connection, _ = listener.accept()
            with connection:
                while left and connection.recv(65_536):
                    seen.append(number)
                    if not (answer := left.pop(0)):
                        break
                    connection.sendall(answer)
                    if answer is CUT_OFF:
                        break

    threading.Thread(target=serve, daemon=True).start()
    with listener:
        yield httpx.URL(f"http://127.0.0.1:{listener.getsockname()[1]}/"), seen


def asked(connection: OneConnection, url: httpx.URL) -> bytes:
    timeouts = {"connect": 5.0, "read": 5.0, "write": 5.0, "pool": 5.0}
    response = connection.handle_request(httpx.Request("GET", url, extensions={"timeout": timeouts}))
    try:
        return b"".join(response.iter_bytes())
    finally:
        response.close()


def test_requests_share_a_connection() -> None:
    with serving(ANSWER, ANSWER) as (url, seen):
        connection = OneConnection(url, NO_TLS)
        assert [asked(connection, url) for _ in range(2)] == [b"{}", b"{}"]
        assert seen == [0, 0]
        connection.close()


@pytest.mark.parametrize("failing", [b"", CUT_OFF])
def test_what_a_server_breaks_off_is_an_error_of_httpx_and_the_next_request_gets_another_connection(
    failing: bytes,
) -> None:
    with serving(failing, ANSWER) as (url, seen):
        connection = OneConnection(url, NO_TLS)
        with pytest.raises(httpx.RemoteProtocolError):
            asked(connection, url)
        assert asked(connection, url) == b"{}"
        assert seen == [0, 1]
        connection.close()


def test_a_closed_connection_is_opened_again() -> None:
    with serving(ANSWER, ANSWER) as (url, seen):
        connection = OneConnection(url, NO_TLS)
        asked(connection, url)
        connection.close()
        assert asked(connection, url) == b"{}"
        assert seen == [0, 1]
        connection.close()


def test_a_server_that_is_not_there_is_an_error_of_httpx() -> None:
    with serving() as (url, _):
        pass
    with pytest.raises(httpx.ConnectError):
        asked(OneConnection(url, NO_TLS), url)


def test_an_answer_that_does_not_come_is_an_error_of_httpx() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    url = httpx.URL(f"http://127.0.0.1:{listener.getsockname()[1]}/")
    connection = OneConnection(url, NO_TLS)
    with listener, pytest.raises(httpx.ReadTimeout):
        connection.handle_request(httpx.Request("GET", url, extensions={"timeout": {"connect": 5.0, "read": 0.01}}))
    connection.close()
