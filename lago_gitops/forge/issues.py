"""Which issue about drift a repository should have: one that is open while there is drift."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lago_gitops.forge.comments import Comment, Draft, is_alike, ours

LABEL = "lago-drift"
SETTLED = "No more drift: Lago matches the manifests."
SECOND = "Another issue reports the same drift."


@dataclass(frozen=True, slots=True)
class Open:
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Rewrite:
    number: int
    body: str


@dataclass(frozen=True, slots=True)
class Close:
    number: int
    reason: str


Step = Open | Rewrite | Close


def issue_steps(open_issues: Iterable[Comment], login: str, title: str, draft: Draft) -> Iterator[Step]:
    """What leads from the open issues to the one there should be. `is_quiet` of the draft: there is no drift."""
    mine: Sequence[Comment] = ours(open_issues, login, draft.header.environment)
    if draft.is_quiet:
        yield from (Close(one.id, SETTLED) for one in mine)
        return
    if not mine:
        yield Open(title, draft.body)
        return
    if not is_alike(mine[0].body, draft.body):
        yield Rewrite(mine[0].id, draft.body)
    yield from (Close(one.id, SECOND) for one in mine[1:])
