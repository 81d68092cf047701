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
"""In the order of the documentation."""
Data = Mapping[Address, Mapping[str, Any]]
LATER: Final = (metrics.UNITS_CHANGE,)
"""Rules that need to know what was there before: they speak when a plan is made."""
SUBJECTS_READ: Final = 64
"""Manifests kept as the rules see them, so that plans beside each other are read once."""

_KINDS: Final = frozenset(kind for rule in RULES for kind in rule.kinds)


def lint(
    manifests: Data,
    external: Mapping[str, Metric] | None = None,
    only: Collection[Address] | None = None,
    rules: Rules = LATEST,
) -> Iterator[LintFinding]:
    """What the rules find in manifests that fit their schema, tombstones left out; nothing is silenced yet.

    `external` are metrics by code that no manifest describes. `only`: the manifests to speak of, among the others.
    `rules` are those of the Lago that bills.
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
    """What is to be said of manifests that fit their schema, silences respected, each where it stands."""
    return placed(heard(manifests, rules=rules), manifests)


def heard(
    manifests: Mapping[Address, Manifest],
    external: Mapping[str, Metric] | None = None,
    only: Collection[Address] | None = None,
    rules: Rules = LATEST,
) -> Iterator[LintFinding]:
    """As `lint`, of manifests as they were read: without tombstones, and with silences respected."""

    def data(address: Address) -> Mapping[str, Any]:
        return manifests[address].data

    there = {address: address for address, manifest in manifests.items() if not is_tombstone(manifest)}
    spoken_of = {address: address for address in there if only is None or address in only}
    silenced = silences(Looked(spoken_of, data))
    return audible(
        lint(Looked(there, data), external, only, rules), silenced, (*(rule.id for rule in RULES), *LATER), LATER
    )


def placed(findings: Iterable[LintFinding], manifests: Mapping[Address, Manifest]) -> Iterator[Problem]:
    """One problem for each rule and resource, at the first of its places."""
    gathered: dict[tuple[Address, str], list[LintFinding]] = {}
    for finding in findings:
        gathered.setdefault((finding.address, finding.rule), []).append(finding)
    for (address, rule), (first, *more) in gathered.items():
        mark = manifests[address].mark
        also = tuple(mark(finding.path) for finding in more)
        yield Problem(mark(first.path), first.message, first.hint, rule, first.severity, also)


def metrics_of(manifests: Data) -> dict[str, Metric]:
    """The metrics among manifests, by code; without those that a newer Lago counts in a way of its own."""
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
