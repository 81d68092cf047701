"""The parts of a review that every output format shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from lago_gitops.core.model.effects import Undo, Weight
from lago_gitops.render.impact.words import Section
from lago_gitops.render.plan.against import Contrasted
from lago_gitops.render.plan.text import DIGEST_SHOWN
from lago_gitops.render.prices.model import PlanChange
from lago_gitops.render.review.rows import Row, field_rows, price_rows

Document = Mapping[str, Any]
GRAVITY: Final = {weight.value: at + 1 for at, weight in enumerate(Weight)}


class Mood(StrEnum):
    """How much attention it needs."""

    QUIET = "quiet"  # nothing changes
    FINE = "fine"
    CAUTION = "caution"
    DANGER = "danger"
    STOPPED = "stopped"  # it can't be applied


@dataclass(frozen=True, slots=True)
class Effect:
    """A consequence of a change; `hits`: it affects people. `bills`: it affects their bills."""

    address: str
    weight: Weight
    sentence: str
    undo: Undo
    hits: bool
    bills: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One change. `gravity` is its gravest effect's, from 0."""

    address: str
    kind: str
    key: str
    name: str
    action: str
    place: str
    origin: str  # the origin, unless this branch alone changes it
    gravity: int
    effects: tuple[Effect, ...]
    prices: PlanChange | None
    change: Document

    @property
    def rows(self) -> tuple[Row, ...]:
        """Computed on demand: of a large plan, only a few are shown."""
        return (*(price_rows(self.prices) if self.prices else ()), *field_rows(self.change))


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
    items: tuple[Item, ...]
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
    def effects(self) -> tuple[Effect, ...]:
        """All effects, the gravest first."""
        effects = (effect for item in self.items for effect in item.effects)
        return tuple(sorted(effects, key=lambda one: -GRAVITY[one.weight]))

    @property
    def digest_shown(self) -> str:
        return self.digest[:DIGEST_SHOWN]
