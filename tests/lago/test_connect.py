import logging
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import pytest

from lago_gitops.lago.client import Reader, Writer
from lago_gitops.lago.connect import OF_THE_MACHINE, MachineError, Tuning, connect_reader, connect_writer
from lago_gitops.lago.errors import BadAnswer, Call, LagoError, LostAnswer, Unreachable
from lago_gitops.lago.target import IN_PROCESS, Secret, Target, TargetError
from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.sandbox.serving.server import serve

KEY = "hunter2-0123456789"
HOOK = "https://user:hunter2@hooks.example.com/T0AB12CD3hunter2?token=hunter2"
FINE = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"tax": {}}'


class Wire:
    """Talks raw bytes on loopback: each connection gets the next of `replies`, then hears nothing more.

    None keeps silent until the client gives up, b"" hangs up at once.
    """

    def __init__(self, *replies: bytes | None) -> None:
        self.replies = list(replies)
        self.heard: list[bytes] = []
        self.done = threading.Event()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def run(self) -> None:
        for reply in self.replies:
            connection, _ = self.socket.accept()
            with connection:
                self.heard.append(connection.recv(65_536))
                if reply is None:
                    self.done.wait(120)
                else:
                    connection.sendall(reply)


@contextmanager
def wire(*replies: bytes | None) -> Iterator[Wire]:
    server = Wire(*replies)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server
    finally:
        server.done.set()
        thread.join(120)
        server.socket.close()


@contextmanager
def writer(url: str, clock: Any) -> Iterator[Writer]:
    with connect_writer(Target(url), Secret(KEY), tuning=Tuning(clock=clock)) as client:
        yield client


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lago_gitops.lago.http.transport.READ_TIMEOUT_S", 0.02)


def unused_url() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("reply", [b"", FINE[:-4], FINE[:30], b"garbage\r\n\r\n"])
def test_a_read_whose_answer_breaks_off_is_repeated(clock: Any, reply: bytes) -> None:
    with wire(reply, FINE) as lago, writer(lago.url, clock) as client:
        assert client.get("taxes", "vat") == {"tax": {}}
        assert len(lago.heard) == 2


@pytest.mark.parametrize("reply", [b"", FINE[:-4], FINE[:30], b"garbage\r\n\r\n"])
def test_a_write_whose_answer_breaks_off_is_lost_and_sent_once(clock: Any, reply: bytes) -> None:
    with wire(reply) as lago, writer(lago.url, clock) as client:
        with pytest.raises(LostAnswer, match="it may have been carried out") as raised:
            client.put("taxes", "vat", body={"tax": {"name": "x"}})
        assert raised.value.sent
        assert len(lago.heard) == 1


def test_half_a_body_is_a_bad_answer(clock: Any) -> None:
    broken_off = pytest.raises(BadAnswer, match="the answer was cut off")
    with wire(*[FINE[:-4]] * 5) as lago, writer(lago.url, clock) as client, broken_off:
        client.get("taxes", "vat")


@pytest.mark.usefixtures("impatient")
def test_a_silent_server_is_given_up(clock: Any) -> None:
    with wire(None) as lago, writer(lago.url, clock) as client:
        with pytest.raises(LostAnswer, match=r"no answer in time \(ReadTimeout\)") as raised:
            client.post("taxes", body={"tax": {}})
        assert raised.value.sent


def test_where_nobody_listens_a_read_is_unreachable_and_a_write_was_not_sent(clock: Any) -> None:
    with writer(unused_url(), clock) as client:
        with pytest.raises(Unreachable, match=r"GET /api/v1/taxes: 127\.0\.0\.1:\d+: .*refused"):
            client.get("taxes")
        with pytest.raises(LostAnswer, match="nothing was sent") as raised:
            client.post("taxes", body={"tax": {}})
    assert not raised.value.sent


def test_what_speaks_no_tls_is_unreachable_and_a_write_was_not_sent(clock: Any) -> None:
    with wire(*[b"HTTP/1.1 400 Bad Request\r\n\r\n"] * 5) as lago:
        not_sent = pytest.raises(LostAnswer, match="nothing was sent")
        with writer(lago.url.replace("http:", "https:"), clock) as client, not_sent:
            client.post("taxes", body={"tax": {}})
        assert not any(KEY.encode() in heard for heard in lago.heard)


