from lago_gitops.core.execution.outcome import Outcome, Status
from lago_gitops.core.execution.schedule import Part, Task
from lago_gitops.core.model.problem import Mark, Problem, Severity
from lago_gitops.render.run.documents import outcomes_document, problems_document
from tests.core.kinds import node, update


def test_every_outcome_is_told() -> None:
    task = Task(update(node("a"), node("a", name="n")), Part.GROW)
    assert (outcomes_document([Outcome(task, Status.FAILED, "why")]))["outcomes"] == [
        {"address": "node/a", "action": "update", "part": "grow", "status": "failed", "message": "why"}
    ]


def test_every_problem_is_told_with_its_place() -> None:
    found = problems_document([Problem(Mark("a.yaml", 2, 3), "wrong", "fix", "rule", Severity.WARNING)])
    assert found["format_version"]
    assert found["problems"] == [
        {
            "path": "a.yaml", "line": 2, "column": 3, "severity": "warning",
            "rule": "rule", "message": "wrong", "hint": "fix", "also": [], "environments": [],
        }
    ]  # fmt: skip
