"""What a Lago server is able to do, read from the keys of its answers.

`/health` is no help: a server built from source says "production" there, one of Lago's cloud a date.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

NEWEST = (1, 51)
OLDEST = (1, 38)
Version = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Server:
    """`version` is the newest release of which the answers gave a sign: the server is that one or later.

    `licence`: whether it has one; None where it wasn't asked, or didn't say.
    """

    version: Version = NEWEST
    licence: bool | None = None

    def has(self, since: str) -> bool:
        """Whether it has what came with the release; everything has what came with none in particular."""
        return not since or self.version >= version(since)

    @property
    def names_charges(self) -> bool:
        """Charges have codes, and endpoints of their own below their plan."""
        return self.version >= (1, 39)


def version(text: str) -> Version:
    """The release "1.39" as numbers."""
    major, minor = text.split(".")
    return int(major), int(minor)


SIGNS: tuple[tuple[str, str, str], ...] = (
    ("tax", "applied_to_billing_entities_codes", "1.51"),
    ("organization", "events_store", "1.47"),
    ("organization", "slug", "1.46"),
    ("webhook_endpoint", "event_types", "1.44"),
    ("plan", "applicable_usage_thresholds", "1.39"),
)
"""A key of an answer about one object, and the release that brought it, newest first."""


def server_of(answers: Mapping[str, Iterable[Mapping[str, Any]]]) -> Server:
    """The server that gave these answers, by name of the kind. The oldest we know where they give no sign."""
    seen = {kind: {key for answer in list(found)[:1] for key in answer} for kind, found in answers.items()}
    for kind, key, since in SIGNS:
        if key in seen.get(kind, ()):
            return Server(version(since))
    return Server(OLDEST)
