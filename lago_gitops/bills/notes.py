"""Problems of a part of a document, noted while it is read."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from lago_gitops.core.model.problem import Mark, Problem
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.pricing.base.errors import PricingError

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class PartNotes:
    """The part's place, and the problems found in it so far; `rule` names the type of document."""

    document: Manifest
    rule: str
    path: Path
    problems: list[Problem] = field(default_factory=list)

    def mark(self, *path: str | int) -> Mark:
        return self.document.mark((*self.path, *path))

    def wrong(self, message: object, *path: str | int) -> None:
        self.problems.append(Problem(self.mark(*path), str(message), "", self.rule))

    def below(self, *path: str | int) -> "PartNotes":
        """Notes of a nested part; its problems are noted here, too."""
        return PartNotes(self.document, self.rule, (*self.path, *path), self.problems)

    @contextmanager
    def noted(self, *path: str | int) -> Iterator[None]:
        """Note an error raised within as a problem at that place."""
        try:
            yield
        except PricingError as error:
            self.wrong(error, *path)
