"""Results for programs: JSON whose keys stay."""

import json
from collections.abc import Iterable, Iterator
from textwrap import indent
from typing import TYPE_CHECKING, Any

from lago_gitops.core.model.problem import Problem
from lago_gitops.core.saved_plan import FORMAT

if TYPE_CHECKING:  # what shows problems doesn't wait for what carries plans out
    from lago_gitops.core.execution.outcome import Outcome


def dump(value: Any) -> str:
    """JSON as people can still read it. What would do something to a terminal is escaped: it can only be in a text."""
    lines = json.dumps(value, indent=2, ensure_ascii=False).split("\n")
    return "\n".join(line if line.isprintable() else _escaped(line) for line in lines)


def dump_long(head: Any, name: str, items: Iterable[Any]) -> Iterator[str]:
    """As `dump`, of an object whose last value is a list too long to be held; in texts that are lines when printed."""
    yield dump(head).removesuffix("\n}") + f",\n  {json.dumps(name)}: ["
    held = ""
    for item in items:
        if held:
            yield f"{held},"
        held = indent(dump(item), "    ")
    yield f"{held}\n  ]\n}}" if held else "  ]\n}"


def _escaped(line: str) -> str:
    return "".join(character if character.isprintable() else json.dumps(character)[1:-1] for character in line)


def outcomes_document(outcomes: "Iterable[Outcome]") -> dict[str, Any]:
    return {"format_version": FORMAT, "outcomes": [outcome_document(one) for one in outcomes]}


def outcome_document(one: "Outcome") -> dict[str, Any]:
    from lago_gitops.render.plan.document import action

    return {
        "address": str(one.task.change.address),
        "action": action(one.task.change),
        "part": one.task.part,
        "status": one.status,
        "message": one.message,
    }


def problems_document(problems: Iterable[Problem]) -> dict[str, Any]:
    return {"format_version": FORMAT, "problems": [problem_document(one) for one in problems]}


def problem_document(problem: Problem) -> dict[str, Any]:
    return {
        "path": problem.mark.source,
        "line": problem.mark.line,
        "column": problem.mark.column,
        "severity": problem.severity,
        "rule": problem.rule,
        "message": problem.message,
        "hint": problem.hint,
        "also": [{"path": mark.source, "line": mark.line, "column": mark.column} for mark in problem.also],
        "environments": list(problem.environments),
    }
