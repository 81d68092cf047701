"""What an approval of a plan holds for: which resources change in which amounts, with what effects, on how many.

Names and descriptions are left out, and numbers of subscriptions count by their order of magnitude: a rebase, a renamed
plan or one subscriber more leaves an approval standing, and a changed price doesn't.
"""

from collections.abc import Iterable, Sequence
from itertools import compress

from lago_gitops.core.identity import Named
from lago_gitops.core.model.audience import Number
from lago_gitops.core.model.effects import Effect
from lago_gitops.core.model.resources import Address


def money_facts(
    address: Address, name: Named, effects: Iterable[Effect], telling: Sequence[bool] | None
) -> tuple[str, ...]:
    """Of the change that has this name. `telling`: for each field of an update whether it is more than a name; None for
    what is new or deleted. Empty for a change that is cosmetic as a whole."""
    if telling is not None and not any(telling):
        return ()
    amounts = (name.id,) if telling is None else sorted(compress(name.values, telling))
    hits = {f"{effect.class_} {_magnitude(effect.subscriptions)}" for effect in effects}
    return (str(address), *amounts, *sorted(hits))


def _magnitude(number: Number) -> str:
    """0, or the number of its digits; "?" where Lago does not tell it."""
    return "?" if number is None else str(len(str(number))) if number else "0"
