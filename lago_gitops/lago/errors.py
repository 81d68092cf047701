"""Errors of requests to Lago.

    LagoError             method, path, what happened in words, Lago's X-Request-Id
    ├── Unreachable       no connection, or no answer to a read, after all tries
    ├── Answered          Lago refused: status, code, details
    │   ├── Unauthorized  401: the key
    │   ├── Forbidden     403: the key's permissions, or the server's licence (`feature_unavailable`)
    │   ├── NotFound      404: the object itself or one it names; only the code tells which
    │   ├── RateLimited   429, and the limit lasts longer than we wait
    │   ├── Rejected      any other 4xx: invalid input
    │   └── ServerFailed  5xx for a read
    ├── BadAnswer         an answer to a read that isn't Lago's: a proxy's page, half a body, a redirect
    ├── LostAnswer        a write whose outcome is unknown unless `sent` is False: read the object again
    └── UnsteadyList      the list changes while it is read page by page

Each text is one printable line without secrets.
"""

# ruff: noqa: N818 -- the names say what happened, and all are LagoErrors

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lago_gitops.lago.redaction import redact_urls

LONGEST_TEXT = 2_000  # characters
NO_LICENCE = "feature_unavailable"  # the code of a 403 that doesn't depend on the key


@dataclass(frozen=True, slots=True)
class Call:
    """A request to Lago, including its retries. `path` is percent-encoded and has no query."""

    method: str
    path: str

    @property
    def is_read(self) -> bool:
        return self.method == "GET"

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class LagoError(Exception):
    """A failed call."""

    def __init__(self, call: Call, words: str, *, request_id: str = "") -> None:
        self.call = call
        self.words = _printable(redact_urls(words))[:LONGEST_TEXT]
        self.request_id = _printable(request_id)[:LONGEST_TEXT]
        super().__init__(f"{call}: {self.words}" + (f" (request {self.request_id})" if request_id else ""))


class Unreachable(LagoError):
    """No answer. `sent` is False if the connection was never opened."""

    def __init__(self, call: Call, words: str, *, sent: bool) -> None:
        super().__init__(call, words)
        self.sent = sent


@dataclass(frozen=True, slots=True)
class Rejection:
    """The content of an error answer from Lago.

    `code` is "" if Lago sent none (400, 401, 500). `details` are Lago's `error_details`: field → usually a list of
    codes or words, sometimes a text or an object.
    """

    status: int
    words: str
    code: str = ""
    details: Mapping[str, Any] | None = None


class Answered(LagoError):
    """Lago answered with an error."""

    def __init__(self, call: Call, refusal: Rejection, *, request_id: str = "") -> None:
        super().__init__(call, f"{refusal.status} {refusal.words}", request_id=request_id)
        self.status = refusal.status
        self.code = refusal.code
        self.details: Mapping[str, Any] = refusal.details or {}


class Unauthorized(Answered):
    """The key is missing, unknown or expired."""


class Forbidden(Answered):
    """The key isn't allowed to (`write_action_not_allowed_for_tax`), or the server can't (`feature_unavailable`)."""


class NotFound(Answered):
    """`code` says what is missing: a `PUT` of an add-on with an unknown tax is `tax_not_found`."""


class Rejected(Answered):
    """The input breaks one of Lago's rules; retrying doesn't help."""


class ServerFailed(Answered):
    """Lago, or a proxy in front of it, failed to answer a read."""


class RateLimited(Answered):
    """Too many requests; this one was not carried out. `wait_s` is the wait that the server asked for, if any."""

    def __init__(self, call: Call, refusal: Rejection, *, wait_s: float | None, request_id: str = "") -> None:
        super().__init__(call, refusal, request_id=request_id)
        self.wait_s = wait_s


class BadAnswer(LagoError):
    """An answer that isn't Lago's. `status` is None if it was cut off."""

    def __init__(self, call: Call, words: str, *, status: int | None, request_id: str = "") -> None:
        super().__init__(call, words, request_id=request_id)
        self.status = status


class LostAnswer(LagoError):
    """A write without a readable answer.

    `sent` False: the connection never opened, nothing was written, and a retry is safe. Otherwise the write may have
    been carried out, or still be: read the object again. The cause is the error that a read would have raised.
    """

    def __init__(self, call: Call, words: str, *, sent: bool, request_id: str = "") -> None:
        super().__init__(call, words, request_id=request_id)
        self.sent = sent


class UnsteadyList(LagoError):
    """A list changed during every read."""


def _printable(text: str) -> str:
    """Servers' texts end up in terminals, where control characters are harmful."""
    return "".join(character if character.isprintable() else " " for character in text)
