"""Secrets taken out of URLs and texts before anybody sees them.

Webhook URLs carry secrets in every part, so a shown URL keeps what helps to recognise it and nothing that opens:

    https://user:pw@hooks.example.com:8443/services/T0AB12CD3/lago?token=abc&v#top
    https://***@hooks.example.com:8443/services/***/lago?token=***&***#***

Scheme, host, port, path segments that read like words and names of query parameters stay. User and password go, and so
do query values, fragments and path segments that could be tokens. A harmless segment masked is the price of that.
"""

import re
from collections.abc import Iterable
from urllib.parse import quote, unquote, urlsplit

MASK = "***"
_SHORTEST_TOKEN = 8  # characters; what is shorter is guessed sooner than read
_LONGEST_WORD = 15  # characters; longer ones without a hyphen are rarely words
# The scheme is short in every URL, and bounded here, or a long word without one takes its length squared to search.
# It ends before a control character: the one that resets a terminal's colour is no part of it.
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,19}://[^\s\x00-\x1f\x7f\"'<>]*[^\s\x00-\x1f\x7f\"'<>.,;:)]")


def redact_url(url: str) -> str:
    """`url` with its secrets masked; `***` alone when it has no host. Applying it twice changes nothing more."""
    try:
        parts = urlsplit(url)
        _ = parts.hostname
    except ValueError:
        return MASK
    if not parts.netloc:
        return MASK
    user, at, host = parts.netloc.rpartition("@")
    path = "/".join(MASK if _may_be_token(segment) else segment for segment in parts.path.split("/"))
    query = "?" + "&".join(map(_masked_parameter, parts.query.split("&"))) if parts.query else ""
    fragment = f"#{MASK}" if parts.fragment else ""
    return f"{parts.scheme}://{MASK if user else ''}{at}{host}{path}{query}{fragment}"


def redact_urls(text: str) -> str:
    """`text` with every URL in it redacted."""
    return _URL.sub(lambda found: redact_url(found.group()), text)


class Redactor:
    """Replaces secrets wherever they stand in a text, as they are and percent-encoded."""

    __slots__ = ("_secrets",)

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {form for secret in secrets if secret for form in (secret, quote(secret), quote(secret, safe=""))}
        self._secrets = tuple(
            sorted(forms, key=lambda form: (-len(form), form))
        )  # the longest first: one may hold another

    def __call__(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return text

    def __repr__(self) -> str:
        return f"Redactor({MASK})"


def _may_be_token(segment: str) -> bool:
    text = unquote(segment)
    if "=" in text or "@" in text:
        return True
    if len(text) < _SHORTEST_TOKEN:
        return False
    return (
        any(map(str.isdigit, text))
        or _mixes_cases(text)
        or any(len(w) > _LONGEST_WORD for w in re.split("[-_.]", text))
    )


def _mixes_cases(text: str) -> bool:
    return any(map(str.islower, text)) and any(map(str.isupper, text))


def _masked_parameter(parameter: str) -> str:
    name, equals, _ = parameter.partition("=")
    return f"{name}={MASK}" if equals and not _may_be_token(name) else MASK
