"""What can go wrong between us and Lago.

    LagoError             method, path, what happened in words, Lago's X-Request-Id
    ├── Unreachable       no connection, or no answer to a read, after all tries
    ├── Answered          Lago said no: status, code, details
    │   ├── Unauthorized  401: the key
    │   ├── Forbidden     403: the key's permissions, or the server's licence (`feature_unavailable`)
    │   ├── NotFound      404: the object itself or one it names; only the code tells which
    │   ├── RateLimited   429 for longer than we wait
    │   ├── Rejected      any other 4xx: the input
    │   └── ServerFailed  5xx to a read
    ├── BadAnswer         an answer to a read that is not Lago's: a proxy's page, half a body, a redirect
    ├── LostAnswer        a write whose fate is unknown unless `sent` is False: read the object again
    └── UnsteadyList      somebody writes while we read page by page

The text of each is one printable line without secrets.
"""

# ruff: noqa: N818 -- the names say what happened, and all are LagoErrors

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lago_gitops.lago.redaction import redact_urls

LONGEST_TEXT = 2_000  # characters
NO_LICENCE = "feature_unavailable"  # the code of a 403 that no key would help with


@dataclass(frozen=True, slots=True)
class Call:
    """One thing asked of Lago, whatever number of tries it takes. `path` is percent-encoded and has no query."""

    method: str
    path: str

    @property
    def is_read(self) -> bool:
        return self.method == "GET"

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class LagoError(Exception):
    """A call that did not end well."""

    def __init__(self, call: Call, words: str, *, request_id: str = "") -> None:
        self.call = call
        self.words = _printable(redact_urls(words))[:LONGEST_TEXT]
        self.request_id = _printable(request_id)[:LONGEST_TEXT]
        super().__init__(f"{call}: {self.words}" + (f" (request {self.request_id})" if request_id else ""))


class Unreachable(LagoError):
    """No answer came. `sent` is False when the connection never opened."""

    def __init__(self, call: Call, words: str, *, sent: bool) -> None:
        super().__init__(call, words)
        self.sent = sent


@dataclass(frozen=True, slots=True)
class Rejection:
    """What Lago answered instead of what was asked for.

    `code` is "" where Lago gave none (400, 401, 500). `details` are Lago's `error_details`: field → mostly a list of
    codes or English words, sometimes a text or an object.
    """

    status: int
    words: str
    code: str = ""
    details: Mapping[str, Any] | None = None


class Answered(LagoError):
    """Lago answered, and not what was asked for."""

    def __init__(self, call: Call, refusal: Rejection, *, request_id: str = "") -> None:
        super().__init__(call, f"{refusal.status} {refusal.words}", request_id=request_id)
        self.status = refusal.status
        self.code = refusal.code
        self.details: Mapping[str, Any] = refusal.details or {}


class Unauthorized(Answered):
    """The key is missing, unknown or expired."""


class Forbidden(Answered):
    """The key may not do this (`write_action_not_allowed_for_tax`), or the server can't (`feature_unavailable`)."""


class NotFound(Answered):
    """`code` tells what is missing: a `PUT` of an add-on that names an unknown tax is `tax_not_found`."""


class Rejected(Answered):
    """The input breaks one of Lago's rules; sending it again changes nothing."""


class ServerFailed(Answered):
    """Lago, or what stands before it, failed while reading."""


class RateLimited(Answered):
    """Too many requests; this one was not carried out. `wait_s` is what the server asked for, None if it didn't say."""

    def __init__(self, call: Call, refusal: Rejection, *, wait_s: float | None, request_id: str = "") -> None:
        super().__init__(call, refusal, request_id=request_id)
        self.wait_s = wait_s


class BadAnswer(LagoError):
    """Something answered, but not as Lago does. `status` is None when the answer broke off."""

    def __init__(self, call: Call, words: str, *, status: int | None, request_id: str = "") -> None:
        super().__init__(call, words, request_id=request_id)
        self.status = status


class LostAnswer(LagoError):
    """A write without a readable answer.

    `sent` False: the connection never opened, nothing was written, and a repeat is safe. Otherwise the write may have
    been carried out, now or later: read the object again. The cause is the error that a read would have raised.
    """

    def __init__(self, call: Call, words: str, *, sent: bool, request_id: str = "") -> None:
        super().__init__(call, words, request_id=request_id)
        self.sent = sent


class UnsteadyList(LagoError):
    """A list changed each time it was read."""


def _printable(text: str) -> str:
    """Servers' words end up in terminals, where control characters do things."""
    return "".join(character if character.isprintable() else " " for character in text)
