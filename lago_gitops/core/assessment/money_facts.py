"""What an approval of a plan holds for: which resources change in which amounts, with what effects, on how many.

Names and descriptions are left out, and numbers of subscriptions count by their order of magnitude: a rebase, a renamed
plan or one subscriber more leaves an approval standing, and a changed price doesn't.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from lago_gitops.core.model.audience import Number
from lago_gitops.core.model.effects import Effect
from lago_gitops.core.model.resources import Change, Update


def money_facts(
    change: Change, id_: str, effects: Iterable[Effect], is_cosmetic: Callable[[Change], bool]
) -> tuple[Any, ...]:
    """`id_` is the change's. Empty for a change that is cosmetic as a whole."""
    if is_cosmetic(change):
        return ()
    hits = sorted({f"{effect.class_} {_magnitude(effect.subscriptions)}" for effect in effects})
    return (str(change.address), *_amounts(change, id_, is_cosmetic), tuple(hits))


def _amounts(change: Change, id_: str, is_cosmetic: Callable[[Change], bool]) -> tuple[Any, ...]:
    if not isinstance(change, Update):
        return (id_,)
    telling = tuple(one for one in change.fields if not is_cosmetic(replace(change, fields=(one,))))
    return tuple((one.keys, one.before, one.after) for one in telling)


def _magnitude(number: Number) -> str:
    """0, or the number of its digits; "?" where Lago does not tell it."""
    return "?" if number is None else str(len(str(number))) if number else "0"
