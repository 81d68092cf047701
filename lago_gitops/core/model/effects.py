"""What will really happen: to bills, subscriptions and other resources, not to fields."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from lago_gitops.core.model.resources import Address, Change, Delete, Live, Refusal, Update


class EffectClass(StrEnum):
    """What sort of thing happens; what is allowed is said by class."""

    DELETES = "delete"
    ENDS_SUBSCRIPTIONS = "ends-subscriptions"
    CHANGES_BILLS = "changes-bills"
    LOSES_USAGE = "loses-usage"
    CASCADES = "cascades"
    INVOICES_NOW = "invoices-now"
    MOVES_SUBSCRIBERS = "moves-subscribers"
    ENDS_DISCOUNTS = "ends-discounts"
    CODE_BURNED = "code-burned"
    LEAVES_OUT = "leaves-out"
    NEEDS_LICENCE = "needs-licence"


class Weight(StrEnum):
    """How much a reviewer has to care."""

    NOTE = "note"
    WARNING = "warning"
    DANGER = "danger"


class Undo(StrEnum):
    """Whether a change back undoes it."""

    REVERSIBLE = "reversible"
    LOSSY = "lossy"
    IRREVERSIBLE = "irreversible"


@dataclass(frozen=True, slots=True)
class Effect:
    """`sentence` is for people and has no full stop; `class_` is what programs go by."""

    class_: EffectClass
    weight: Weight
    undo: Undo
    sentence: str


@dataclass(frozen=True, slots=True)
class Count:
    """A number that Lago knows of an object: the rows of a list that name its code, among those that `params` pick."""

    name: str
    collection: str
    code_param: str
    params: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Situation:
    """What effects depend on besides the change: the rest of the organization, and the rest of the plan.

    `counts` are there for the live addresses of what changes; `referrers` are the live objects that go on referring to
    an address; `now` is the time, as Lago writes times; `licence` is None where the server doesn't say if it has one.
    """

    live: Mapping[Address, Live]
    changes: Sequence[Change]
    counts: Mapping[Address, Mapping[str, int]]
    referrers: Mapping[Address, Sequence[Address]]
    now: str
    licence: bool | None = None

    def count(self, address: Address, name: str) -> int:
        """0 where Lago has not been asked."""
        return self.counts.get(address, {}).get(name, 0)

    def after(self, address: Address) -> Mapping[str, Any]:
        """The fields of a live object once the changes are made."""
        for change in self.changes:
            if isinstance(change, Update) and change.live.address == address:
                return change.desired.fields
        return self.live[address].fields


EffectRule = Callable[[Change, Situation], Iterable[Effect | Refusal]]
"""What one change comes to, or why it would come to nothing."""


def listed(addresses: Iterable[Address], most: int = 5) -> str:
    """Addresses in a sentence, the first of many by name."""
    names = [str(address) for address in addresses]
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def deletes(change: Change) -> Iterator[Effect]:
    """Whatever else a delete comes to, it is one."""
    if isinstance(change, Delete):
        sentence = f"the {change.address.kind} is deleted"
        yield Effect(EffectClass.DELETES, Weight.WARNING, Undo.LOSSY, sentence)
