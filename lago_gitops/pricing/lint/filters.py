"""Filters: events billed by several of them, and pricing groups that a filter doesn't inherit.

No filter has priority over another. A filter loses events only to one that has all of its keys (and, with the same
keys, no other values); any other pair that shares an event bills it twice, in arrears (prices: filters_11, overlap_1,
overlap_all). A filter uses only its own pricing_group_keys (prices: overlap_0).
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from lago_gitops.core.model.kind import Finding
from lago_gitops.core.model.problem import Severity
from lago_gitops.pricing.catalog.items import Charge, Metric
from lago_gitops.pricing.lint.matching import Values, charge_of, common, shared_events, values
from lago_gitops.pricing.lint.rule import Rule
from lago_gitops.pricing.lint.subject import Catalogue, ChargeSubject, Priced, Subject
from lago_gitops.pricing.usage.events import Event


def overlap(subject: Subject, _: Catalogue) -> Iterator[Finding]:
    """One finding for each filter that bills events already billed by an earlier one."""
    for charge in subject.charges:
        if not charge.in_advance and charge.metric is not None:
            yield from _overlaps(charge, charge.metric)


def without_groups(subject: Subject, _: Catalogue) -> Iterator[Finding]:
    for charge in subject.charges:
        if charge.own and charge.own.group_keys:
            keys = ", ".join(charge.own.group_keys)
            for priced in charge.filters:
                if not priced.group_keys:
                    yield Finding(
                        priced.at(),
                        f"the charge is billed by {keys}, but this filter isn't: its events are one fee, with tiers "
                        "and free units in common",
                        "repeat pricing_group_keys in the filter's properties",
                    )


RULES: Final = (
    Rule("filters-overlap", Severity.WARNING, "Two filters bill the same event", overlap),
    Rule("filter-without-groups", Severity.WARNING, "A filter doesn't inherit the charge's groups", without_groups),
)


def _overlaps(charge: ChargeSubject, metric: Metric) -> Iterator[Finding]:
    filters = charge.filters
    matching = [values(priced, metric) for priced in filters]
    rated: Charge | None = None
    reported = set()
    for (at, ours), (other, theirs) in combinations(enumerate(matching), 2):
        if other in reported or (both := common(ours, theirs)) is None or _is_taken(ours, theirs):
            continue
        rated = rated or charge_of(charge, metric)
        twice = next(shared_events((rated, at), (rated, other), both), None)
        if twice is not None:
            reported.add(other)
            yield _finding(filters[at], filters[other], twice)


def _finding(first: Priced, second: Priced, event: Event) -> Finding:
    named = ", ".join(f"{key}: {value}" for key, value in sorted(event.properties.items()))
    return Finding(
        (*second.path, "values"),
        f"an event with {named} is billed twice: by this filter and by {_shown(first)}",
        "give both the same keys and no common values, or add a filter for the events they share",
    )


def _shown(priced: Priced) -> str:
    values = (priced.filter or {})["values"]
    return "{" + "; ".join(f"{key}: {', '.join(taken)}" for key, taken in values.items()) + "}"


def _is_taken(ours: Values, theirs: Values) -> bool:
    """A quick check for the two usual cases: more keys, or the same keys and a subset of the values."""
    if ours.keys() != theirs.keys():
        return ours.keys() <= theirs.keys() or theirs.keys() <= ours.keys()
    return all(ours[key] <= theirs[key] for key in ours) or all(theirs[key] <= ours[key] for key in ours)
