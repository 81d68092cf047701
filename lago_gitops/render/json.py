"""Results for programs: JSON whose keys stay."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from lago_gitops.core.canonical import plain
from lago_gitops.core.model import Change, Create, Delete, FieldChange, Refusal, Update
from lago_gitops.core.outcome import Outcome
from lago_gitops.core.plan import Plan
from lago_gitops.core.problem import Problem

FORMAT = "1.0"


def plan_json(plan: Plan) -> str:
    """The plan; exact numbers are texts."""
    organization, counts = plan.organization, plan.counts
    return _dump(
        {
            "format_version": FORMAT,
            "organization": {
                "url": organization.url,
                "lago_id": organization.lago_id,
                "slug": organization.slug,
                "name": organization.name,
                "version": organization.version,
            },
            "changes": [_change(change) for change in plan.changes],
            "refusals": [_refusal(refusal) for refusal in plan.refusals],
            "unmanaged": [str(address) for address in plan.comparison.unmanaged],
            "unknown": [
                {"address": str(one.address), "field": one.field, "since": one.since} for one in plan.comparison.unknown
            ],
            "summary": {
                "create": counts.create,
                "update": counts.update,
                "delete": counts.delete,
                "unchanged": counts.unchanged,
            },
        }
    )


def outcomes_json(outcomes: Iterable[Outcome]) -> str:
    return _dump(
        {
            "format_version": FORMAT,
            "outcomes": [
                {
                    "address": str(one.task.change.address),
                    "action": _action(one.task.change),
                    "part": one.task.part,
                    "status": one.status,
                    "message": one.message,
                }
                for one in outcomes
            ],
        }
    )


def problems_json(problems: Iterable[Problem]) -> str:
    return _dump(
        {
            "format_version": FORMAT,
            "problems": [
                {
                    "path": problem.mark.source,
                    "line": problem.mark.line,
                    "column": problem.mark.column,
                    "severity": problem.severity,
                    "rule": problem.rule,
                    "message": problem.message,
                    "hint": problem.hint,
                }
                for problem in problems
            ],
        }
    )


def _change(change: Change) -> dict[str, Any]:
    mark = change.desired.mark
    about = {
        "address": str(change.address),
        "kind": change.address.kind,
        "key": change.address.key,
        "action": _action(change),
        "source": {"path": mark.source, "line": mark.line, "column": mark.column},
    }
    match change:
        case Create(desired):
            return about | {"after": _plain(desired.fields)}
        case Update():
            return about | {"previous_key": change.live.address.key, "fields": [_field(one) for one in change.fields]}
        case Delete(_, live):
            return about | {"before": _plain(live.fields)}


def _refusal(refusal: Refusal) -> dict[str, Any]:
    return {"address": str(refusal.address), "message": refusal.message, "ways_out": list(refusal.ways_out)}


def _action(change: Change) -> str:
    return type(change).__name__.lower()


def _field(change: FieldChange) -> dict[str, Any]:
    return {"path": change.where, "before": _plain(change.before), "after": _plain(change.after)}


def _plain(value: Any) -> Any:
    """Canonical values as JSON. A map of maps is a keyed list, and a list in Lago too: its keys need not be texts."""
    match value:
        case Decimal():
            return plain(value)
        case Mapping() if value and all(isinstance(item, Mapping) for item in value.values()):
            return [_plain(item) for item in value.values()]
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case tuple() | list():
            return [_plain(item) for item in value]
        case _:
            return value


def _dump(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
