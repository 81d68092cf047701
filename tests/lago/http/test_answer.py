import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lago_gitops.lago.errors import (
    Answered,
    BadAnswer,
    Call,
    Forbidden,
    LagoError,
    LostAnswer,
    NotFound,
    RateLimited,
    Rejected,
    ServerFailed,
    Unauthorized,
    Unreachable,
)
from lago_gitops.lago.http.answer import Answer, as_write, content, wait_asked_s
from lago_gitops.lago.http.payload import encode
from lago_gitops.lago.redaction import Redactor

TRAFFIC = Path(__file__).parents[2] / "data" / "lago" / "traffic"
GET = Call("GET", "/api/v1/taxes")
HTML = b"<html><title>502 Bad Gateway</title> the-key</html>"


def read(status: int, body: Any, call: Call = GET, **headers: str) -> Any:
    raw = body if isinstance(body, bytes) else encode(body)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return content(call, Answer(status, named, raw), Redactor(["the-key"]))


def failure(status: int, body: Any, call: Call = GET, **headers: str) -> LagoError:
    with pytest.raises(LagoError) as raised:
        read(status, body, call, **headers)
    return raised.value


def recorded() -> list[tuple[str, int, Any]]:
    lines = [line for file in sorted(TRAFFIC.glob("*.answers.jsonl")) for line in file.read_text().splitlines()]
    answers = [json.loads(line, parse_float=Decimal) for line in lines]
    return [(answer["id"], answer["status"], answer["body"]) for answer in answers if answer["status"]]


def test_every_recorded_answer_is_known_for_what_it_is() -> None:
    kinds = {
        401: Unauthorized,
        403: Forbidden,
        404: NotFound,
        500: ServerFailed,
        400: Rejected,
        405: Rejected,
        422: Rejected,
    }
    for step, status, body in recorded():
        if status == 200:
            assert read(status, body) == body, step
        else:
            error = failure(status, body)
            assert type(error) is kinds[status], step
            assert error.code == body.get("code", ""), step
            assert error.details == body.get("error_details", {}), step


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("tax-get-404", "404 tax_not_found"),
        ("tax-create-dup", "422 code: value_already_exist"),
        ("root-missing", "400 param is missing or the value is empty or invalid: tax"),
        ("json-broken", "400 Bad Request"),
        ("wh-bad-algo", "500 Internal Server Error"),
        ("ch-bad-standard", "422 properties: invalid_amount"),
        ("auth-wrong", "401 Unauthorized: Lago doesn't know this API key, or it has expired"),
        ("ft-list", "403 feature_unavailable"),
    ],
)
def test_an_error_says_what_lago_said(step: str, words: str) -> None:
    said = {str(failure(status, body)) for found, status, body in recorded() if found == step and status != 200}
    assert f"GET /api/v1/taxes: {words}" in said  # the two recorded versions may say different things


def test_details_of_any_shape_are_said() -> None:
    details = {"a": ["x", "y"], "b": "a sentence", "c": {"d": ["z"]}}
    body = {"status": 422, "error": "Unprocessable Entity", "code": "provider_error", "error_details": details}
    error = failure(422, body)
    assert isinstance(error, Answered)
    assert error.words == "422 provider_error (a: x, y; b: a sentence; c.d: z)"
    assert error.details == details


def test_an_error_carries_the_request_id_to_look_up_in_lagos_log() -> None:
    error = failure(404, {"status": 404, "error": "Not Found", "code": "plan_not_found"}, x_request_id="7f-1")
    assert str(error) == "GET /api/v1/taxes: 404 plan_not_found (request 7f-1)"
    assert error.request_id == "7f-1"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, HTML),
        (200, b""),
        (200, b"[]"),
        (204, b""),
        (200, b'{"plans": ['),
        (502, HTML),
        (404, HTML),
        (404, b'{"message": "no route and no API found with those values"}'),
        (401, b""),
        (304, b""),
        (302, b'{"error": "moved"}'),
    ],
)
def test_what_lago_does_not_say_is_a_bad_answer_and_its_body_is_not_shown(status: int, body: bytes) -> None:
    error = failure(status, body, content_type="text/html; charset=utf-8")
    assert isinstance(error, BadAnswer)
    assert error.status == status
    assert f"{status} with text/html ({len(body)} bytes)" in str(error)
    assert "<" not in str(error)


def test_a_redirect_is_reported_with_its_masked_target() -> None:
    error = failure(301, b"", location="https://u:pw@login.example.com/?back=x")
    assert "301 redirects to https://***@login.example.com/?back=***, which is not followed" in str(error)


@pytest.mark.parametrize("body", [b"", HTML, b'{"status": 429, "error": "Too Many Provider Requests"}'])
def test_any_429_is_a_rate_limit_whatever_its_body(body: bytes) -> None:
    error = failure(429, body, x_ratelimit_reset="3")
    assert isinstance(error, RateLimited)
    assert error.wait_s == 3


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-ratelimit-reset": "2", "retry-after": "9"}, 2),
        ({"retry-after": "9"}, 9),
        ({"x-ratelimit-reset": "soon", "retry-after": "0.5"}, 0.5),
        ({"x-ratelimit-reset": "0"}, None),
        ({"x-ratelimit-reset": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
        ({}, None),
    ],
)
def test_the_reset_comes_before_retry_after_and_nonsense_is_no_wait(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert wait_asked_s(headers) == seconds


def test_a_secret_that_a_server_echoes_is_shown_neither_in_text_nor_in_details() -> None:
    body = {"error": "x", "code": "validation_errors", "error_details": {"a": ["key the-key"], "b": {"c": "the-key"}}}
    error = failure(422, body)
    assert isinstance(error, Answered)
    assert str(error) == "GET /api/v1/taxes: 422 a: key ***; b.c: ***"
    assert "the-key" not in str(error.details)


def test_a_webhook_url_in_an_answer_is_masked_in_the_text() -> None:
    body = {"error": "x", "code": "validation_errors", "error_details": {"url": ["https://h.example/?t=hunter2 taken"]}}
    assert "422 url: https://h.example/?t=*** taken" in str(failure(422, body))


def test_no_control_character_of_a_server_reaches_the_terminal() -> None:
    error = failure(422, {"error": "a\x1b[31m\nb\u202e", "code": "c\r"}, x_request_id="1\x1b")
    assert str(error).isprintable()


def test_a_refusal_of_endless_words_is_cut() -> None:
    assert len(str(failure(400, {"error": "x" * 1_000_000}))) < 3_000


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_write_that_a_server_failed_at_may_have_been_carried_out(status: int) -> None:
    error = as_write(
        failure(status, {"status": status, "error": "Internal Server Error"}, Call("POST", "/x"), x_request_id="9")
    )
    assert isinstance(error, LostAnswer)
    assert error.sent
    assert str(error) == f"POST /x: {status} Internal Server Error; it may have been carried out (request 9)"


def test_a_write_with_an_unreadable_answer_may_have_been_carried_out() -> None:
    error = as_write(failure(200, HTML, Call("PUT", "/x")))
    assert isinstance(error, LostAnswer)
    assert error.sent


@pytest.mark.parametrize("sent", [True, False])
def test_a_write_without_an_answer_was_sent_unless_the_connection_never_opened(sent: bool) -> None:
    error = as_write(Unreachable(Call("PUT", "/x"), "refused", sent=sent))
    assert isinstance(error, LostAnswer)
    assert error.sent is sent


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 422])
def test_a_write_that_lago_refused_was_not_carried_out(status: int) -> None:
    error = failure(status, {"status": status, "error": "No"}, Call("PUT", "/x"))
    assert as_write(error) is error
