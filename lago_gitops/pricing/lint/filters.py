"""Filters: events that several of them bill, and groups that a filter doesn't take over.

No filter wins by rank. One loses events only to a filter that has all of its keys (and, with the same keys, no other
values); every other pair that shares an event bills it twice, in arrears (prices: filters_11, overlap_1, overlap_all).
A filter goes by its own pricing_group_keys alone (prices: overlap_0).
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import combinations, islice, product
from typing import Final

from lago_gitops.core.model.kind import Finding
from lago_gitops.core.model.problem import Severity
from lago_gitops.pricing.catalog.items import ALL_VALUES, Charge, ChargeFilter, Metric
from lago_gitops.pricing.lint.rule import Rule
from lago_gitops.pricing.lint.subject import Catalogue, ChargeSubject, Priced, Subject
from lago_gitops.pricing.usage.buckets import bucket_events
from lago_gitops.pricing.usage.events import Event

_CELLS: Final = 64  # combinations of values that are tried for a pair of filters
_ANY_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)

Values = Mapping[str, frozenset[str]]


def overlap(subject: Subject, _: Catalogue) -> Iterator[Finding]:
    """One finding for each filter that bills events again which an earlier one bills."""
    for charge in subject.charges:
        if len(charge.filters) > 1 and not charge.in_advance and charge.metric is not None:
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
    Rule("filter-without-groups", Severity.WARNING, "A filter doesn't take over the charge's groups", without_groups),
)


def _overlaps(charge: ChargeSubject, metric: Metric) -> Iterator[Finding]:
    filters = charge.filters
    values = [_values(priced, metric) for priced in filters]
    rated: Charge | None = None
    reported = set()
    for (at, ours), (other, theirs) in combinations(enumerate(values), 2):
        if other in reported or (common := _common(ours, theirs)) is None or _is_taken(ours, theirs):
            continue
        rated = rated or _charge(filters, metric)
        twice = next(_billed_twice(rated, common, (at, other)), None)
        if twice is not None:
            reported.add(other)
            yield _finding(filters[at], filters[other], twice)


def _finding(first: Priced, second: Priced, event: Event) -> Finding:
    named = ", ".join(f"{key}: {value}" for key, value in sorted(event.properties.items()))
    return Finding(
        (*second.path, "values"),
        f"an event with {named} is billed twice: by this filter and by {_shown(first)}; no filter wins by rank",
        "let the two have the same keys and no value in common, or add a filter for what they share",
    )


def _shown(priced: Priced) -> str:
    values = (priced.filter or {})["values"]
    return "{" + "; ".join(f"{key}: {', '.join(taken)}" for key, taken in values.items()) + "}"


def _values(priced: Priced, metric: Metric) -> Values:
    declared = dict(metric.filter_values)
    found = (priced.filter or {})["values"]
    return {key: frozenset(declared.get(key, ()) if ALL_VALUES in taken else taken) for key, taken in found.items()}


def _common(ours: Values, theirs: Values) -> Values | None:
    """The values of each key with which an event matches both; None where none does."""
    common = {**ours, **theirs, **{key: ours[key] & theirs[key] for key in ours.keys() & theirs.keys()}}
    return common if all(common.values()) else None


def _is_taken(ours: Values, theirs: Values) -> bool:
    """The quick answer for the two usual cases: more keys, or the same keys and a subset."""
    if ours.keys() != theirs.keys():
        return ours.keys() <= theirs.keys() or theirs.keys() <= ours.keys()
    return all(ours[key] <= theirs[key] for key in ours) or all(theirs[key] <= ours[key] for key in ours)


def _billed_twice(charge: Charge, common: Values, pair: tuple[int, int]) -> Iterator[Event]:
    """The events that both of a pair bill, after other filters have taken theirs; asked of the engine itself."""
    keys = sorted(common)
    for cell in islice(product(*(sorted(common[key]) for key in keys)), _CELLS):
        event = Event(charge.metric.code, _ANY_TIME, dict(zip(keys, cell, strict=True)))
        if all(bucket_events(charge, charge.filters[at], (event,)) for at in pair):
            yield event


def _charge(filters: tuple[Priced, ...], metric: Metric) -> Charge:
    return Charge(
        metric.code,
        metric,
        filters[0].price,
        filters=tuple(
            ChargeFilter(tuple((key, tuple(taken)) for key, taken in (each.filter or {})["values"].items()), each.price)
            for each in filters
        ),
    )
