"""The journal of a run: JSON lines, each written before the step that it announces."""

import errno
import json
import os
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Any

from lago_gitops.apply.stop import Stop
from lago_gitops.core.execution.outcome import Outcome
from lago_gitops.core.execution.schedule import Task
from lago_gitops.lago.http.events import Announced, Began, Event

Line = Mapping[str, Any]
Encode = Callable[[Line], str]
"""Writes a line as JSON, without secrets."""
NO_DISK = frozenset({errno.EINVAL, errno.ENOTSUP})
"""The error numbers for pipes and file systems that can't be synced."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Journal:
    """Records what a run plans, does and achieves. `begin` opens the file; nothing is written before.

    Every line has the time `at` and an `event`: `run`, `planned` (one per task), `task` (started), `request` (to be
    sent), `answer` (or its error), `fault`, `outcome`, `end`. The lines of a task have its number. There are no
    bodies, queries or headers in it, and no secrets in URLs.

    Before a request is sent, its line is safe from a crash of the process. The planned tasks are safe from a power
    failure before the first write, and each outcome before it is reported. Syncing the disk before each request would
    take as long as the request.

    Lines are appended whole, without a lock: a thread that holds one while it writes may wait long for Python's own
    lock, and all others for it. If the journal can't be written, the run is stopped. Thread-safe.
    """

    def __init__(self, stop: Stop, now: Callable[[], datetime] = _utc_now) -> None:
        self._stop, self._now = stop, now
        self._encode: Encode = json.dumps
        self._file: FileIO | None = None
        self._answers = deque[str]()  # lines to be written with the next one: writing delays requests
        self._outcomes = deque[str]()  # lines to be written by who syncs the disk, and nobody else
        self._lock = threading.Lock()
        self._here = threading.local()  # the task of each thread
        self._begun: dict[int, Line] = {}  # tasks that haven't sent a request yet
        self._statuses: Counter[str] = Counter()
        self.is_lost = False  # it could be begun, but not be written to its end

    def begin(self, path: Path, about: Line, encode: Encode) -> None:
        """Open the file for appending, readable only by its owner.

        Raises OSError.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        size = os.fstat(descriptor).st_size
        self._encode = encode
        file = FileIO(descriptor, "a")
        try:
            _put(file, self._text({"event": "run", **about}))
        except OSError:
            _leave(file)
            _cut(path, size)
            raise
        _settle_folder(path.parent)
        self._file = file

    def close(self) -> None:
        self._append_waiting()
        with self._lock:
            if self._file is not None:
                self._file.close()
            self._file = None

    def observe(self, event: Event) -> None:
        """An observer of the client."""
        if isinstance(event, Announced):
            return
        task: int | None = getattr(self._here, "task", None)
        about = {
            "task": task,
            "method": event.call.method,
            "path": event.call.path,
            "attempt": event.attempt,
        }
        if isinstance(event, Began):
            self._write(*self._beginning(task), {"event": "request", **about})
            return
        came = {"status": event.status, "ms": round(event.elapsed_s * 1000), "problem": event.problem}
        self._note(self._answers, {"event": "answer", **about, **came, "request_id": event.request_id})

    def planned(self, tasks: Sequence[Task]) -> None:
        self._write(*({"event": "planned", "task": number, **_about(task)} for number, task in enumerate(tasks)))

    def began(self, index: int) -> None:
        """Written together with the task's first request."""
        self._here.task = index
        self._begun[index] = {"event": "task", "task": index}

    def fault(self, index: int, trace: str) -> None:
        self._write({"event": "fault", "task": index, "trace": trace})

    def ended(self, index: int | None, outcome: Outcome) -> None:
        with self._lock:
            self._statuses[outcome.status] += 1
        words = {"status": outcome.status.value, "message": outcome.message}
        line = {"event": "outcome", "task": index, **_about(outcome.task), **words}
        self._note(self._outcomes, *self._beginning(index), line)

    def settle(self) -> None:
        self._append_waiting()
        file = self._file
        if file is None:
            return
        try:
            os.fsync(file.fileno())
        except ValueError:
            return  # it was closed, which has been reported
        except OSError as error:
            if error.errno not in NO_DISK:
                self._lose(file, error)

    def finished(self, reason: str) -> None:
        self._note(self._outcomes, {"event": "end", "stopped": reason, "summary": dict(self._statuses)})
        self.settle()

    def _beginning(self, task: int | None) -> tuple[Line, ...]:
        """The line for the start of a task, only once."""
        begun = None if task is None else self._begun.pop(task, None)
        return () if begun is None else (begun,)

    def _note(self, notes: deque[str], *lines: Line) -> None:
        if self._file is not None:
            notes.append(self._text(*lines))

    def _write(self, *lines: Line) -> None:
        if self._file is not None:
            self._append(*_taken(self._answers), self._text(*lines))

    def _append_waiting(self) -> None:
        self._append(*_taken(self._answers), *_taken(self._outcomes))

    def _append(self, *texts: str) -> None:
        """At once, so that lines of others don't come between."""
        file = self._file
        if file is None:
            return
        try:
            _put(file, "".join(texts))
        except ValueError:
            return  # it was closed, which has been reported
        except OSError as error:
            self._lose(file, error)

    def _lose(self, file: FileIO, error: OSError) -> None:
        with self._lock:
            self._file, self.is_lost = None, True
            _leave(file)
        self._stop.ask(f"the journal can't be written: {error.strerror}")

    def _text(self, *lines: Line) -> str:
        at = self._now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return "".join([f"{self._encode({'at': at, **line})}\n" for line in lines])


def _taken(notes: deque[str]) -> Iterator[str]:
    with suppress(IndexError):  # another thread may take the last one
        while True:
            yield notes.popleft()


def _put(file: FileIO, text: str) -> None:
    left = text.encode()
    while left:
        left = left[file.write(left) :]


def _settle_folder(folder: Path) -> None:
    """Sync the folder's entry for the file; not every system can open folders."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _leave(file: FileIO) -> None:
    with suppress(OSError):
        file.close()


def _cut(path: Path, size: int) -> None:
    """Remove a partly written line; removes the file if no line is left."""
    with suppress(OSError):
        os.truncate(path, size)
        if not size:
            path.unlink()


def _about(task: Task) -> Line:
    change = task.change
    return {"address": str(change.address), "action": type(change).__name__.lower(), "part": task.part.value}
