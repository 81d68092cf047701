from collections.abc import Callable, Iterator
from contextlib import suppress
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.lago.errors import (
    BadAnswer,
    Call,
    LagoError,
    LostAnswer,
    NotFound,
    RateLimited,
    ServerFailed,
    Unreachable,
)
from lago_gitops.lago.http.events import Began, Ended
from lago_gitops.lago.http.transport import api_path, failure_text

FINE = httpx.Response(200, json={"tax": {"rate": 20.5}})
NEVER_OPENED = [
    httpx.ConnectError("refused"),
    httpx.ConnectTimeout("slow"),
    httpx.PoolTimeout("full"),
    httpx.ProxyError("407"),
]
SENT = [
    httpx.ReadTimeout("slow"),
    httpx.WriteTimeout("slow"),
    httpx.ReadError("reset"),
    httpx.WriteError("broken pipe"),
    httpx.RemoteProtocolError("disconnected"),
]


def failed(status: int, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json={"status": status, "error": "Failed"}, headers=named)


@pytest.mark.parametrize("reply", [*NEVER_OPENED, *SENT, failed(500), failed(502), failed(503), failed(429)], ids=repr)
def test_a_read_is_repeated_after_what_passes(connect: Any, script: Any, reply: Any) -> None:
    lago = script(reply, FINE)
    connect(lago).get("taxes", "vat")
    assert len(lago.requests) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_read_is_not_repeated_after_what_stays(connect: Any, script: Any, status: int) -> None:
    lago = script(failed(status), FINE)
    with pytest.raises(LagoError):
        connect(lago).get("taxes", "vat")
    assert len(lago.requests) == 1


@pytest.mark.parametrize("reply", [*NEVER_OPENED, failed(429)], ids=repr)
@pytest.mark.parametrize("method", ["post", "put", "patch"])
def test_a_write_that_was_not_carried_out_is_repeated_as_it_was(
    connect: Any, script: Any, reply: Any, method: str
) -> None:
    lago = script(reply, FINE)
    assert getattr(connect(lago), method)("taxes", body={"tax": {}}) == {"tax": {"rate": Decimal("20.5")}}
    assert [request.content for request in lago.requests] == [b'{"tax":{}}'] * 2


@pytest.mark.parametrize(
    "reply", [*SENT, failed(500), failed(502), failed(503), httpx.Response(200, text="<p>")], ids=repr
)
@pytest.mark.parametrize("method", ["post", "put", "patch"])
def test_a_write_that_may_have_been_carried_out_is_never_repeated(
    connect: Any, script: Any, reply: Any, method: str
) -> None:
    lago = script(reply, FINE)
    with pytest.raises(LostAnswer) as raised:
        getattr(connect(lago), method)("taxes", body={"tax": {}})
    assert raised.value.sent
    assert len(lago.requests) == 1


def test_a_delete_without_an_answer_is_not_repeated_either(connect: Any, script: Any) -> None:
    lago = script(httpx.ReadTimeout("slow"), FINE)
    with pytest.raises(LostAnswer):
        connect(lago).delete("taxes", "vat")
    assert len(lago.requests) == 1


def test_a_write_that_never_left_says_so(connect: Any, script: Any) -> None:
    with pytest.raises(LostAnswer, match="nothing was sent") as raised:
        connect(script(httpx.ConnectError("refused"))).post("taxes", body={"tax": {}})
    assert not raised.value.sent
    assert isinstance(raised.value.__cause__, Unreachable)


def test_after_five_tries_with_doubling_pauses_a_read_gives_up(connect: Any, script: Any, clock: Any) -> None:
    lago = script(httpx.ConnectError("refused"))
    with pytest.raises(Unreachable, match=r"GET /api/v1/taxes: sandbox\.invalid: refused"):
        connect(lago).get("taxes")
    assert len(lago.requests) == 5
    assert clock.slept == [0.5, 1, 2, 4]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("[Errno -2] Name or service not known", "Name or service not known"),
        ("[Errno 111] Connection refused", "Connection refused"),
        ("[SSL: WRONG_VERSION_NUMBER] wrong version number", "a server without TLS needs http://"),
        ("", "ConnectError"),
    ],
)
def test_why_nobody_answers_is_told_in_words(error: str, words: str) -> None:
    assert failure_text(httpx.ConnectError(error)).endswith(words)
    assert "Errno" not in failure_text(httpx.ConnectError(error))


@pytest.mark.parametrize(
    ("reply", "error"),
    [(failed(503), ServerFailed), (httpx.Response(502, text="<p>"), BadAnswer), (failed(429), RateLimited)],
)
def test_the_last_failure_is_the_one_reported(connect: Any, script: Any, reply: Any, error: type[LagoError]) -> None:
    with pytest.raises(error):
        connect(script(reply)).get("taxes")


