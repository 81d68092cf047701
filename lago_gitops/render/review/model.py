"""What a review consists of: the parts that every way of showing it has."""

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
    """How much attention it asks for."""

    QUIET = "quiet"  # nothing changes
    FINE = "fine"
    CAUTION = "caution"
    DANGER = "danger"
    STOPPED = "stopped"  # it can't be applied as it is


@dataclass(frozen=True, slots=True)
class Effect:
    """What happens because of a change; `hits` people rather than Lago's own ways. `bills`: it is their bills."""

    address: str
    weight: Weight
    sentence: str
    undo: Undo
    hits: bool
    bills: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One change. `gravity` is that of its gravest effect, from 0."""

    address: str
    kind: str
    key: str
    name: str
    action: str
    place: str
    origin: str  # whose doing it is, where that isn't this branch's alone
    gravity: int
    effects: tuple[Effect, ...]
    prices: PlanChange | None
    change: Document

    @property
    def rows(self) -> tuple[Row, ...]:
        """Made when they are asked for: of a large plan a few are shown."""
        return (*(price_rows(self.prices) if self.prices else ()), *field_rows(self.change))


@dataclass(frozen=True, slots=True)
class Approval:
    """A guard that blocks the plan. `asks`: an approval of the plan answers it; else only its own waiver does."""

    waiver: str
    asks: bool
    reason: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PolicyShown:
    """A policy of the project's that speaks up; `verb` says how, `answer` what it wants, if anything."""

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
    """`verdict` is one sentence; items come gravest first."""

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
    base: str  # what the changes are compared with besides
    impact: tuple[Section, ...]  # stands first
    against: Contrasted | None  # in what another environment will differ
    class_: str  # how far it goes, empty where nothing changes
    class_reason: str

    @property
    def effects(self) -> tuple[Effect, ...]:
        """All of them, the gravest first."""
        found = (effect for item in self.items for effect in item.effects)
        return tuple(sorted(found, key=lambda one: -GRAVITY[one.weight]))

    @property
    def digest_shown(self) -> str:
        return self.digest[:DIGEST_SHOWN]
