"""What a run says: its one result to stdout, as words or as a document; all else to stderr; secrets in neither."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import click

from lago_gitops.cli.base.progress import Progress

if TYPE_CHECKING:  # this module is imported for `--help`, too
    from lago_gitops.lago.redaction import Redaction

Document = dict[str, Any]
PROGRAMS = ("json", "matrix")  # formats that programs read


class Output:
    """`format` is what `--format` says. No dataclass: to make one takes longer than all else that `--version` does."""

    def __init__(self, format_: str = "text", *, color: bool | None = None, progress: Progress | None = None) -> None:
        self.format = format_
        self.quiet = False
        self.color = color
        self.progress = progress or Progress()
        self._redaction: Redaction | None = None
        self._printed = False

    @property
    def is_json(self) -> bool:
        """Whether programs asked, so that stdout has one document and nothing else, however the run ends."""
        return self.format != "text"

    @property
    def redaction(self) -> "Redaction":
        """All that this run must not show; whoever learns a secret adds it."""
        if self._redaction is None:
            from lago_gitops.lago.redaction import Redaction

            self._redaction = Redaction()
        return self._redaction

    def result(self, text: str) -> None:
        """What the command is for, in words."""
        if not self.is_json:
            self._say(self.redaction(text))

    def document(self, document: Document) -> Document:
        """What the command is for, as data, and the same without secrets, to be put in words.

        Raises AssertionError the second time: a run has one document.
        """
        from lago_gitops.render.base.json import dump

        shown: Document = self.redaction.document(document)
        if self.is_json:
            if self._printed:
                raise AssertionError("a run has one document")
            self._say(dump(shown))
            self._printed = True
        return shown

    def long_document(self, head: Document, name: str, items: Iterable[Document]) -> None:
        """As `document`, with a list under `name` that is too long to be held."""
        from lago_gitops.render.base.json import dump_long

        if not self.is_json:
            return
        for part in dump_long(self.redaction.document(head), name, map(self.redaction.document, items)):
            self._say(part)
        self._printed = True

    def note(self, text: str) -> None:
        """What only people care for; not with --quiet."""
        if not self.quiet:
            self.error(text)

    def error(self, text: str) -> None:
        """What somebody has to know, whatever they asked for."""
        self._say(self.redaction(text), err=True)

    def _say(self, text: str, *, err: bool = False) -> None:
        with self.progress.hidden():
            click.echo(text, err=err, color=self.color)

    @property
    def is_empty(self) -> bool:
        """Whether programs wait for a document still."""
        return self.is_json and not self._printed


def format_of(args: Sequence[str]) -> str:
    """What `--format` says in arguments that may be wrong in other ways."""
    words = [word for arg in args for word in (arg.split("=", 1) if arg.startswith("--format=") else (arg,))]
    named = [value for option, value in pairwise(words) if option == "--format"]
    return named[-1] if named and named[-1] in PROGRAMS else "text"
