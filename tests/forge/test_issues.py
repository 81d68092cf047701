from lago_gitops.forge.comments import Comment, Draft
from lago_gitops.forge.issues import SECOND, SETTLED, Close, Open, Rewrite, issue_steps
from lago_gitops.render.markdown.header import Header

TITLE = "Lago has drifted from Git: production"
DRAFT = Draft(Header("production", "2026-10-01T03:00:00Z"), "tax/vat: rate 20 → 19")
CLEAN = Draft(Header("production", "2026-10-02T03:00:00Z"), "nothing", is_quiet=True)


def todo(draft: Draft, *numbers: int, text: str = DRAFT.text) -> list[object]:
    issues = [Comment(number, "bot", Draft(DRAFT.header, text).body) for number in numbers]
    return list(issue_steps(issues, "bot", TITLE, draft))


def test_drift_opens_an_issue() -> None:
    assert todo(DRAFT) == [Open(TITLE, DRAFT.body)]


def test_the_same_drift_is_not_told_again() -> None:
    assert todo(DRAFT, 7) == []


def test_more_drift_rewrites_the_issue() -> None:
    assert todo(DRAFT, 7, text="less") == [Rewrite(7, DRAFT.body)]


def test_an_issue_is_closed_when_nothing_differs_any_more() -> None:
    assert todo(CLEAN, 7) == [Close(7, SETTLED)]


def test_without_drift_and_issue_nothing_is_done() -> None:
    assert todo(CLEAN) == []


def test_a_second_issue_is_closed() -> None:
    assert todo(DRAFT, 7, 9) == [Close(9, SECOND)]


def test_somebody_elses_issue_is_left_alone() -> None:
    issues = [Comment(7, "somebody", DRAFT.body)]

    assert list(issue_steps(issues, "bot", TITLE, CLEAN)) == []
