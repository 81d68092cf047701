"""Labels that approve: `lago:allow-changes-bills` lets a guard pass, if somebody who may write gave it in time.

In time means: after the money facts that the plan has now were first shown in the comment. A rebase or a new
description leaves a label standing; a changed price doesn't.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

PREFIX = "lago:allow-"


@dataclass(frozen=True, slots=True)
class Label:
    """A label that a pull request has, and who gave it last. `at` is UTC, as `2026-10-01T12:00:00Z`."""

    name: str
    by: str
    at: str

    @property
    def waiver(self) -> str:
        return self.name.removeprefix(PREFIX)


@dataclass(frozen=True, slots=True)
class Ruling:
    """`reason` says why a label counts for nothing; it is empty for one that counts."""

    label: Label
    reason: str = ""

    @property
    def is_granted(self) -> bool:
        return not self.reason


def approving_labels(present: Iterable[str], events: Iterable[Mapping[str, Any]]) -> tuple[Label, ...]:
    """The approving labels among those that are there, by name. `events` are GitHub's, oldest first."""
    given = {str(one["label"]["name"]): one for one in events if one.get("event") == "labeled"}
    names = sorted({name for name in present if name.startswith(PREFIX)})
    return tuple(_label(name, given.get(name, {})) for name in names)


def rulings(
    labels: Iterable[Label], shown_since: str, waivers: Iterable[str], may_write: Callable[[str], bool]
) -> tuple[Ruling, ...]:
    """One for each label. `shown_since` is empty where no comment shows the money facts of the plan."""
    known = frozenset(waivers)
    return tuple(Ruling(label, _reason(label, shown_since, known, may_write)) for label in labels)


def _label(name: str, event: Mapping[str, Any]) -> Label:
    return Label(name, str((event.get("actor") or {}).get("login", "")), str(event.get("created_at", "")))


def _reason(label: Label, shown_since: str, waivers: frozenset[str], may_write: Callable[[str], bool]) -> str:
    if label.waiver not in waivers:
        return f"there is no guard {label.waiver!r}"
    if not shown_since:
        return "the comment shows other prices than this plan: once it is updated, give the label again"
    if not label.by or not label.at:
        return "GitHub does not say who gave it"
    if label.at < shown_since:
        return f"{label.by} gave it before the prices were what they are now: give it again"
    if not may_write(label.by):
        return f"{label.by} gave it, and may not write to this repository"
    return ""
