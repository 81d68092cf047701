"""Reads an answer: Lago's object, or an error."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

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
    Rejection,
    ServerFailed,
    Unauthorized,
    Unreachable,
)
from lago_gitops.lago.http.payload import JsonObject, decode

_REFUSALS: Mapping[int, type[Answered]] = {401: Unauthorized, 403: Forbidden, 404: NotFound}
_HINTS: Mapping[int, str] = {401: ": Lago doesn't know this API key, or it has expired"}


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` are case-insensitive, like httpx.Headers."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def request_id(self) -> str:
        return self.headers.get("x-request-id", "")


def content(call: Call, answer: Answer, redact: Callable[[str], str]) -> JsonObject:
    """The object in the answer. Raises a LagoError for any other answer, as for a read."""
    if answer.status == 429:  # from any rate limiter, so the body can be anything
        raise _rate_limited(call, answer)
    said = _object(answer.body)
    if said is not None and 200 <= answer.status < 300:
        return said
    if said is not None and answer.status >= 400 and isinstance(said.get("error"), str):
        raise _refused(call, answer, _refusal(answer.status, _redacted(said, redact)))
    raise BadAnswer(call, redact(_description(answer)), status=answer.status, request_id=answer.request_id)


def as_write(error: LagoError) -> LagoError:
    """The error for a write: a LostAnswer if its fate is unknown."""
    match error:
        case Unreachable(sent=sent):
            return _lost(error, sent=sent)
        case ServerFailed() | BadAnswer():
            return _lost(error, sent=True)
        case _:
            return error


def wait_asked_s(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, from X-RateLimit-Reset (Lago Cloud: seconds, not a date) or else Retry-After."""
    for name in ("x-ratelimit-reset", "retry-after"):
        seconds = positive_number(headers.get(name, ""))
        if seconds is not None:
            return seconds
    return None


def positive_number(text: str) -> float | None:
    """A header's positive finite number, or None. A Retry-After with a date isn't supported."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 < number < float("inf") else None


def _object(body: bytes) -> JsonObject | None:
    try:
        said = decode(body)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def _rate_limited(call: Call, answer: Answer) -> RateLimited:
    wait_s = wait_asked_s(answer.headers)
    words = "too many requests" + (f", try again in {wait_s:g} s" if wait_s else "")
    return RateLimited(call, Rejection(429, words), wait_s=wait_s, request_id=answer.request_id)


def _refused(call: Call, answer: Answer, refusal: Rejection) -> Answered:
    error = ServerFailed if answer.status >= 500 else _REFUSALS.get(answer.status, Rejected)
    return error(call, refusal, request_id=answer.request_id)


def _refusal(status: int, said: JsonObject) -> Rejection:
    code = said.get("code")
    details = said.get("error_details")
    known_code = code if isinstance(code, str) else ""
    known_details = details if isinstance(details, dict) else {}
    return Rejection(
        status, _words(said["error"], known_code, known_details) + _HINTS.get(status, ""), known_code, known_details
    )


def _words(phrase: str, code: str, details: JsonObject) -> str:
    listed = "; ".join(f"{field}: {text}" for field, text in _details(details))
    if code == "validation_errors" and listed:
        return listed
    return (code or phrase.removeprefix("BadRequest: ")) + (f" ({listed})" if listed else "")


def _details(value: JsonObject, within: str = "") -> Iterator[tuple[str, str]]:
    for field, what in value.items():
        path = f"{within}.{field}" if within else str(field)
        if isinstance(what, dict):
            yield from _details(what, path)
        else:
            yield path, ", ".join(map(str, what)) if isinstance(what, list) else str(what)


def _redacted(value: Any, redact: Callable[[str], str]) -> Any:
    match value:
        case str():
            return redact(value)
        case dict():
            return {key: _redacted(item, redact) for key, item in value.items()}
        case list():
            return [_redacted(item, redact) for item in value]
        case _:
            return value


def _description(answer: Answer) -> str:
    """Never includes the body: a page that echoes the request would reveal it."""
    if 300 <= answer.status < 400 and (location := answer.headers.get("location")):
        return f"{answer.status} redirects to {location}, which is not followed: use the URL at which Lago answers"
    kind = answer.headers.get("content-type", "no content type").partition(";")[0]
    return (
        f"{answer.status} with {kind} ({len(answer.body)} bytes), which is not an answer from Lago: is this the URL "
        f"of its API, and is there a proxy in front of it?"
    )


def _lost(error: LagoError, *, sent: bool) -> LostAnswer:
    fate = "it may have been carried out" if sent else "nothing was sent"
    return LostAnswer(error.call, f"{error.words}; {fate}", sent=sent, request_id=error.request_id)
