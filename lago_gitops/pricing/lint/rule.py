"""What a rule is, and what it finds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lago_gitops.core.model.kind import Finding, Path
from lago_gitops.core.model.problem import Severity
from lago_gitops.core.model.resources import Address
from lago_gitops.pricing.lint.subject import PLAN, Catalogue, Subject

Find = Callable[[Subject, Catalogue], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """`kinds` are the manifests it looks at; `summary` is one sentence without full stop, for lists of rules."""

    id: str
    severity: Severity
    summary: str
    find: Find
    kinds: tuple[str, ...] = (PLAN,)


@dataclass(frozen=True, slots=True)
class LintFinding:
    """Something that the rule of that id found, at a path of the manifest's data."""

    address: Address
    path: Path
    message: str
    hint: str
    rule: str
    severity: Severity
