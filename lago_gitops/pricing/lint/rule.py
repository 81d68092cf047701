"""A rule, and its findings."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from lago_gitops.core.model.kind import Finding, Path
from lago_gitops.core.model.problem import Severity
from lago_gitops.core.model.resources import Address
from lago_gitops.pricing.lint.subject import PLAN, Catalogue, Subject

Find = Callable[[Subject, Catalogue], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """`kinds` are the kinds of manifests it checks; `summary` is one sentence without a full stop, for lists of rules.

    `model` is the charge model it checks: it is skipped for manifests without such a price.
    """

    id: str
    severity: Severity
    summary: str
    find: Find
    kinds: tuple[str, ...] = (PLAN,)
    model: str = ""

    def is_about(self, kind: str, models: Collection[str]) -> bool:
        """Whether it applies to manifests of that kind with prices of these models."""
        return kind in self.kinds and (not self.model or self.model in models)


@dataclass(frozen=True, slots=True)
class LintFinding:
    """A finding of the rule with that id, at a path of the manifest's data."""

    address: Address
    path: Path
    message: str
    hint: str
    rule: str
    severity: Severity
