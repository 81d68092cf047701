from lago_gitops.render.review.review import review
from lago_gitops.render.review.text import plan_text
from tests.render.plans import SCALE, document


def painted(text: str, colour: str) -> str:
    return f"<{colour}>{text}</>"


def test_a_terminal_ends_with_the_first_line_of_the_comment_above_the_totals() -> None:
    plan = document(*SCALE)
    *_, last = plan_text(plan, painted).split("\n\n")
    assert last.startswith(f"<green>{review(plan).verdict}.</>\nPlan: 0 to create, 1 to change, ")


def test_a_plan_without_changes_has_its_verdict_once() -> None:
    [_, last] = plan_text(document([], []), painted).split("\n\n")
    assert last == "No changes: Lago matches the manifests (0 resources)."
