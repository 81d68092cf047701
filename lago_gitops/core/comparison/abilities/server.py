"""What a Lago server is able to do, read from the keys of its answers.

`/health` is no help: a server built from source says "production" there, one of Lago's cloud a date.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from lago_gitops.core.model.kind import ResourceKind

NEWEST = (1, 51)
OLDEST = (1, 38)
Version = tuple[int, int]
RELEASE = r"^[0-9]+\.[0-9]+(\.[0-9]+)*$"
"""How a release is written."""


@dataclass(frozen=True, slots=True)
class Server:
    """`version` is the newest release of which the answers gave a sign: the server is that one or later.

    `before` is the oldest release of which a sign was looked for in vain: the server is older than that one.
    `licence`: whether it has one; None where it wasn't asked, or didn't say.
    """

    version: Version = NEWEST
    licence: bool | None = None
    before: Version | None = None

    @property
    def at_most(self) -> Version:
        """The newest release that it can be: bills are calculated by that one."""
        if self.before is None:
            return max(self.version, NEWEST)
        major, minor = self.before
        return max(self.version, (major, minor - 1))

    @property
    def older_release(self) -> str:
        """Which release it is, as `lago_version` says it; empty where that isn't known, or is the newest."""
        return "{}.{}".format(*self.version) if self.version == self.at_most < NEWEST else ""

    def has(self, since: str) -> bool:
        """Whether it has, for all we know, what came with the release; all have what came with none in particular."""
        return not since or self.version >= version(since)

    def said_to_be(self, release: str) -> "Server":
        """With what somebody says of a server, where its answers don't contradict: they show few releases."""
        if self.has(release) or self.lacks(release):
            return self
        return replace(self, version=version(release))

    def lacks(self, since: str) -> bool:
        """Whether it is known not to have what came with the release."""
        return bool(since) and self.before is not None and self.before <= version(since)


@lru_cache
def version(text: str) -> Version:
    """The release "1.39", or "1.39.2", as numbers."""
    major, minor, *_ = text.split(".")
    return int(major), int(minor)


def server_of(answers: Mapping[str, Iterable[Mapping[str, Any]]], kinds: Iterable[ResourceKind]) -> Server:
    """The server that gave these answers, by name of the kind. The oldest we know where they give no sign."""
    signs = ((version(sign.since), sign.key, answers.get(kind.name, ())) for kind in kinds for sign in kind.signs)
    before = None
    for since, key, found in sorted(signs, key=lambda sign: sign[0], reverse=True):
        answer = next(iter(found), None)
        if answer is not None and key in answer:
            return Server(since, before=before)
        before = before if answer is None else since
    return Server(OLDEST, before=before)
