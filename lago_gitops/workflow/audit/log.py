"""The progress and results of an audit: JSON lines in a file, one per page of fees, so that a run can be resumed."""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from lago_gitops.bills.audit.summary import Entry
from lago_gitops.disk import NotWrittenError
from lago_gitops.render.plan.document import Document
from lago_gitops.workflow.audit.pages import Cursor

Line = dict[str, Any]


class Log:
    """The file of one audit: its parameters in the first line, then one line per page of fees."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(self, about: Line) -> None:
        """Start a new file that only its owner can read. Raises NotWrittenError."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._opened(os.O_TRUNC) as file:
                _put(file, about)
        except OSError as error:
            raise self._not_written(error) from error

    def add(self, cursor: Cursor, entries: Iterable[Entry]) -> None:
        """Raises NotWrittenError."""
        try:
            with self._opened(os.O_APPEND) as file:
                _put(file, {"cursor": asdict(cursor), "entries": list(entries)})
        except OSError as error:
            raise self._not_written(error) from error

    def resume(self, about: Line) -> bool:
        """Whether there is an unfinished audit with the same parameters; an incomplete last line is removed."""
        if next(self._lines(), None) != about:
            return False
        whole = self.path.read_bytes().rpartition(b"\n")[0] + b"\n"
        os.truncate(self.path, len(whole))
        return True

    def pages(self) -> Iterator[tuple[Cursor, list[Entry]]]:
        """The pages already done."""
        for line in self._lines():
            if "cursor" in line:
                cursor = line["cursor"]
                yield Cursor(cursor["page"], tuple(cursor["last"]), cursor["total"]), line["entries"]

    def differences(self) -> Iterator[Document]:
        for _, entries in self.pages():
            yield from (entry[1] for entry in entries if entry[0] == "differs")

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)

    def _lines(self) -> Iterator[Line]:
        if not self.path.exists():
            return
        with self.path.open(encoding="utf-8") as file:
            for text in file:
                if not text.endswith("\n"):
                    return  # the run ended while it was written
                yield json.loads(text)

    def _opened(self, mode: int) -> TextIO:
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | mode, 0o600)
        return os.fdopen(descriptor, "a" if mode == os.O_APPEND else "w", encoding="utf-8")

    def _not_written(self, error: OSError) -> NotWrittenError:
        return NotWrittenError(f"{self.path} can't be written: {error.strerror or error}")


def _put(file: TextIO, line: Line) -> None:
    file.write(json.dumps(line, separators=(",", ":")) + "\n")
    file.flush()