def test_a_path_before_the_api_is_kept(clock: Any) -> None:
    with wire(FINE) as lago, writer(f"{lago.url}/lago", clock) as client:
        client.get("taxes", "a/b")
        assert lago.heard[0].startswith(b"GET /lago/api/v1/taxes/a%2Fb HTTP/1.1")


def test_no_proxy_sees_a_key_for_this_machine(clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", unused_url())
    monkeypatch.setenv("ALL_PROXY", unused_url())
    with wire(FINE) as lago, writer(lago.url, clock) as client:
        assert client.get("taxes", "vat") == {"tax": {}}


def test_elsewhere_requests_go_through_the_proxy_of_the_environment(
    clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in OF_THE_MACHINE:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    with wire(FINE) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        with writer("http://lago.example", clock) as client:
            assert client.post("taxes", body={"tax": {}}) == {"tax": {}}
        assert proxy.heard[0].startswith(b"POST http://lago.example/api/v1/taxes HTTP/1.1\r\nHost: lago.example\r\n")


def test_a_sleeper_is_woken_when_the_client_is_closed() -> None:
    unwell = httpx.Response(429, headers={"Retry-After": "60"})
    client = connect_writer(IN_PROCESS, Secret(KEY), transport=httpx.MockTransport(lambda _: unwell))
    failures: list[BaseException] = []

    def post() -> None:
        try:
            client.post("taxes", body={"tax": {}})
        except (RuntimeError, LagoError) as error:
            failures.append(error)

    sleeper = threading.Thread(target=post)
    sleeper.start()
    client.close()
    sleeper.join(120)
    assert not sleeper.is_alive()
    assert len(failures) == 1


def every_way_to_write(reader: Reader) -> list[Callable[[], object]]:
    transport = reader._transport
    with transport._connections.one() as connection:
        pass
    body = {"tax": {"code": "a", "name": "a", "rate": 1}}
    return [
        lambda: transport.send(Call("POST", "/api/v1/taxes"), body=body),
        lambda: transport.send(Call("PUT", "/api/v1/taxes/a"), body=body),
        lambda: transport.send(Call("PATCH", "/api/v1/taxes/a"), body=body),
        lambda: transport.send(Call("DELETE", "/api/v1/taxes/a")),
        lambda: connection.handle_request(httpx.Request("POST", "http://sandbox.invalid/api/v1/taxes", json=body)),
    ]


@pytest.mark.parametrize("way", range(5))
def test_a_reader_writes_by_no_way(connect: Any, way: int) -> None:
    requests: list[httpx.Request] = []

    def lago(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json={"tax": {}})

    with connect_reader(IN_PROCESS, Secret(KEY), transport=httpx.MockTransport(lago)) as reader:
        with pytest.raises(PermissionError, match="only reads"):
            every_way_to_write(reader)[way]()
        assert requests == []
        assert reader.get("taxes", "a") == {"tax": {}}


def test_a_key_that_no_header_can_carry_is_refused_unshown() -> None:
    with pytest.raises(TargetError) as raised:
        connect_reader(IN_PROCESS, Secret("hunter2\nX: 1"))
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("tuning", [{"concurrency": 0}, {"concurrency": 21}, {"rate_per_s": 0}, {"rate_per_s": -1}])
def test_tuning_that_makes_no_sense_is_refused(tuning: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not "):
        Tuning(**tuning)


def test_nothing_logged_or_shown_holds_a_secret(caplog: pytest.LogCaptureFixture, clock: Any) -> None:
    refused = b'{"status":422,"error":"x","code":"validation_errors","error_details":{"url":["%s"]}}' % HOOK.encode()
    answer = b"HTTP/1.1 422 X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(refused)
    caplog.set_level(logging.DEBUG)
    with wire(answer + refused) as lago, ExitStack() as stack:
        seen: list[Any] = []
        tuning = Tuning(clock=clock)
        client = connect_writer(Target(lago.url), Secret(KEY), observer=seen.append, tuning=tuning)
        stack.enter_context(client)
        with pytest.raises(LagoError) as raised:
            client.post("webhook_endpoints", body={"webhook_endpoint": {"webhook_url": HOOK}})
        assert KEY.encode() in lago.heard[0]
    shown = [caplog.text, repr(raised.value), str(raised.value), repr(seen)]
    shown += [repr(part) for part in (client, client._transport, client._transport._headers, client._transport._run)]
    assert "hunter2" not in "\n".join(shown)


def test_looking_at_a_target_loads_no_http_client() -> None:
    modules = (
        "lago_gitops.lago.target, lago_gitops.lago.redaction, lago_gitops.lago.errors, lago_gitops.lago.http.payload"
    )
    code = f"import sys, {modules}; sys.exit('httpx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.fixture(params=["in process", "over HTTP"])
def sandbox(request: pytest.FixtureRequest, clock: Any) -> Iterator[Writer]:
    """The look-alike, reached in both of the ways that there are."""
    app = Sandbox(Settings())
    with ExitStack() as stack:
        stack.callback(app.close)
        key, tuning = Secret(Settings().api_key), Tuning(clock=clock)
        if request.param == "over HTTP":
            client = connect_writer(Target(stack.enter_context(serve(app))), key, tuning=tuning)
        else:
            client = connect_writer(IN_PROCESS, key, transport=httpx.WSGITransport(app=app), tuning=tuning)
        yield stack.enter_context(client)


@pytest.mark.parametrize(
    "code", ["vat", "vat 20", "sla/sh", "a%2Fb", "100%", "?q=1", "a#b", "ünï", "💶", "a+b", "a;b", " a"]
)
def test_any_code_leads_to_its_own_object(sandbox: Writer, code: str) -> None:
    sandbox.post("taxes", body={"tax": {"code": "other", "name": "Other", "rate": 1}})
    sandbox.post("taxes", body={"tax": {"code": code, "name": "VAT", "rate": 20}})
    assert sandbox.get("taxes", code)["tax"]["code"] == code
    assert sandbox.put("taxes", code, body={"tax": {"name": "New"}})["tax"]["name"] == "New"
    assert sandbox.delete("taxes", code)["tax"]["code"] == code
    assert [row["code"] for row in sandbox.pages("taxes")] == ["other"]


def test_many_pages_are_read_whole(sandbox: Writer) -> None:
    for number in range(23):
        sandbox.post("taxes", body={"tax": {"code": f"t{number}", "name": "T", "rate": number}})
    assert [row["code"] for row in sandbox.pages("taxes", per_page=3)] == [
        row["code"] for row in sandbox.pages("taxes", per_page=1_000)
    ]
    assert sandbox.count("taxes") == 23


def test_a_list_without_meta_is_read(sandbox: Writer) -> None:
    assert len(sandbox.pages("billing_entities")) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SSL_CERT_FILE", "/nowhere"),
        ("SSL_CERT_FILE", "/"),
        ("SSL_CERT_FILE", __file__),
        ("HTTPS_PROXY", "gopher://user:s3cr3t@proxy.example"),
        ("https_proxy", ":::"),
        ("ALL_PROXY", "http://[::1"),
        ("NO_PROXY", "[::1"),
    ],
)
def test_certificates_and_proxies_that_can_not_be_used_are_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    for other in OF_THE_MACHINE:
        monkeypatch.delenv(other, raising=False)
        monkeypatch.delenv(other.lower(), raising=False)
    monkeypatch.setenv(name, value)
    with pytest.raises(
        MachineError, match=f"no connection can be made from this machine: .*; look at {name.upper()}"
    ) as e:
        connect_reader(Target("https://lago.example"), Secret("key"))

    assert "s3cr3t" not in str(e.value)


def test_a_server_on_this_machine_needs_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", ":::")
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", pytest.fail)
    connect_reader(Target("http://127.0.0.1:1"), Secret("key")).close()