def test_a_run_has_one_budget_of_repeats(connect: Any, script: Any) -> None:
    lago = script(failed(503))
    client = connect(lago, retries_per_run=6)
    for _ in range(4):
        with pytest.raises(ServerFailed):
            client.get("taxes")
    assert len(lago.requests) == 4 + 6


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x_ratelimit_reset": "3", "retry_after": "9"}, 3),
        ({"retry_after": "9"}, 9),
        ({}, 0.5),
    ],
)
def test_a_429_waits_as_long_as_it_asks(
    connect: Any, script: Any, clock: Any, headers: dict[str, str], seconds: float
) -> None:
    connect(script(failed(429, **headers), FINE)).get("taxes")
    assert clock.slept == [seconds]


@pytest.mark.parametrize(("status", "at_a_time"), [(429, 5), (500, 5), (503, 5), (422, 10)])
def test_a_server_that_fails_or_limits_the_rate_gets_half_as_many_at_a_time(
    connect: Any, script: Any, status: int, at_a_time: int
) -> None:
    client = connect(script(failed(status), FINE))
    with suppress(LagoError):
        client.post("taxes", body={"tax": {}})
    assert client._transport._run.concurrency.limit == at_a_time


def test_a_429_that_asks_for_too_long_ends_the_call(connect: Any, script: Any, clock: Any) -> None:
    with pytest.raises(RateLimited, match="try again in 3600 s"):
        connect(script(failed(429, x_ratelimit_reset="3600"), FINE)).get("taxes")
    assert clock.slept == []


def test_a_limit_is_learnt_from_any_answer(connect: Any, script: Any, clock: Any) -> None:
    client = connect(script(httpx.Response(200, json={"tax": {}}, headers={"X-RateLimit-Limit": "50"})))
    for _ in range(49):
        client.get("taxes", "vat")
    assert clock.now() - 1_000 == pytest.approx(1.0)


@pytest.mark.parametrize("limit", ["0", "-5", "nan", "inf", "fifty", ""])
def test_a_limit_that_makes_no_sense_is_none(connect: Any, script: Any, clock: Any, limit: str) -> None:
    client = connect(script(httpx.Response(200, json={"tax": {}}, headers={"X-RateLimit-Limit": limit})))
    client.get("taxes", "vat")
    client.get("taxes", "vat")
    assert clock.slept == []


def test_no_limit_puts_a_run_to_sleep(connect: Any, script: Any, clock: Any) -> None:
    client = connect(script(httpx.Response(200, json={"tax": {}}, headers={"X-RateLimit-Limit": "0.00001"})))
    client.get("taxes", "vat")
    client.get("taxes", "vat")
    assert clock.now() - 1_000 < 3


class Dripping(httpx.SyncByteStream):
    """Pieces without end, one after the other."""

    def __init__(self, between: Callable[[], None], piece: bytes) -> None:
        self.between, self.piece = between, piece

    def __iter__(self) -> Iterator[bytes]:
        while True:
            self.between()
            yield self.piece


@pytest.mark.parametrize(
    ("seconds", "size", "words"), [(20.0, 1, "has not ended after 300 s"), (0.0, 10_000_000, "more than 500 MB")]
)
def test_an_answer_without_end_is_left(connect: Any, clock: Any, seconds: float, size: int, words: str) -> None:
    def dripping(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=Dripping(lambda: clock.sleep(seconds), b" " * size))

    with pytest.raises(BadAnswer, match=words):
        connect(dripping).get("taxes", "vat")


def test_time_outs_grow_with_what_is_sent(connect: Any, script: Any) -> None:
    lago = script(FINE)
    client = connect(lago)
    client.get("taxes", "vat")
    client.put("plans", "big", body={"plan": {"name": "x" * 300_000}})
    small, big = (request.extensions["timeout"] for request in lago.requests)
    assert (small["connect"], small["read"], small["write"]) == (5, 30, 30)
    assert big["connect"] == 5
    assert 60 < big["read"] < 61
    assert 60 < big["write"] < 61


def test_requests_say_who_asks_and_what_for(connect: Any, script: Any) -> None:
    lago = script(FINE)
    client = connect(lago)
    client.get("taxes", "vat")
    client.put("taxes", "vat", body={"tax": {"name": "ü"}})
    read, write = (request.headers for request in lago.requests)
    assert read["authorization"] == "Bearer the-key-0123456789"
    assert read["accept"] == "application/json"
    assert read["user-agent"].startswith("lago-gitops/")
    assert "content-type" not in read
    assert write["content-type"] == "application/json"
    assert lago.requests[1].content == '{"tax":{"name":"ü"}}'.encode()


