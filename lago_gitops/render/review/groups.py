"""What is alike together: a reviewer of three hundred plans reads "+3%" once."""

import re
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final, TypeVar

from lago_gitops.core.model.audience import Number
from lago_gitops.core.model.effects import distinct
from lago_gitops.core.model.plurals import bills_change, counted, in_words
from lago_gitops.pricing.base.words import percent_range
from lago_gitops.render.plan.text import lasting
from lago_gitops.render.review.model import Document, RefusedChange, Review, ReviewedChange, ReviewedEffect
from lago_gitops.render.review.rows import amount_fields, field_row

T = TypeVar("T")
LEAST: Final = 4
"""Fewer changes of one sort are shown one by one."""
PATHS_SHOWN: Final = 4
_TEXTS: Final = {"name", "description", "invoice_display_name"}
_NUMBER: Final = re.compile(r"\b[\d,]+ (?=[a-z])")  # of something; a date has a capital
_COUNTED: Final = re.compile(r" \([\d,]+ [^)]*\)")
_NAMED: Final = re.compile(r" \([^)]*\)")
_SENTENCES_KEPT: Final = 1_024  # many effects have one sentence
_DONE: Final = {"update": "changed", "delete": "deleted"}


@dataclass(frozen=True, slots=True)
class Group:
    """Changes of one sort, in the order of the items. What is said of them is found on demand: of a large plan, only
    some groups are shown."""

    items: tuple[ReviewedChange, ...]

    @property
    def action(self) -> str:
        return self.items[0].action

    @property
    def what(self) -> str:
        """How many of which kind: `12 plans changed`."""
        kind, number = in_words(self.items[0].kind), len(self.items)
        is_new = self.action == "create"
        return counted(number, f"new {kind}") if is_new else f"{counted(number, kind)} {_DONE[self.action]}"

    @property
    def how(self) -> str:
        """What they share: `amounts +3%; rate 19% → 20%; description`."""
        return _how(self.items)

    @property
    def is_summed_up(self) -> bool:
        """Whether it is said once of all, with examples, rather than one by one."""
        return len(self.items) >= LEAST

    def examples(self, worst: Collection[str]) -> tuple[ReviewedChange, ...]:
        """What is shown of each of a few, and of many the first; of those that hit somebody, all the `worst`."""
        first, *others = self.items
        shown = (item for item in others if not self.is_summed_up or (item.gravity and item.address in worst))
        return (first, *shown)


def groups(items: Iterable[ReviewedChange]) -> tuple[Group, ...]:
    """In the order of the first change of each."""
    return tuple(map(Group, _together(items, _sort)))


def _sort(item: ReviewedChange) -> tuple[object, ...]:
    """The same for changes that a reviewer looks at alike."""
    return item.kind, item.action, item.origin, item.gravity, *sorted(set(_parts(item)))


def _parts(item: ReviewedChange) -> Iterator[str]:
    """What an update changes, each in a word: by how many whole per cent, or from what to what. Texts are texts, and
    an item that is removed is alike whatever it cost."""
    for one in item.fields:
        if "percent" in one:
            yield f"{Decimal(one['percent']):.0f}%"
        elif one["path"] in _TEXTS:
            yield one["path"]
        elif _is_removed(one):
            yield f"{one['path']} removed"
        else:
            yield f"{one['path']} {one['before']} {one['after']}"


def _is_removed(field: Document) -> bool:
    return field["after"] is None and isinstance(field["before"], dict)


def _how(items: tuple[ReviewedChange, ...]) -> str:
    moved = [Decimal(one["percent"]) for item in items for one in item.fields if "percent" in one]
    said = [f"amounts {percent_range(moved)}"] if moved else []
    first = items[0]
    rows = ((one["path"], field_row(one, first.kind)) for one in amount_fields(first.change))
    rates = {path: f"{row.what} {row.before} → {row.after}" for path, row in rows}
    others = [one for item in items for one in item.fields if "percent" not in one]
    words = (
        f"{one['path']} removed" if _is_removed(one) else rates.get(str(one["path"]), str(one["path"]))
        for one in others
    )
    paths: list[str] = list(dict.fromkeys(words))
    more = f" and {counted(len(paths) - PATHS_SHOWN, 'more field')}" if len(paths) > PATHS_SHOWN else ""
    return "; ".join((*said, *([", ".join(paths[:PATHS_SHOWN]) + more] if paths else ())))


@dataclass(frozen=True, slots=True)
class Alike:
    """What is said once of several changes. `first` is the one that hits most; `subscriptions` are those of all."""

    first: ReviewedEffect
    addresses: tuple[str, ...]
    subscriptions: Number

    @property
    def lasting(self) -> str:
        return lasting(self.first.undo)

    @property
    def sentence(self) -> str:
        """Of all of them: with how many they are together, in the place of how many the first is about."""
        said = self.first.sentence
        if len(self.addresses) == 1 or self.subscriptions == 0:
            return said
        together = counted(self.subscriptions, "subscription")
        if self.first.bills:
            return f"{bills_change(self.subscriptions)}: {said.partition(': ')[2]}"
        of_first = counted(distinct(self.first.hit), "subscription")
        said = _without_numbers_of_one(said)
        return said.replace(of_first, together, 1) if of_first in said else f"{said} ({together} in all)"


def _without_numbers_of_one(sentence: str) -> str:
    """Without details that count what the first change hits: of several, they would stand beside the sum of all."""
    said, _, details = sentence.partition(": ")
    return _COUNTED.sub("", said if _NUMBER.search(_NAMED.sub("", details)) else sentence)


def hits_and_others(review: Review) -> tuple[tuple[Alike, ...], tuple[Alike, ...]]:
    """What is told of all effects: first those on people, then others."""
    effects = review.effects
    return alike(one for one in effects if one.hits), alike(one for one in effects if not one.hits)


def alike(effects: Iterable[ReviewedEffect]) -> tuple[Alike, ...]:
    """In the order of the first of each."""
    return tuple(
        Alike(each[0], tuple(one.address for one in each), distinct(hit for one in each for hit in one.hit))
        for each in _together(
            effects, lambda one: (one.weight, one.undo, one.hits, _gist(one.sentence, of_bills=one.bills))
        )
    )


@lru_cache(_SENTENCES_KEPT)
def _gist(sentence: str, *, of_bills: bool) -> str:
    """A sentence without how many it is about, and without the parts that it names."""
    said = sentence.partition(": ")[2] if of_bills else sentence
    return _NUMBER.sub("", _NAMED.sub("", said)).replace("subscriptions", "subscription")


@dataclass(frozen=True, slots=True)
class RefusedAlike:
    """Changes that are refused for one and the same reason, in their order; each with its place."""

    message: str
    ways_out: tuple[str, ...]
    changes: tuple[RefusedChange, ...]


def refused_alike(refusals: Iterable[RefusedChange]) -> tuple[RefusedAlike, ...]:
    """In the order of the first of each."""
    return tuple(
        RefusedAlike(each[0].message, each[0].ways_out, each)
        for each in _together(refusals, lambda one: (one.message, one.ways_out))
    )


def _together(items: Iterable[T], sort: Callable[[T], Hashable]) -> Iterator[tuple[T, ...]]:
    """Those of one sort, in the order of the first of each."""
    sorts: dict[Hashable, list[T]] = {}
    for item in items:
        sorts.setdefault(sort(item), []).append(item)
    return map(tuple, sorts.values())
