"""`accepted.toml`: edits that no test can notice, each with the reason why."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.changes import Edit

FILE = Path(__file__).with_name("accepted.toml")


@dataclass(frozen=True, slots=True)
class Accepted:
    """`line` is what stands in the module, `edited` what may stand there instead, both without indentation.

    An edit of several lines is named by all of them, joined by spaces. Where a line stands doesn't matter.
    """

    module: str
    line: str
    edited: str
    reason: str

    def __str__(self) -> str:
        return f"- {self.line}\n+ {self.edited}"


def accepted(text: str) -> Sequence[Accepted]:
    """Raises ValueError for an edit without a reason."""
    found = tuple(
        Accepted(module, each["line"], edited, each.get("reason", ""))
        for module, entries in tomllib.loads(text).items()
        for each in entries
        for edited in each["edited"]
    )
    for one in found:
        if not one.reason.strip():
            raise ValueError(f"{FILE.name}: {one.module}: give the reason why no test can notice this edit\n{one}")
    return found


def left(module: str, text: bytes, found: Sequence[Edit], all_: Iterable[Accepted]) -> tuple[Sequence[Edit], list[str]]:
    """The edits that are not accepted, and a complaint about each accepted one that is no edit of this text."""
    mine = {(one.line, one.edited): one for one in all_ if one.module == module}
    named: Mapping[Edit, tuple[str, str]] = {edit: _lines(text, edit) for edit in found}
    unmatched = [one for key, one in mine.items() if key not in named.values()]
    return [edit for edit, key in named.items() if key not in mine], [
        f"{module}: {FILE.name} accepts what is no edit of it any more; remove it or adapt it\n{one}"
        for one in unmatched
    ]


def _lines(text: bytes, edit: Edit) -> tuple[str, str]:
    """The whole lines around an edit, before and after it."""
    start = text.rfind(b"\n", 0, edit.start) + 1
    end = len(text) if (found := text.find(b"\n", edit.end)) < 0 else found
    edited = text[start : edit.start] + edit.new.encode() + text[edit.end : end]
    return _one_line(text[start:end]), _one_line(edited)


def _one_line(text: bytes) -> str:
    return " ".join(text.decode().split())