@pytest.mark.parametrize("location", ["https://evil.example/", "/api/v1/taxes/other"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_reported_and_not_followed(connect: Any, script: Any, status: int, location: str) -> None:
    lago = script(httpx.Response(status, headers={"Location": location}), FINE)
    with pytest.raises(BadAnswer, match=f"{status} redirects to"):
        connect(lago).get("taxes")
    assert len(lago.requests) == 1


def test_an_observer_sees_each_attempt_before_and_after(connect: Any, script: Any, events: list[Any]) -> None:
    fine = httpx.Response(200, json={"taxes": []}, headers={"X-Request-Id": "7"})
    connect(script(failed(503), httpx.ReadError("reset"), fine)).get("taxes", params={"external_id": "hunter2"})
    call = Call("GET", "/api/v1/taxes")
    assert events == [
        Began(call, 1),
        Ended(call, 1, 503, 0.0, "503 Failed"),
        Began(call, 2),
        Ended(call, 2, None, 0.0, "sandbox.invalid: reset"),
        Began(call, 3),
        Ended(call, 3, 200, 0.0, "", "7"),
    ]


def test_an_interrupted_attempt_is_no_success(connect: Any, events: list[Any]) -> None:
    def interrupted(_: httpx.Request) -> httpx.Response:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        connect(interrupted).post("taxes", body={"tax": {}})
    assert events[-1].problem == "interrupted"
    assert events[-1].status is None


def test_the_time_waited_for_a_slot_is_not_the_servers(connect: Any, script: Any, events: list[Any]) -> None:
    client = connect(script(FINE), rate_per_s=0.1)
    client.get("taxes", "vat")
    client.get("taxes", "vat")
    assert [event.elapsed_s for event in events if isinstance(event, Ended)] == [0, 0]


@pytest.mark.parametrize(
    "code",
    ["vat 20", "sla/sh", "a%2Fb", "?q=1", "a#b", "ünï", "💶", "a\nb", "...", "~", "http://x", ";a=b", "%", "a" * 256],
)
def test_a_code_is_one_part_of_the_path_whatever_is_in_it(connect: Any, script: Any, code: str) -> None:
    lago = script(FINE)
    connect(lago).get("taxes", code)
    path = lago.requests[0].url.raw_path
    assert path.count(b"/") == 4
    assert unquote(path.rsplit(b"/", 1)[-1].decode()) == code


@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=1, max_size=4))
def test_a_path_names_all_its_parts_or_is_refused(parts: list[str]) -> None:
    if {"", ".", ".."} & set(parts):
        with pytest.raises(ValueError, match="another object"):
            api_path(*parts)
    else:
        assert api_path(*parts).count("/") == 2 + len(parts)
        assert httpx.URL("http://x" + api_path(*parts)).raw_path.decode() == api_path(*parts)


@pytest.mark.parametrize("parts", [(), ("",), ("taxes", ""), ("plans", "", "charges"), ("plans", ".."), ("taxes", ".")])
def test_an_empty_part_sends_nothing(connect: Any, script: Any, parts: tuple[str, ...]) -> None:
    lago = script(FINE)
    with pytest.raises(ValueError, match="another object"):
        connect(lago).delete(*parts)
    assert lago.requests == []


def test_a_missing_object_is_told_by_its_code(connect: Any, script: Any) -> None:
    missing = httpx.Response(404, json={"status": 404, "error": "Not Found", "code": "tax_not_found"})
    with pytest.raises(NotFound) as raised:
        connect(script(missing)).put("add_ons", "setup", body={"add_on": {"tax_codes": ["x"]}})
    assert raised.value.code == "tax_not_found"
    assert str(raised.value) == "PUT /api/v1/add_ons/setup: 404 tax_not_found"


def test_in_a_hurry_what_a_limit_holds_up_is_not_sent_again(connect: Any, script: Any) -> None:
    lago = script(failed(429, retry_after="50"), FINE)
    client = connect(lago)
    client.hurry()
    with pytest.raises(RateLimited):
        client.get("taxes", "vat")
    assert len(lago.requests) == 1


def test_who_waits_for_a_limit_does_not_send_once_there_is_hurry(connect: Any, script: Any, clock: Any) -> None:
    lago = script(failed(429, retry_after="50"), FINE)
    client, sleep = connect(lago), clock.sleep

    def hurried(seconds: float) -> None:
        sleep(min(seconds, 1))
        client.hurry()

    clock.sleep = hurried
    with pytest.raises(RateLimited, match="the run was stopped before"):
        client.get("taxes", "vat")
    assert len(lago.requests) == 1
