"""What a rule is, and what it finds."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from lago_gitops.core.model.kind import Finding, Path
from lago_gitops.core.model.problem import Severity
from lago_gitops.core.model.resources import Address
from lago_gitops.pricing.lint.subject import PLAN, Catalogue, Subject

Find = Callable[[Subject, Catalogue], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """`kinds` are the manifests it looks at; `summary` is one sentence without full stop, for lists of rules.

    `model` is the charge model that it is about: of manifests without such a price it has nothing to say.
    """

    id: str
    severity: Severity
    summary: str
    find: Find
    kinds: tuple[str, ...] = (PLAN,)
    model: str = ""

    def is_about(self, kind: str, models: Collection[str]) -> bool:
        """Whether it may have something to say of a manifest of that kind with prices of these models."""
        return kind in self.kinds and (not self.model or self.model in models)


@dataclass(frozen=True, slots=True)
class LintFinding:
    """Something that the rule of that id found, at a path of the manifest's data."""

    address: Address
    path: Path
    message: str
    hint: str
    rule: str
    severity: Severity
