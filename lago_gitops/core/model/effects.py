"""What will really happen: to bills, subscriptions and other resources, not to fields."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from operator import itemgetter
from typing import Any

from lago_gitops.core.model.audience import NO_AUDIENCE, Audience, Number, added
from lago_gitops.core.model.plurals import in_words
from lago_gitops.core.model.resources import Address, Change, Create, Delete, Live, Refusal, Update
from lago_gitops.core.model.timing import Timing


class EffectClass(StrEnum):
    """What sort of thing happens; what is allowed is said by class."""

    DELETES = "delete"
    ENDS_SUBSCRIPTIONS = "ends-subscriptions"
    CHANGES_BILLS = "changes-bills"
    LOSES_USAGE = "loses-usage"
    CASCADES = "cascades"
    BILLS_TWICE = "bills-twice"
    INVOICES_NOW = "invoices-now"
    MOVES_SUBSCRIBERS = "moves-subscribers"
    CANCELS_DOWNGRADES = "cancels-downgrades"
    CHANGES_TERMS = "changes-terms"
    CHANGES_ENTITLEMENTS = "changes-entitlements"
    ENDS_DISCOUNTS = "ends-discounts"
    CODE_BURNED = "code-burned"
    LEAVES_OUT = "leaves-out"
    NEEDS_LICENCE = "needs-licence"


class Weight(StrEnum):
    """How much a reviewer has to care."""

    NOTE = "note"
    WARNING = "warning"
    DANGER = "danger"

    @property
    def gravity(self) -> int:
        """From 1."""
        return _GRAVITY[self]


_GRAVITY = {one: place for place, one in enumerate(Weight, 1)}


def gravest(weights: Iterable[Weight]) -> int:
    """0 if there are none."""
    return max((one.gravity for one in weights), default=0)


class Undo(StrEnum):
    """Whether a change back undoes it."""

    REVERSIBLE = "reversible"
    LOSSY = "lossy"
    IRREVERSIBLE = "irreversible"


Hit = tuple[tuple[Address, Number], ...]
"""Plans, each with how many of its subscriptions are hit; the organization's address means everybody."""


@dataclass(frozen=True, slots=True)
class Effect:
    """`sentence` is for people and has no full stop; `class_` is for programs.

    `timing`: which invoices have it, where it is about invoices.
    """

    class_: EffectClass
    weight: Weight
    undo: Undo
    sentence: str
    hit: Hit = ()
    timing: Timing | None = None

    @property
    def subscriptions(self) -> Number:
        """How many distinct ones are hit: each has one plan."""
        if len(self.hit) == 1:  # as of most
            return self.hit[0][1]
        return added([number for _, number in self.hit])


def distinct_subscriptions(effects: Iterable[Effect]) -> Number:
    """How many any of the effects hits."""
    return distinct(hit for effect in effects for hit in effect.hit)


def distinct(hits: Iterable[tuple[Address, Number]]) -> Number:
    """How many that is together: of each plan at most those of one hit, as each subscription has one plan."""
    most: dict[Address, Number] = {}
    for address, number in hits:
        known = most.get(address, 0)
        most[address] = None if known is None or number is None else max(known, number)
    everybody = [number for address, number in most.items() if not address.key]
    return everybody[0] if everybody else added(most.values())


@dataclass(frozen=True, slots=True)
class Count:
    """A number that Lago knows of an object: the rows of a list that name its code, among those that `params` pick.

    Where no query picks them, the codes are those of the items that each row has `within`. It is asked of deletes, and
    of changes of `fields`; without any, of every change.
    """

    name: str
    collection: str
    code_param: str = ""
    params: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    within: str = ""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Situation:
    """What effects depend on besides the change: the rest of the organization, and the rest of the plan.

    `counts` are there for the live addresses of what changes; `referrers` are the live objects that go on referring to
    an address, to what is renamed by its new one; `now` is the time, as Lago writes times; `licence` is None where the
    server doesn't say if it has one. `version` is the release that the server is at least.
    """

    live: Mapping[Address, Live]
    changes: Sequence[Change]
    counts: Mapping[Address, Mapping[str, Number]]
    referrers: Mapping[Address, Sequence[Address]]
    now: str
    licence: bool | None = None
    audience: Audience = NO_AUDIENCE
    version: tuple[int, int] = (1, 51)
    _altered: Mapping[Address, tuple[int, Update | Delete]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Every effect may ask for a few changes; to look through all of them each time would be quadratic."""
        altered = {one.live.address: (at, one) for at, one in enumerate(self.changes) if not isinstance(one, Create)}
        object.__setattr__(self, "_altered", altered)

    def count(self, address: Address, name: str) -> Number:
        """0 where Lago has not been asked, None where it doesn't tell."""
        return self.counts.get(address, {}).get(name, 0)

    def after(self, address: Address) -> Mapping[str, Any]:
        """The fields of a live object once the changes are made."""
        match self.changes_of((address,)):
            case [Update() as change]:
                return change.desired.fields
        return self.live[address].fields

    def changes_of(self, addresses: Iterable[Address]) -> list[Update | Delete]:
        """What happens to live objects, in the order of all changes."""
        altered = {one: self._altered[one] for one in addresses if one in self._altered}
        return [change for _, change in sorted(altered.values(), key=itemgetter(0))]


EffectRule = Callable[[Change, Situation], Iterable[Effect | Refusal]]
"""The effects of one change, or why it would have none."""


def deletes(change: Change) -> Iterator[Effect]:
    """A delete, whatever its other effects."""
    if isinstance(change, Delete):
        sentence = f"the {in_words(change.address.kind)} is deleted"
        yield Effect(EffectClass.DELETES, Weight.WARNING, Undo.LOSSY, sentence)
