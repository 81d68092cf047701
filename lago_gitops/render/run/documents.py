"""Outcomes and problems as data: JSON whose keys stay."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from lago_gitops.core.model.problem import Problem
from lago_gitops.core.saved_plan import FORMAT

if TYPE_CHECKING:  # showing problems doesn't wait for the import of apply
    from lago_gitops.core.execution.outcome import Outcome


def outcomes_document(outcomes: "Iterable[Outcome]") -> dict[str, Any]:
    return {"format_version": FORMAT, "outcomes": [outcome_document(one) for one in outcomes]}


def outcome_document(one: "Outcome") -> dict[str, Any]:
    from lago_gitops.render.plan.change import action

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
