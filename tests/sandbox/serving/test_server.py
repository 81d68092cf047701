import base64
import json
import socket
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.sandbox.serving.server import serve

HEADERS = {"Authorization": "Bearer sandbox", "Content-Type": "application/json"}
PATIENCE_S = 120  # with a busy machine


def asked(connection: HTTPConnection, method: str, path: str, body: object = None) -> tuple[int, object]:
    connection.request(method, path, None if body is None else json.dumps(body).encode(), HEADERS)
    answer = connection.getresponse()
    assert answer.getheader("Content-Length") is not None
    return answer.status, json.loads(answer.read() or b"null")


def test_one_connection_carries_many_requests() -> None:
    with serve(Sandbox(Settings())) as url:
        connection = HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE_S)
        connection.connect()
        before = connection.sock
        for number in range(5):
            tax = {"tax": {"name": "n", "code": f"a/b {number}", "rate": "1"}}
            assert asked(connection, "POST", "/api/v1/taxes", tax)[0] == 200
            assert asked(connection, "GET", f"/api/v1/taxes/a%2Fb%20{number}")[0] == 200
        assert asked(connection, "HEAD", "/api/v1/taxes") == (200, None)
        assert connection.sock is before
        connection.close()


def test_a_target_may_be_written_out_with_scheme_and_host() -> None:
    """As Lago's Ruby client asks for past usage."""
    with serve(Sandbox(Settings())) as url:
        connection = HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE_S)
        assert asked(connection, "GET", f"{url}/api/v1/taxes?per_page=1")[0] == 200
        assert asked(connection, "GET", f"{url}/api/v1/nope")[0] == 404
        connection.close()


def test_deliveries_name_the_address_that_clients_use_as_their_issuer() -> None:
    with serve(Sandbox(Settings())) as url:
        connection = HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE_S)
        hook = {"webhook_endpoint": {"webhook_url": "http://elsewhere.test/"}}
        assert asked(connection, "POST", "/api/v1/webhook_endpoints", hook)[0] == 200
        assert asked(connection, "POST", "/api/v1/customers", {"customer": {"external_id": "c1"}})[0] == 200
        _, log = asked(connection, "GET", "/sandbox/webhooks")
        connection.close()
    claims = log["webhooks"][0]["headers"]["X-Lago-Signature"].split(".")[1]  # type: ignore[index]
    assert json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["iss"] == url


def test_a_slash_that_was_sent_encoded_is_part_of_the_code() -> None:
    with serve(Sandbox(Settings())) as url:
        connection = HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE_S)
        code = "a/charges/b"
        plan = {"name": "n", "code": code, "interval": "monthly", "amount_cents": 0, "amount_currency": "USD"}
        assert asked(connection, "POST", "/api/v1/plans", {"plan": {**plan, "pay_in_advance": False}})[0] == 200
        assert asked(connection, "GET", "/api/v1/plans/a%2Fcharges%2Fb")[0] == 200
        assert asked(connection, "GET", "/api/v1/plans/a/charges/b")[0] == 404
        connection.close()


def test_of_many_creations_of_one_code_at_once_one_succeeds() -> None:
    with serve(Sandbox(Settings())) as url:

        def made(_: int) -> int:
            connection = HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE_S)
            try:
                return asked(connection, "POST", "/api/v1/taxes", {"tax": {"name": "n", "code": "c", "rate": "1"}})[0]
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as pool:
            statuses = list(pool.map(made, range(16)))
    assert sorted(statuses) == [200] + [422] * 15


def test_a_client_that_hangs_up_is_no_fault(capfd: pytest.CaptureFixture[str]) -> None:
    with serve(Sandbox(Settings())) as url:
        host, port = urlsplit(url).netloc.split(":")
        for sent in (b"", b"GET / HT", b"POST /api/v1/taxes HTTP/1.1\r\nContent-Length: 99\r\n\r\n{"):
            with socket.create_connection((host, int(port)), timeout=PATIENCE_S) as connection:
                connection.sendall(sent)
        connection2 = HTTPConnection(host, int(port), timeout=PATIENCE_S)
        assert asked(connection2, "GET", "/api/v1/taxes")[0] == 200
        connection2.close()
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.com"])
def test_nobody_else_can_reach_it(host: str) -> None:
    with pytest.raises(ValueError, match="listens on"), serve(Sandbox(Settings()), host=host):
        pass


def first_line(url: str, head: bytes) -> bytes:
    """What a request with these headers is answered with."""
    host, _, port = urlsplit(url).netloc.partition(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE_S) as connection:
        connection.sendall(b"POST /api/v1/taxes HTTP/1.1\r\nAuthorization: Bearer sandbox\r\n" + head + b"\r\n\r\n")
        return connection.makefile("rb").readline()


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"Content-Length: abc", 400),
        (b"Content-Length: -1", 400),
        (b"Content-Length: +1", 400),
        (b"Content-Length: 1_0", 400),
        (b"Content-Length:", 400),
        (b"Content-Length: 1\r\nContent-Length: 2", 400),
        (b"Content-Length: " + b"9" * 30, 413),
        (b"Content-Length: " + b"9" * 5000, 413),
        (b"Transfer-Encoding: chunked", 411),
    ],
)
def test_a_body_of_unknown_length_is_refused_at_once(
    head: bytes, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with serve(Sandbox(Settings())) as url:
        assert first_line(url, head).startswith(f"HTTP/1.1 {status} ".encode())
    assert capsys.readouterr().err == ""
