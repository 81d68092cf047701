"""Which price the same events had before and have after a change of a charge's filters."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice, product
from math import prod
from typing import Final

from lago_gitops.pricing.catalog.items import ALL_VALUES, Aggregation, Charge, ChargeFilter, Metric
from lago_gitops.pricing.models.dynamic import Custom
from lago_gitops.pricing.usage.buckets import bucket_events, matches
from lago_gitops.pricing.usage.events import Event

Values = tuple[tuple[str, tuple[str, ...]], ...]
"""What a filter matches: the values of each key."""
Combination = Mapping[str, str]
MOST_COMBINATIONS: Final = 200  # combinations of values examined for one filter

_UNKNOWN: Final = Metric("", Aggregation.SUM)
_ANY_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Moving:
    """Events with these values move from one filter's price to another's; None is the price of the charge itself."""

    values: Values
    before: Values | None
    after: Values | None


def moves(before: Sequence[Values], after: Sequence[Values], metric: Metric | None) -> tuple[Moving, ...]:
    """Moves of events matched by filters that exist on one side only, those of new filters first."""
    known = metric or _UNKNOWN
    sides = _charge(before, known), _charge(after, known)
    by_move: dict[tuple[Values | None, Values | None, tuple[str, ...]], list[Combination]] = {}
    untaken = []  # filters with undeclared values, which no event has
    for values in (*(one for one in after if one not in before), *(one for one in before if one not in after)):
        combinations = tuple(islice(_combinations(values, known), MOST_COMBINATIONS))
        if not combinations:
            untaken.append(Moving(values, values if values in before else None, values if values in after else None))
        for combination in combinations:
            goes = _taker(sides[0], combination), _taker(sides[1], combination), tuple(combination)
            taken = by_move.setdefault(goes, [])
            if combination not in taken:
                taken.append(combination)
    moved = (
        Moving(_by_name(values, known), was, is_)
        for (was, is_, _), taken in by_move.items()
        if was != is_
        for values in _together(taken)
    )
    return (*moved, *untaken)


def filter_label(values: Values) -> str:
    """`region=eu,us; tier=gold`; `any` for every value that the metric declares."""
    return "; ".join(f"{key}={'any' if taken == (ALL_VALUES,) else ','.join(taken)}" for key, taken in values)


def _charge(filters: Iterable[Values], metric: Metric) -> Charge:
    """A charge of the engine; only the positions of its prices count."""
    return Charge("", metric, Custom(), filters=tuple(ChargeFilter(values, Custom()) for values in filters))


def _combinations(values: Values, metric: Metric) -> Iterator[Combination]:
    declared = dict(metric.filter_values)
    each = [(key, declared.get(key, ()) if taken == (ALL_VALUES,) else taken) for key, taken in values]
    for picked in product(*(taken for _, taken in each)):
        yield dict(zip((key for key, _ in each), picked, strict=True))


def _taker(charge: Charge, properties: Combination) -> Values | None:
    """The first filter that prices such an event; None for the charge's own price."""
    event = Event("", _ANY_TIME, properties)
    matching = tuple(one for one in charge.filters if matches(charge.metric, one, event))
    if len(matching) > 1:
        among = replace(charge, filters=matching)
        matching = tuple(one for one in matching if bucket_events(among, one, (event,)))
    return matching[0].values if matching else None


def _together(taken: Sequence[Combination]) -> Iterator[Values]:
    """The combinations merged into a few sets of values per key, each with all of its combinations."""
    values = tuple((key, tuple(dict.fromkeys(one[key] for one in taken))) for key in taken[0])
    if len(taken) == prod(len(chosen) for _, chosen in values):
        yield values
        return
    key, first = next((key, chosen) for key, chosen in values if len(chosen) > 1)
    for value in first:
        yield from _together([one for one in taken if one[key] == value])


def _by_name(values: Values, metric: Metric) -> Values:
    """The values, with Lago's word for all values that the metric declares for a key."""
    declared = dict(metric.filter_values)
    return tuple(
        (key, (ALL_VALUES,) if len(chosen) > 1 and set(chosen) == set(declared.get(key, ())) else chosen)
        for key, chosen in values
    )
