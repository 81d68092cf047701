"""What an import finds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Raw:
    """One resource as its source says it, by Lago's field names. `where` is the file and the place in it.

    `others` are keys that the source has for its own use: they are not missed in the manifest.
    """

    kind: str
    data: Mapping[str, Any]
    where: str
    others: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Note:
    """Something that can't be said in manifests, or not the same way."""

    where: str
    message: str


Document = tuple[str, Any]
"""A source, and its JSON value."""
