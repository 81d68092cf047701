"""Removes secrets from URLs and texts before they are shown.

Any part of a webhook URL can be a secret, so a shown URL keeps only what helps to recognize it:

    https://user:pw@hooks.example.com:8443/services/T0AB12CD3/lago?token=abc&v#top
    https://***@hooks.example.com:8443/services/***/lago?token=***&***#***

Scheme, host, port, path segments that look like words, and names of query parameters are kept. User, password,
query values, fragments and path segments that could be tokens are masked, even if some are harmless.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, unquote, urlsplit

MASK = "***"
_ENCODE = json.JSONEncoder(check_circular=False).encode
_SHORTEST_TOKEN = 8  # characters; anything shorter is easy to guess anyway
_LONGEST_WORD = 15  # characters; longer ones without a hyphen are rarely words
_FIELDS = ("before", "after")  # in documents, the values of fields in manifests and Lago
_CONTROLS = "\x00-\x1f\x7f-\x9f"  # including those that reset a terminal's colour
# The scheme is short in every URL, and bounded here: otherwise searching a long word takes quadratic time.
_SCHEME = "[A-Za-z][A-Za-z0-9+.-]{0,19}://"
# In single quotes, a URL ends at the next one; elsewhere it may contain some. It never contains double quotes.
_URL = re.compile(
    rf"(?<=')(?:{_SCHEME})[^\s{_CONTROLS}'\"<>]*[^\s{_CONTROLS}'\"<>.,;:)]"
    rf"|{_SCHEME}[^\s{_CONTROLS}\"<>]*[^\s{_CONTROLS}\"<>.,;:)']"
)
_NOTHING_ELSE = re.compile(rf"((?:[a-z_]+/)?)({_SCHEME}[^\s{_CONTROLS}]+)")  # a URL, or an address with one


def redact_url(url: str) -> str:
    """`url` with its secrets masked; only `***` if it has no host. Idempotent."""
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
    """`text` with every URL redacted. A text that starts as a URL is one to its end, including quotes."""
    if "://" not in text:
        return text
    whole = _NOTHING_ELSE.fullmatch(text)
    if whole is not None:
        return whole[1] + redact_url(whole[2])
    return _URL.sub(lambda match: redact_url(match.group()), text)


class Redactor:
    """Replaces secrets anywhere in a text, literal and percent-encoded.

    `shown` replaces a secret instead of the mask. The rest of a secret URL is masked with it.
    """

    __slots__ = ("_secrets", "_shortest")

    def __init__(self, secrets: Iterable[str], shown: Mapping[str, str] = MappingProxyType({})) -> None:
        forms = {
            form: shown.get(secret, MASK)
            for secret in secrets
            if secret
            for form in (quote(secret, safe=""), quote(secret), secret)
        }
        longest_first = sorted(forms.items(), key=lambda each: (-len(each[0]), each[0]))  # one may contain another
        self._secrets = tuple((form, _with_rest(form) if "://" in form else None, said) for form, said in longest_first)

        self._shortest = min(map(len, forms), default=0)

    @property
    def forms(self) -> tuple[str, ...]:
        """The texts that are replaced: the secrets as they are, and percent-encoded."""
        return tuple(form for form, _, _ in self._secrets)

    def __call__(self, text: str) -> str:
        if len(text) < self._shortest:
            return text
        for secret, rest, said in self._secrets:
            if secret not in text:
                continue
            text = text.replace(secret, said) if rest is None else rest.sub(partial(_with_its_rest, said), text)
        return text

    def __repr__(self) -> str:
        return f"Redactor({MASK})"


def _with_rest(url: str) -> re.Pattern[str]:
    return re.compile(rf"{re.escape(url)}([^\s{_CONTROLS}'\"<>]*[^\s{_CONTROLS}'\"<>.,;:)])?")


def _with_its_rest(said: str, match: re.Match[str]) -> str:
    return said + (MASK if match[1] else "")


class Redaction:
    """Everything that a run must not show: secrets in URLs, and others passed to `hide` when they become known.

    Applied to values before they are written as JSON or coloured; on final text, it is a safety net.
    """

    __slots__ = ("_escaped", "_hidden", "_marks", "_redact")

    def __init__(self) -> None:
        self._hidden: dict[str, str] = {}
        self._redact = Redactor(())
        self._marks: tuple[re.Pattern[bytes], ...] = (_pattern("://"),)
        self._escaped: tuple[str, ...] = ("://",)  # the marks as they are in JSON

    def hide(self, *values: str, shown: str = MASK) -> None:
        """They are shown as `shown`. Short ones are masked only as the whole value of a field: they are
        easy to guess, and parts of many words."""
        self._hidden |= {value: shown for value in values if value and value not in self._hidden}
        self._redact = Redactor((one for one in self._hidden if len(one) >= _SHORTEST_TOKEN), self._hidden)
        marks = ("://", *self._hidden, *self._redact.forms)
        self._marks = tuple(map(_pattern, marks))
        self._escaped = tuple(_ENCODE(mark)[1:-1] for mark in marks)

    def __call__(self, text: str) -> str:
        return redact_urls(self._redact(text))

    def document(self, value: Any) -> Any:
        """The same plain data with every text redacted, including keys. Parts without secrets are not copied."""
        texts = _Texts(self)
        in_fields = _Texts(lambda text: self._hidden.get(text) or texts[text])
        return _Masking(texts, in_fields, self._is_clean()).masked(value, texts)

    def line(self, value: Any) -> str:
        """The same plain data with every text redacted, as JSON on one line."""
        text = _ENCODE(value)
        for mark in self._escaped:
            if mark in text:
                return _ENCODE(self.document(value))
        return text

    def _is_clean(self) -> Callable[[Any], bool]:
        """What tells whether no text in plain data is to be redacted. The bytes of all are searched at once: to look at
        each of the texts takes ten times as long."""
        from orjson import JSONEncodeError, dumps  # most commands write no document

        def is_clean(part: Any) -> bool:
            try:
                content = dumps(part)
            except JSONEncodeError:  # it has more than plain data, or halves of surrogate pairs
                return False
            return all(mark.search(content) is None for mark in self._marks)

        return is_clean

    def __repr__(self) -> str:
        return f"Redaction({MASK})"


class _Texts(dict[str, str]):
    """Caches the redacted form of each text: documents repeat most of theirs."""

    __slots__ = ("_redact",)

    def __init__(self, redact: Callable[[str], str]) -> None:
        self._redact = redact

    def __missing__(self, text: str) -> str:
        self[text] = found = self._redact(text)
        return found


@dataclass(frozen=True, slots=True)
class _Masking:
    """`in_fields` is for values below `before` and `after`, except their keys."""

    texts: _Texts
    in_fields: _Texts
    is_clean: Callable[[Any], bool]

    def masked(self, value: Any, values: _Texts) -> Any:
        if isinstance(value, str):
            return values[value]
        if isinstance(value, dict):
            return {
                self.texts[key]: self.masked(item, self.in_fields if key in _FIELDS else values)
                for key, item in value.items()
            }
        if isinstance(value, list | tuple):
            return [one if type(one) is dict and self.is_clean(one) else self.masked(one, values) for one in value]
        return value


def _pattern(text: str) -> re.Pattern[bytes]:
    """Finds the text in JSON as UTF-8, in less time than bytes find bytes."""
    return re.compile(re.escape(json.encoder.encode_basestring(text)[1:-1].encode("utf-8", "surrogatepass")))


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
