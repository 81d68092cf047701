"""What an approval of a plan holds for: which resources change in which amounts, with what effects, on how many.

Names and descriptions are left out, and numbers of subscriptions count by their order of magnitude: a rebase, a renamed
plan or one subscriber more leaves an approval standing, and a changed price doesn't.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from lago_gitops.core.model.audience import Number
from lago_gitops.core.model.effects import Effect
from lago_gitops.core.model.resources import Change, FieldChange


def money_facts(
    change: Change, id_: str, effects: Iterable[Effect], telling: Sequence[FieldChange] | None
) -> tuple[Any, ...]:
    """`id_` is the change's. `telling`: the fields of an update that are more than a name; None for what is new or
    deleted. Empty for a change that is cosmetic as a whole."""
    if telling is not None and not telling:
        return ()
    amounts = (id_,) if telling is None else tuple((one.keys, one.before, one.after) for one in telling)
    hits = sorted({f"{effect.class_} {_magnitude(effect.subscriptions)}" for effect in effects})
    return (str(change.address), *amounts, tuple(hits))


def _magnitude(number: Number) -> str:
    """0, or the number of its digits; "?" where Lago does not tell it."""
    return "?" if number is None else str(len(str(number))) if number else "0"
