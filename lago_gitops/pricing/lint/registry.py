"""Every rule, and the one pass over all manifests that runs them."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lago_gitops.core.model.problem import Problem
from lago_gitops.core.model.resources import Address
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.validate import is_tombstone
from lago_gitops.pricing.base.numbers import exact
from lago_gitops.pricing.catalog import reading
from lago_gitops.pricing.catalog.items import Metric
from lago_gitops.pricing.lint import charges, coupons, filters, groups, metrics, plans, rounding, tiers, volume
from lago_gitops.pricing.lint.rule import LintFinding, Rule
from lago_gitops.pricing.lint.silence import audible, silences
from lago_gitops.pricing.lint.subject import Catalogue, Subject, subject

RULES: Final[tuple[Rule, ...]] = (
    *volume.RULES,
    *tiers.RULES,
    *filters.RULES,
    *groups.RULES,
    *rounding.RULES,
    *charges.RULES,
    *metrics.RULES,
    *plans.RULES,
    *coupons.RULES,
)
"""In the order of the documentation."""
LATER: Final = (metrics.UNITS_CHANGE,)
"""Rules that need to know what was there before: they speak when a plan is made."""

_BY_KIND: Final[Mapping[str, tuple[Rule, ...]]] = {
    kind: tuple(rule for rule in RULES if kind in rule.kinds)
    for kind in {kind for rule in RULES for kind in rule.kinds}
}


def lint(
    manifests: Mapping[Address, Mapping[str, Any]], external: Mapping[str, Metric] | None = None
) -> Iterator[LintFinding]:
    """What the rules find in manifests that fit their schema, tombstones left out; nothing is silenced yet.

    `external` are metrics by code that no manifest describes.
    """
    known = {**(external or {}), **_metrics(manifests)}
    sold = {address.key: data for address, data in manifests.items() if address.kind == "plan"}
    catalogue = Catalogue(known, sold, plans.rivals(sold), plans.periods(sold))
    for address, data in manifests.items():
        if address.kind in _BY_KIND:
            yield from _findings(subject(address, data, known), catalogue)


def problems(manifests: Mapping[Address, Manifest]) -> Iterator[Problem]:
    """What is to be said of manifests that fit their schema, silences heeded, each where it stands."""
    data = {address: manifest.data for address, manifest in manifests.items() if not is_tombstone(manifest)}
    ids = (*(rule.id for rule in RULES), *LATER)
    for finding in audible(lint(data), silences(data), ids, LATER):
        yield placed(finding, manifests[finding.address])


def placed(finding: LintFinding, manifest: Manifest) -> Problem:
    """The finding as a problem of its manifest."""
    return Problem(manifest.mark(finding.path), finding.message, finding.hint, finding.rule, finding.severity)


@exact
def _findings(subject: Subject, catalogue: Catalogue) -> tuple[LintFinding, ...]:
    return tuple(
        LintFinding(subject.address, found.path, found.message, found.hint, rule.id, rule.severity)
        for rule in _BY_KIND[subject.address.kind]
        for found in rule.find(subject, catalogue)
    )


def _metrics(manifests: Mapping[Address, Mapping[str, Any]]) -> dict[str, Metric]:
    return {
        address.key: reading.metric(data) for address, data in manifests.items() if address.kind == "billable_metric"
    }
