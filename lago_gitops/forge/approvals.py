"""Labels that approve: `lago:allow-changes-bills` lets a guard pass, if somebody who may write gave it in time.

In time means: after the money facts that the plan has now were first shown in the comment. A rebase or a new
description leaves a label standing; a changed price doesn't. A policy of the project can want a label of another name,
of named people, and that the plan has been shown for a while.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from lago_gitops.core.assessment.guard import LABEL, Requirement

Asked = Mapping[str, Requirement]
"""By waiver of a guard or policy, what answers it."""


@dataclass(frozen=True, slots=True)
class Label:
    """A label that a pull request has, and who gave it last. `at` is UTC, as `2026-10-01T12:00:00Z`."""

    name: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """The effect of a label on a guard; `reason` says why it doesn't count, or is empty.

    `label` is None where nothing but time is wanted.
    """

    waiver: str
    label: Label | None
    reason: str = ""

    @property
    def is_granted(self) -> bool:
        return not self.reason


@dataclass(frozen=True, slots=True)
class Court:
    """What labels are judged by: since when the comment has shown the money facts of the plan (empty: not at all), the
    time, who may write, and who is in a team (`organization/team`, login); None where the forge doesn't tell."""

    shown_since: str
    now: datetime
    may_write: Callable[[str], bool]
    is_member: Callable[[str, str], bool | None]


def approving_labels(present: Iterable[str], events: Iterable[Mapping[str, Any]], asked: Asked) -> tuple[Label, ...]:
    """The labels among those that are there that are meant to approve, by name. `events` are GitHub's, oldest first."""
    labelled = {str(one["label"]["name"]): one for one in events if one.get("event") == "labeled"}
    wanted = {one.label for one in asked.values()}
    names = sorted({name for name in present if name in wanted or name.startswith(LABEL)})
    return tuple(_label(name, labelled.get(name, {})) for name in names)


def rulings(labels: Iterable[Label], asked: Asked, court: Court) -> tuple[Ruling, ...]:
    """One for each guard that a label is meant to answer, and for each that wants nothing but time."""
    return (*(one for label in labels for one in _of_label(label, asked, court)), *_of_time(asked, court))


def _of_label(label: Label, asked: Asked, court: Court) -> Iterator[Ruling]:
    meant = [waiver for waiver, one in asked.items() if one.label == label.name]
    for waiver in meant:
        yield Ruling(waiver, label, _reason(label, asked[waiver], court))
    if not meant:
        name = label.name.removeprefix(LABEL)
        other = f"policy {name!r} is answered by the label {asked[name].label!r}" if name in asked else ""
        yield Ruling(name, label, other or f"there is no guard {name!r}")


def _of_time(asked: Asked, court: Court) -> Iterator[Ruling]:
    for waiver, one in asked.items():
        if not one.label:
            reason = _too_early(one, court) if court.shown_since else "its wait starts when the comment shows this plan"
            yield Ruling(waiver, None, reason)


def _label(name: str, event: Mapping[str, Any]) -> Label:
    return Label(name, str((event.get("actor") or {}).get("login", "")), str(event.get("created_at", "")))


def _reason(label: Label, wanted: Requirement, court: Court) -> str:
    if not court.shown_since:
        return "the comment shows other prices than this plan: once it is updated, add the label again"
    if not label.by or not label.at:
        return "GitHub doesn't say who added it"
    if label.at < court.shown_since:
        return f"{label.by} added it before the prices were changed to the present ones: add it again"
    if not court.may_write(label.by):
        return f"{label.by} added it, but may not write to this repository"
    return _not_an_approver(label.by, wanted.approvers, court) or _too_early(wanted, court)


def _not_an_approver(login: str, approvers: tuple[str, ...], court: Court) -> str:
    answers = [_is(login, one.removeprefix("@"), court) for one in approvers]
    if any(answers) or not approvers:
        return ""
    who = " or ".join(approvers)
    if None in answers:
        return f"{login} added it, but GitHub doesn't tell this token who is in {who}: it needs `members: read`"
    return f"{login} added it, but it must be added by {who}"


def _is(login: str, approver: str, court: Court) -> bool | None:
    return court.is_member(approver, login) if "/" in approver else approver.casefold() == login.casefold()


def _too_early(wanted: Requirement, court: Court) -> str:
    due = datetime.fromisoformat(court.shown_since) + timedelta(seconds=wanted.wait_s)
    return f"it counts from {due.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if court.now < due else ""
