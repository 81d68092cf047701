"""The pricing lint of changes: errors that a change introduces are refused, existing ones are warnings."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lago_gitops.core.comparison.compare import Comparison
from lago_gitops.core.comparison.pulling.export import manifest_form
from lago_gitops.core.model.kind import Path
from lago_gitops.core.model.plurals import counted
from lago_gitops.core.model.problem import Problem, Severity
from lago_gitops.core.model.resources import Address, Change, Create, Delete, Refusal, Update
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.kinds import KINDS
from lago_gitops.pricing.base.rules import rules_of
from lago_gitops.pricing.catalog.items import Metric
from lago_gitops.pricing.lint import registry as lint
from lago_gitops.pricing.lint.metrics import metric_unit_changes
from lago_gitops.pricing.lint.rule import LintFinding
from lago_gitops.pricing.lint.silence import SILENCE

Manifests = Mapping[Address, Manifest]


@dataclass(frozen=True, slots=True)
class Linted:
    refusals: tuple[Refusal, ...]
    warnings: tuple[Problem, ...]


def lint_changes(manifests: Manifests, compared: Comparison, *, everything: bool) -> Linted:
    """Findings on changed resources; with `everything`, on all."""
    if not compared.changes and not everything:
        return Linted((), ())
    changes = {one.address: one for one in compared.changes if not isinstance(one, Delete)}
    metrics = lint.metrics_of({one.address: one.data for one in compared.live.values()})
    rules = rules_of(compared.server.at_most)
    findings = tuple(lint.heard(manifests, metrics, None if everything else changes, rules))
    errors = [one for one in findings if one.severity is Severity.ERROR]
    new = tuple(_introduced(errors, manifests, changes, metrics)) if errors else ()
    old = (replace(one, severity=Severity.WARNING) for one in findings if one not in new)
    warnings = (*lint.placed(old, manifests), *lint.placed(_unit_changes(manifests, compared), manifests))
    return Linted(tuple(_refusals(new, manifests)), tuple(sorted(warnings, key=lambda problem: problem.mark)))


def _introduced(
    errors: Iterable[LintFinding],
    manifests: Manifests,
    changes: Mapping[Address, Change],
    metrics: Mapping[str, Metric],
) -> Iterator[LintFinding]:
    """The errors that current resources in Lago don't have."""
    there: dict[Address, Counter[_Fault]] = {}
    for error in errors:
        match changes.get(error.address):
            case None | Delete():
                continue
            case Create():
                yield error
            case Update() as change:
                known = there.setdefault(error.address, Counter(_faults(change, metrics)))
                fault = _fault(error, manifests[error.address].data)
                if not known[fault]:
                    yield error
                known[fault] -= 1


_Fault = tuple[str, str, tuple[str, ...]]
"""A rule, its message, and the names on the path to the place, without positions in lists."""


def _faults(change: Update, metrics: Mapping[str, Metric]) -> Iterator[_Fault]:
    """The errors of current resources in Lago."""
    before = manifest_form(KINDS[change.address.kind].object, change.live.fields)
    for finding in lint.lint({change.address: before}, metrics):
        if finding.severity is Severity.ERROR:
            yield _fault(finding, before)


def _fault(finding: LintFinding, data: Mapping[str, Any]) -> _Fault:
    return finding.rule, finding.message, tuple(_names(finding.path, data))


def _names(path: Path, value: Any) -> Iterator[str]:
    for step in path:
        value = value[step]
        if isinstance(step, str):
            yield step
        elif isinstance(value, Mapping) and "code" in value:
            yield value["code"]


def _refusals(new: Iterable[LintFinding], manifests: Manifests) -> Iterator[Refusal]:
    by_address: dict[Address, list[LintFinding]] = {}
    for finding in new:
        by_address.setdefault(finding.address, []).append(finding)
    for address, findings in by_address.items():
        for problem in lint.placed(findings, manifests):
            also = f" (and in {counted(len(problem.also), 'more place')})" if problem.also else ""
            message = f"{problem.message}{also} [{problem.rule}]"
            yield Refusal(address, problem.mark, message, (problem.hint,))


def _unit_changes(manifests: Manifests, compared: Comparison) -> Iterator[LintFinding]:
    """Findings that concern a change itself."""
    priced = {address: one.fields for address, one in compared.live.items() if KINDS[address.kind].is_priced}
    for finding in metric_unit_changes(compared.changes, priced):
        if finding.rule not in (manifests[finding.address].data.get(SILENCE) or {}):
            yield finding
