"""Patterns as a shell has them, in which `*` is any text and `?` any character; capitals count."""

from collections.abc import Iterable
from fnmatch import fnmatchcase


def fits(text: str, patterns: Iterable[str]) -> bool:
    """Whether the whole text fits one of the patterns."""
    return any(fnmatchcase(text, pattern) for pattern in patterns)
