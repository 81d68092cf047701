"""What is wrong with an input, and where it stands."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a file: `source` is the path as the user would type it, line and column count from 1."""

    source: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.source}:{self.line}:{self.column}"


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong. Problems are collected, never raised one by one, so that a user sees all of them in one run."""

    mark: Mark
    message: str
    hint: str = ""  # what would help; no full stop at the end, may be empty
    rule: str = "manifest"  # a stable name that tools can filter by
    severity: Severity = Severity.ERROR
    also: tuple[Mark, ...] = ()  # further places of the same
    environments: tuple[str, ...] = ()  # the only ones that have it; empty: whatever the environment

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.mark}: {self.message}{hint}"
