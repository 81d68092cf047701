"""Requests and answers, between WSGI and the handlers."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import parse_qsl, unquote

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import unreadable_body
from lago_gitops.sandbox.base.http.params import munged

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    422: "Unprocessable Entity",
    500: "Internal Server Error",
    501: "Not Implemented",
}


@dataclass(frozen=True, slots=True)
class Request:
    """`args` are the named parts of the path; in `query`, names that end in [] have lists."""

    method: str
    path: str
    body: Doc
    query: dict[str, Any]
    token: str | None
    args: tuple[str, ...] = field(default=())

    @property
    def code(self) -> str:
        """The last named part of the path."""
        return self.args[-1]


@dataclass(frozen=True, slots=True)
class Answer:
    """A text is sent unchanged, an object as JSON, None as an empty body."""

    status: int
    body: Doc | str | None

    def payload(self) -> bytes:
        match self.body:
            case None:
                return b""
            case str(text):
                return text.encode()
        return json.dumps(self.body, separators=(",", ":")).encode()

    @property
    def content_type(self) -> str:
        return f"{'text/plain' if isinstance(self.body, str) else 'application/json'}; charset=utf-8"


def read_request(environ: "WSGIEnvironment") -> Request:
    """Raises RefusedError if the body is declared as JSON and isn't."""
    return Request(
        method=environ["REQUEST_METHOD"],
        path=raw_path(environ),
        body=_body(environ),
        query=_query(environ.get("QUERY_STRING", "")),
        token=_token(environ.get("HTTP_AUTHORIZATION")),
    )


def raw_path(environ: "WSGIEnvironment") -> str:
    """The path as sent, still percent-encoded if the server passes it on.

    WSGI itself has only the decoded path, in which a slash inside a code looks like any other.
    """
    sent = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    if isinstance(sent, str):
        return sent.partition("?")[0]
    return _decoded(environ.get("PATH_INFO", "/")).replace("%", "%25")


def _decoded(path: str) -> str:
    try:
        return path.encode("latin-1").decode()
    except UnicodeError:
        return path  # the server has already decoded it to text


def _token(header: str | None) -> str | None:
    """Lago takes the second word, whatever the first is."""
    words = (header or "").split()
    return words[1] if len(words) > 1 else None


def _query(query: str) -> dict[str, Any]:
    params: dict[str, Any] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name.endswith("[]"):
            params.setdefault(name, []).append(value)
        else:
            params[name] = value
    return params


def _body(environ: "WSGIEnvironment") -> Doc:
    """Empty unless sent as JSON; a JSON body that isn't an object has no params."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    sent = environ["wsgi.input"].read(length) if length else b""
    if not sent.strip() or "json" not in environ.get("CONTENT_TYPE", ""):
        return {}
    try:
        body = json.loads(sent, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise unreadable_body() from None
    if b"null" in sent:
        body = munged(body)
    return body if isinstance(body, dict) else {}


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def path_parts(parts: Iterable[str]) -> tuple[str, ...]:
    return tuple(unquote(part) for part in parts)
