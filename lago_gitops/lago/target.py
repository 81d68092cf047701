"""Which Lago to use, and its API key."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from lago_gitops.lago.redaction import MASK, redact_url

API_PATH = "/api/v1"
_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST_NAME = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")


class TargetError(ValueError):
    """The URL or key is invalid; the message says what to do and shows no secret."""


@dataclass(frozen=True, slots=True)
class Target:
    """A Lago server, from `parse_target`.

    `origin` is the scheme, host, port if it isn't the scheme's default, and any path of a proxy before
    `/api/v1`, without a trailing slash.
    """

    origin: str

    @property
    def is_loopback(self) -> bool:
        return _is_loopback(urlsplit(self.origin).hostname or "")

    def __str__(self) -> str:
        return self.origin


# The URL of requests that a transport answers in this process.
IN_PROCESS = Target("http://sandbox.invalid")


class Secret:
    """A text that only `reveal()` shows."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return format("***", spec)


def parse_key(text: str, variable: str = "LAGO_API_KEY") -> Secret:
    """The API key in `variable`, without the white space that files and copying add around it.

    Raises TargetError if nothing is left, or it is invalid in a header.
    """
    key = text.strip()
    if not key:
        raise TargetError(f"there is no API key: set the environment variable {variable}")
    if not all("!" <= character <= "~" for character in key):
        raise TargetError(
            f"the API key in {variable} contains a space or another character that no Lago key has: copy it again"
        )
    return Secret(key)


def parse_target(url: str, *, insecure: bool = False) -> Target:
    """The Lago at `url`, with or without `/api/v1`.

    `insecure` allows sending the key unencrypted to another machine. Raises TargetError.
    """
    parts = _split(url)
    host = _host(parts, url)
    if parts.scheme == "http" and not insecure and not _is_loopback(host):
        raise TargetError(f"{redact_url(url)!r}: the API key would travel unencrypted: use https://")
    return Target(f"{parts.scheme}://{_authority(parts, host, url)}{_prefix(parts.path, url)}")


def _split(url: str) -> SplitResult:
    if re.search(r"[^!-~]|\\", url):  # urlsplit silently drops line breaks and tabs
        raise TargetError(f"{redact_url(url)!r}: a URL can't contain spaces, backslashes or non-ASCII characters")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise TargetError(f"{_named(url)} is not a URL: write https://api.getlago.com") from None
    if parts.scheme not in _DEFAULT_PORTS:
        raise TargetError(f"{_named(url)} doesn't start with https:// or http://: write https://api.getlago.com")
    if "@" in parts.netloc:
        raise TargetError(f"{redact_url(url)!r}: remove the part before the @; the key belongs in LAGO_API_KEY")
    if "?" in url or "#" in url:
        raise TargetError(f"{redact_url(url)!r}: remove the ? or # and everything after it")
    return parts


def _host(parts: SplitResult, url: str) -> str:
    host = parts.hostname or ""
    if not (_HOST_NAME.fullmatch(host) or _address(host)):
        raise TargetError(f"{_named(url)} has no host: write https://api.getlago.com")
    if host.startswith("app."):
        api = "api." + host.removeprefix("app.")
        raise TargetError(f"{redact_url(url)!r}: {host} is the web app; the API is at https://{api}")
    return host


def _authority(parts: SplitResult, host: str, url: str) -> str:
    try:
        port = parts.port
    except ValueError:
        raise TargetError(f"{redact_url(url)!r}: the port is not a number from 0 to 65535") from None
    name = f"[{host}]" if ":" in host else host
    return name if port in {None, _DEFAULT_PORTS[parts.scheme]} else f"{name}:{port}"


def _prefix(path: str, url: str) -> str:
    prefix = path.rstrip("/").removesuffix(API_PATH).rstrip("/")
    if API_PATH in prefix or "//" in prefix or {".", ".."} & set(prefix.split("/")):
        raise TargetError(f"{redact_url(url)!r}: end the URL before {API_PATH}")
    return prefix


def _named(url: str) -> str:
    """The URL as it may be shown; of one that is masked whole, only what it is."""
    shown = redact_url(url)
    return "the URL" if shown == MASK else repr(shown)


def _is_loopback(host: str) -> bool:
    address = _address(host)
    return address.is_loopback if address else host == "localhost" or host.endswith(".localhost")


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
