"""The parts of a review that every output format shows."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from lago_gitops.core.model.effects import EffectClass, Hit, Undo, Weight, distinct
from lago_gitops.render.impact.words import Section
from lago_gitops.render.plan.against import Contrasted
from lago_gitops.render.plan.attribution import origin_words
from lago_gitops.render.plan.text import DIGEST_SHOWN
from lago_gitops.render.prices.model import PlanChange
from lago_gitops.render.review.rows import PriceRow, field_rows, price_rows

Document = Mapping[str, Any]
HITS: Final = {
    EffectClass.CHANGES_BILLS,
    EffectClass.ENDS_SUBSCRIPTIONS,
    EffectClass.MOVES_SUBSCRIBERS,
    EffectClass.ENDS_DISCOUNTS,
    EffectClass.LOSES_USAGE,
    EffectClass.INVOICES_NOW,
    EffectClass.LEAVES_OUT,
    EffectClass.BILLS_TWICE,
    EffectClass.CANCELS_DOWNGRADES,
    EffectClass.CHANGES_TERMS,
    EffectClass.CHANGES_ENTITLEMENTS,
}
"""What happens to people, rather than to what Lago keeps."""


class Mood(StrEnum):
    """How much attention it needs."""

    QUIET = "quiet"  # nothing changes
    FINE = "fine"
    CAUTION = "caution"
    DANGER = "danger"
    STOPPED = "stopped"  # it can't be applied


@dataclass(frozen=True, slots=True)
class ReviewedEffect:
    """A consequence of a change; `hits`: it affects people. `bills`: it affects their bills. `deletes`: it says only
    that the object is deleted.

    `hit` counts the subscriptions that are affected, by their plan; `timing` says which invoices have it, if any.
    """

    address: str
    weight: Weight
    sentence: str
    undo: Undo
    hits: bool
    bills: bool
    hit: Hit = ()
    timing: str | None = None
    deletes: bool = False

    @property
    def rank(self) -> tuple[int, float]:
        """The gravest first, then those that hit most, or nobody knows how many."""
        number = distinct(self.hit)
        return -self.weight.gravity, -math.inf if number is None else -number


@dataclass(frozen=True)  # no slots: rows of prices are kept, as they decide the order and are shown
class ReviewedChange:
    """One change. `gravity` is its gravest effect's, from 0. Of a large plan only some changes are shown: what just
    that takes is found on demand."""

    address: str
    kind: str
    key: str
    action: str
    gravity: int
    effects: tuple[ReviewedEffect, ...]
    prices: PlanChange | None
    change: Document

    @property
    def name(self) -> str:
        return self.change.get("name") or (self.change.get("after") or {}).get("name") or ""

    @property
    def place(self) -> str:
        return place(self.change["source"])

    @property
    def origin(self) -> str:
        """Empty if this branch alone changes it."""
        return origin_words(self.change)

    @property
    def fields(self) -> Sequence[Document]:
        """What an update changes."""
        found: Sequence[Document] = self.change.get("fields", ())
        return found

    @property
    def told(self) -> tuple[ReviewedEffect, ...]:
        """Its effects; where it hits people, they say what deleting it does, and that it is deleted goes without."""
        hits = any(effect.hits for effect in self.effects)
        return tuple(effect for effect in self.effects if not (hits and effect.deletes))

    @cached_property
    def price_rows(self) -> tuple[PriceRow, ...]:
        return price_rows(self.prices) if self.prices else ()

    @property
    def rows(self) -> tuple[PriceRow, ...]:
        return (*self.price_rows, *field_rows(self.change))


def place(source: Document) -> str:
    """Where a manifest is: `plans.yaml:7`."""
    return f"{source['path']}:{source['line']}"


@dataclass(frozen=True, slots=True)
class Approval:
    """A guard that blocks the plan. `asks`: approving the plan is enough; otherwise it takes the guard's own waiver."""

    waiver: str
    asks: bool
    reason: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PolicyShown:
    """A project policy that matches; `verb` says with what result, `answer` what to do about it, if anything."""

    name: str
    verb: str
    stands: bool
    reason: str
    addresses: tuple[str, ...]
    answer: str


@dataclass(frozen=True, slots=True)
class RefusedChange:
    address: str
    place: str
    message: str
    ways_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """`verdict` is one sentence; the gravest items come first."""

    verdict: str
    mood: Mood
    environment: str
    organization: Document
    digest: str
    counts: Mapping[str, int]
    items: tuple[ReviewedChange, ...]
    approvals: tuple[Approval, ...]
    policies: tuple[PolicyShown, ...]
    refusals: tuple[RefusedChange, ...]
    unmanaged: tuple[str, ...]
    unknown: tuple[str, ...]
    base: str  # the base that changes are compared with, besides Lago
    impact: tuple[Section, ...]  # shown first
    against: Contrasted | None  # how another environment will differ
    class_: str  # empty if nothing changes
    class_reason: str

    @property
    def effects(self) -> tuple[ReviewedEffect, ...]:
        """All effects to tell, the gravest first, then by the number of subscriptions."""
        return tuple(sorted((effect for item in self.items for effect in item.told), key=lambda one: one.rank))

    @property
    def asking(self) -> tuple[Approval, ...]:
        """What approving the plan answers; nothing while something is refused."""
        return () if self.refusals else tuple(one for one in self.approvals if one.asks)

    @property
    def approvals_heading(self) -> str:
        """While something is refused, no approval helps: the plan without it is another one."""
        return "To be approved once nothing is refused" if self.refusals else "Needed before apply"

    @property
    def digest_shown(self) -> str:
        return self.digest[:DIGEST_SHOWN]
