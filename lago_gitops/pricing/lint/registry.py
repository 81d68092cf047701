"""Every rule, and the one pass over all manifests that runs them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from lago_gitops.core.model.packed import Looked
from lago_gitops.core.model.problem import Problem
from lago_gitops.core.model.resources import Address
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.validate import is_tombstone
from lago_gitops.pricing.base.errors import PricingError
from lago_gitops.pricing.base.numbers import exact
from lago_gitops.pricing.base.rules import LATEST, Rules
from lago_gitops.pricing.catalog import reading
from lago_gitops.pricing.catalog.items import Metric
from lago_gitops.pricing.lint import charges, coupons, filters, groups, metrics, plans, rounding, tiers, twins, volume
from lago_gitops.pricing.lint.rule import LintFinding, Rule
from lago_gitops.pricing.lint.silence import audible, silences
from lago_gitops.pricing.lint.subject import METRIC, PLAN, Catalogue, Subject, subject

RULES: Final[tuple[Rule, ...]] = (
    *volume.RULES,
    *tiers.RULES,
    *twins.RULES,
    *filters.RULES,
    *groups.RULES,
    *rounding.RULES,
    *charges.RULES,
    *metrics.RULES,
    *plans.RULES,
    *coupons.RULES,
)
"""All rules, in the order of the documentation."""
Data = Mapping[Address, Mapping[str, Any]]
LATER: Final = (metrics.UNITS_CHANGE,)
"""Rules that compare with the state before: they run when a plan is created."""
SUBJECTS_READ: Final = 64
"""Manifests in the form that rules use, cached so that compared plans are read once."""

_KINDS: Final = frozenset(kind for rule in RULES for kind in rule.kinds)


def lint(
    manifests: Data,
    external: Mapping[str, Metric] | None = None,
    only: Collection[Address] | None = None,
    rules: Rules = LATEST,
) -> Iterator[LintFinding]:
    """Findings in manifests that fit their schema, without tombstones; nothing is silenced yet.

    `external` are metrics without a manifest, by code. `only`: the manifests to report on; the others are context.
    `rules` are the billing rules of the Lago server.
    """
    known = {**(external or {}), **metrics_of(manifests)}
    sold = Looked({address.key: address for address in manifests if address.kind == PLAN}, manifests.__getitem__)

    @lru_cache(SUBJECTS_READ)
    def read(address: Address) -> Subject:
        return subject(address, manifests[address], known)

    def plan(code: str) -> Subject:
        return read(Address(PLAN, code))

    catalogue = Catalogue(plan, known, sold, plans.rivals(sold), plans.periods(sold), rules)
    for address in manifests:
        if address.kind in _KINDS and (only is None or address in only):
            yield from _findings(read(address), catalogue)


def problems(manifests: Mapping[Address, Manifest], rules: Rules = LATEST) -> Iterator[Problem]:
    """Problems of manifests that fit their schema, each with its place; silences are respected."""
    return placed(heard(manifests, rules=rules), manifests)


def heard(
    manifests: Mapping[Address, Manifest],
    external: Mapping[str, Metric] | None = None,
    only: Collection[Address] | None = None,
    rules: Rules = LATEST,
) -> Iterator[LintFinding]:
    """Like `lint`, for manifests as read: drops tombstones, and respects silences."""

    def data(address: Address) -> Mapping[str, Any]:
        return manifests[address].data

    there = {address: address for address, manifest in manifests.items() if not is_tombstone(manifest)}
    spoken_of = {address: address for address in there if only is None or address in only}
    silenced = silences(Looked(spoken_of, data))
    return audible(
        lint(Looked(there, data), external, only, rules), silenced, (*(rule.id for rule in RULES), *LATER), LATER
    )


def placed(findings: Iterable[LintFinding], manifests: Mapping[Address, Manifest]) -> Iterator[Problem]:
    """One problem per rule and resource, at the first of its places."""
    gathered: dict[tuple[Address, str], list[LintFinding]] = {}
    for finding in findings:
        gathered.setdefault((finding.address, finding.rule), []).append(finding)
    for (address, rule), (first, *more) in gathered.items():
        mark = manifests[address].mark
        also = tuple(mark(finding.path) for finding in more)
        yield Problem(mark(first.path), first.message, first.hint, rule, first.severity, also)


def metrics_of(manifests: Data) -> dict[str, Metric]:
    """The metrics among manifests, by code, except those with an aggregation unknown to this release."""
    read = {address.key: _metric(manifests[address]) for address in manifests if address.kind == METRIC}
    return {code: metric for code, metric in read.items() if metric is not None}


def _metric(data: Mapping[str, Any]) -> Metric | None:
    try:
        return reading.metric(data)
    except PricingError:
        return None


@exact
def _findings(subject: Subject, catalogue: Catalogue) -> tuple[LintFinding, ...]:
    return tuple(
        LintFinding(subject.address, finding.path, finding.message, finding.hint, rule.id, rule.severity)
        for rule in _rules_about(subject.address.kind, subject.models)
        for finding in rule.find(subject, catalogue)
    )


@lru_cache
def _rules_about(kind: str, models: frozenset[str]) -> tuple[Rule, ...]:
    return tuple(rule for rule in RULES if rule.is_about(kind, models))
