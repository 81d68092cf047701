"""Which comment a pull request should have, and what takes it there: decisions, without a network.

A comment is ours when its author is and its first line is our header for the same environment. There is to be one of
them. Where two runs each created one, the older comment stays, with the newer text.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from lago_gitops.render.markdown.header import Header, header_line, read_header


@dataclass(frozen=True, slots=True)
class Comment:
    """What a forge has. Ids grow with time."""

    id: int
    author: str
    body: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What a run has to say. `is_quiet`: nothing changes, so a new comment isn't needed."""

    header: Header
    text: str
    is_quiet: bool = False

    @property
    def body(self) -> str:
        return f"{header_line(self.header)}\n{self.text}"


@dataclass(frozen=True, slots=True)
class CreateComment:
    body: str


@dataclass(frozen=True, slots=True)
class Edit:
    id: int
    body: str


@dataclass(frozen=True, slots=True)
class Remove:
    """A second comment of ours, whose text the first one has by then."""

    id: int


Step = CreateComment | Edit | Remove


def ours(comments: Iterable[Comment], login: str, environment: str) -> tuple[Comment, ...]:
    """Our comments about an environment, oldest first."""
    mine = (one for one in comments if one.author == login and _is_about(one, environment))
    return tuple(sorted(mine, key=lambda one: one.id))


def steps(mine: Sequence[Comment], draft: Draft) -> Iterator[Step]:
    """What leads from our comments to one that has the newest text; nothing where that is so already.

    A run whose plan is older than a comment's changes nothing of it.
    """
    if not mine:
        if not draft.is_quiet:
            yield CreateComment(draft.body)
        return
    newest = max(mine, key=lambda one: _valid_at(one.body))
    kept, body = mine[0], newest.body if _valid_at(newest.body) > draft.header.valid_at else draft.body
    if not is_alike(kept.body, body):
        yield Edit(kept.id, body)
    for other in mine[1:]:
        yield Remove(other.id)


def continued(draft: Draft, mine: Sequence[Comment]) -> Draft:
    """The draft with the time at which its money facts were first shown: labels set before then approve others."""
    shown = (read_header(one.body) for one in mine)
    since = [one.shown_since for one in shown if one is not None and one.money == draft.header.money]
    first = min((time for time in since if time), default=draft.header.valid_at)
    return replace(draft, header=replace(draft.header, shown_since=first))


def is_alike(body: str, other: str) -> bool:
    """Whether they differ in nothing but the time of their plans."""
    return _timeless(body) == _timeless(other)


def _is_about(comment: Comment, environment: str) -> bool:
    header = read_header(comment.body)
    return header is not None and header.environment == environment


def _valid_at(body: str) -> str:
    header = read_header(body)
    return "" if header is None else header.valid_at


def _timeless(body: str) -> tuple[Header | None, str]:
    """Forges take white space off the end, and some change line ends."""
    header, (_, _, text) = read_header(body), body.partition("\n")
    return header and replace(header, valid_at=""), text.replace("\r\n", "\n").rstrip()
