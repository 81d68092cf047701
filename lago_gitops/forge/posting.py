"""Brings a comment, or the issue about drift, to what a run has to say: looks, acts, and looks again."""

import time
from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from lago_gitops.forge.comments import Comment, CreateComment, Draft, Edit, Remove, Step, continued, ours, steps
from lago_gitops.forge.connection import PassingError
from lago_gitops.forge.issues import LABEL, Close, Open, Rewrite, issue_steps

ROUNDS = 5


class Posted(StrEnum):
    """What became of a comment or an issue."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    CLOSED = "closed"
    NONE = "not needed"


class Forge(Protocol):
    """What posting asks of GitHub, GitLab or a stub of them. All raise ForgeError."""

    def login(self) -> str:
        """The author of what this token writes."""

    def comments(self, number: int) -> tuple[Comment, ...]: ...

    def create_comment(self, number: int, body: str) -> None: ...

    def edit_comment(self, number: int, comment: int, body: str) -> None: ...

    def delete_comment(self, number: int, comment: int) -> None: ...


def post(forge: Forge, number: int, draft: Draft, sleep: Callable[[float], None] = time.sleep) -> Posted:
    """Safe to run twice, and beside another run: in the end there is one comment, with the newest plan.

    Raises ForgeError.
    """
    login, posted = forge.login(), Posted.UNCHANGED
    for attempt in range(ROUNDS):
        try:
            mine = ours(forge.comments(number), login, draft.header.environment)
            todo = tuple(steps(mine, continued(draft, mine)))
            if not todo:
                return posted if mine else Posted.NONE
            for step in todo:
                _take(forge, number, step)
                posted = _result(step, posted)
        except PassingError as error:
            if attempt + 1 == ROUNDS:
                raise
            sleep(error.wait_s if error.wait_s is not None else 2.0**attempt)
    return posted


class IssueForge(Protocol):
    """What keeping an issue asks of a forge. All raise ForgeError."""

    def login(self) -> str: ...

    def open_issues(self, label: str) -> tuple[Comment, ...]:
        """The open issues with a label, each as its number, author and text."""

    def open_issue(self, title: str, body: str, label: str) -> None: ...

    def rewrite_issue(self, number: int, body: str) -> None: ...

    def close_issue(self, number: int, reason: str) -> None: ...


def keep_issue(forge: IssueForge, title: str, draft: Draft) -> Posted:
    """Opens, rewrites or closes the issue about drift. Raises ForgeError."""
    posted = Posted.NONE if draft.is_quiet else Posted.UNCHANGED
    for step in tuple(issue_steps(forge.open_issues(LABEL), forge.login(), title, draft)):
        match step:
            case Open(title, body):
                forge.open_issue(title, body, LABEL)
                posted = Posted.CREATED
            case Rewrite(number, body):
                forge.rewrite_issue(number, body)
                posted = Posted.UPDATED
            case Close(number, reason):
                forge.close_issue(number, reason)
                posted = Posted.CLOSED if draft.is_quiet else posted
    return posted


def _take(forge: Forge, number: int, step: Step) -> None:
    match step:
        case CreateComment(body):
            forge.create_comment(number, body)
        case Edit(comment, body):
            forge.edit_comment(number, comment, body)
        case Remove(comment):
            forge.delete_comment(number, comment)


def _result(step: Step, before: Posted) -> Posted:
    """Taking away a second comment is no news, nor is an edit of what this run created."""
    match step:
        case CreateComment():
            return Posted.CREATED
        case Edit() if before is not Posted.CREATED:
            return Posted.UPDATED
        case _:
            return before
