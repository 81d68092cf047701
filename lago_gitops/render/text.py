"""Results for a terminal. Colour is said by name and put on by the caller's `paint`."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from lago_gitops.core.kind import ResourceKind
from lago_gitops.core.model import Change, Create, Delete, FieldChange, Refusal, Update
from lago_gitops.core.order import Part
from lago_gitops.core.outcome import Outcome, Status
from lago_gitops.core.plan import Organization, Plan
from lago_gitops.core.problem import Problem, Severity
from lago_gitops.core.types import Field, Keyed, Object
from lago_gitops.render.values import printable, shown

Kinds = Mapping[str, ResourceKind]
Paint = Callable[[str, str], str]
"""Text and the name of a colour → the text in that colour, or as it is where colour is unwanted."""

WIDTH = 72  # column in which the source stands
UNMANAGED_SHOWN = 10


def plan_text(plan: Plan, kinds: Kinds, paint: Paint) -> str:
    """What apply would do, change by change, and how many there are of each sort."""
    lines = [f"Plan for {organization_text(plan.organization)}", ""]
    for change in plan.changes:
        lines += [*_change(change, kinds[change.address.kind], paint), ""]
    lines += _unknown(plan)
    lines += _unmanaged(plan)
    lines += [line for refusal in plan.refusals for line in (*_refusal(refusal, paint), "")]
    lines.append(summary(plan))
    return "\n".join(lines)


def organization_text(organization: Organization) -> str:
    """Which organization it is, so that a wrong key is seen."""
    name = printable(organization.name)
    return f"{name} at {organization.url} (organization {organization.lago_id}, Lago {organization.version} or later)"


def summary(plan: Plan) -> str:
    counts = plan.counts
    if not plan.changes:
        return f"No changes: Lago is as the manifests say ({counts.unchanged} resources)."
    return (
        f"Plan: {counts.create} to create, {counts.update} to change, {counts.delete} to delete, "
        f"{counts.unchanged} unchanged."
    )


def outcome_text(outcome: Outcome, paint: Paint) -> str:
    """One line about how a task ended."""
    change, part = outcome.task.change, outcome.task.part
    which = {Part.GROW: " (what is added)", Part.SHRINK: " (what is taken away)", Part.WHOLE: ""}[part]
    colour = "green" if outcome.status.is_good else "red"
    message = f"  {outcome.message}" if outcome.message else ""
    return f"  {paint(f'{outcome.status:<9}', colour)} {_sign(change)} {printable(str(change.address))}{which}{message}"


def outcomes_summary(outcomes: Iterable[Outcome]) -> str:
    """How many tasks ended how; none is left out."""
    all_ = tuple(outcomes)
    numbers = {status: sum(one.status is status for one in all_) for status in Status}
    said = ", ".join(f"{number} {status}" for status, number in numbers.items() if number)
    return f"Applied: {said}." if all_ else "Nothing to apply."


def problems_text(problems: Iterable[Problem], paint: Paint) -> str:
    """One line a problem, as editors and people like it."""
    return "\n".join(_problem(problem, paint) for problem in problems)


def _problem(problem: Problem, paint: Paint) -> str:
    colour = "red" if problem.severity is Severity.ERROR else "yellow"
    hint = f"\n    {printable(problem.hint)}" if problem.hint else ""
    return f"{printable(str(problem.mark))}: {paint(problem.severity, colour)}: {printable(problem.message)}{hint}"


def _change(change: Change, kind: ResourceKind, paint: Paint) -> Iterator[str]:
    match change:
        case Create(desired):
            yield _title(change, paint, "green")
            yield from (f"    {line}" for line in _whole(kind.object, desired.fields, (kind.key,)))
        case Update():
            yield _title(change, paint, "yellow")
            yield from (f"    {_field_change(one, paint)}" for one in change.fields)
        case Delete():
            yield _title(change, paint, "red")


def _title(change: Change, paint: Paint, colour: str) -> str:
    mark = change.desired.mark
    start = f"{_sign(change)} {printable(str(change.address))}"
    if isinstance(change, Update) and change.live.address != change.address:
        start += f"  (renamed, was {printable(change.live.address.key)})"
    return paint(start, colour) + " " * max(2, WIDTH - len(start)) + f"{mark.source}:{mark.line}"


def _sign(change: Change) -> str:
    match change:
        case Create():
            return "+"
        case Update():
            return "~"
        case Delete():
            return "-"


def _field_change(change: FieldChange, paint: Paint) -> str:
    where = printable(change.where)
    if len(change.keys) > 1 and isinstance(change.after, Mapping) and change.before is None:
        return f"{paint('+', 'green')} {where}  {shown(_given(change.after))}"
    if len(change.keys) > 1 and isinstance(change.before, Mapping) and change.after is None:
        return f"{paint('-', 'red')} {where}"
    return f"{paint('~', 'yellow')} {where}  {shown(change.before)} → {shown(change.after)}"


def _whole(object_: Object, fields: Mapping[str, Any], left: tuple[str, ...]) -> Iterator[str]:
    """The fields of a new resource that say something, items of lists one a line."""
    for field in object_.fields:
        value = fields.get(field.name)
        if field.name in left or not _says_something(field, value):
            continue
        if isinstance(field.type, Keyed):
            items: Mapping[Any, Any] = value or {}
            yield f"{field.name}"
            for item in items.values():
                yield f"  + {printable(field.type.label(item))}  {shown(_given(item))}"
        else:
            yield f"{field.name}  {shown(value)}"


def _says_something(field: Field, value: Any) -> bool:
    return value not in (None, (), {}) and value != field.default


def _given(item: Mapping[str, Any]) -> dict[str, Any]:
    return {str(key): value for key, value in item.items() if value not in (None, (), {}, False, 0)}


def _unknown(plan: Plan) -> list[str]:
    return [
        f"! {printable(str(one.address))}: this Lago is too old for {one.field} (since {one.since}); it is not sent"
        for one in plan.comparison.unknown
    ]


def _refusal(refusal: Refusal, paint: Paint) -> Iterator[str]:
    where = f"{refusal.mark.source}:{refusal.mark.line}"
    yield f"{paint('Refused', 'red')} {printable(str(refusal.address))} ({where}): {printable(refusal.message)}."
    yield from (f"  · {printable(way)}" for way in refusal.ways_out)


def _unmanaged(plan: Plan) -> list[str]:
    unmanaged = plan.comparison.unmanaged
    if not unmanaged:
        return []
    names = ", ".join(printable(str(address)) for address in unmanaged[:UNMANAGED_SHOWN])
    more = f" and {len(unmanaged) - UNMANAGED_SHOWN} more" if len(unmanaged) > UNMANAGED_SHOWN else ""
    return [f"Left alone, no manifest names them: {names}{more}.", ""]
