"""What a run is at, on stderr: a line that is kept up to date on a terminal, a line every ten seconds elsewhere."""

import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from time import monotonic
from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:  # this module is imported for `--help`, too
    from lago_gitops.lago.http.events import Event

TICK_S = 0.2
VARIABLE = "LAGO_GITOPS_PROGRESS"
WIDTH = 80  # columns of a terminal that doesn't say


class Screen(Protocol):
    """Where progress is shown. `first_s`: what is over before is not worth a line; `every_s`: from one to the next."""

    first_s: float
    every_s: float

    def show(self, text: str) -> None: ...

    def clear(self) -> None:
        """Make room for other words."""


class Terminal:
    """One line, written over again."""

    first_s, every_s = 0.4, TICK_S

    def __init__(self, out: TextIO) -> None:
        self._out, self._length = out, 0

    def show(self, text: str) -> None:
        fitting = text[: max(self._columns() - 1, 1)]
        self._write("\r" + fitting.ljust(self._length))
        self._length = len(fitting)

    def clear(self) -> None:
        if self._length:
            self._write("\r" + " " * self._length + "\r")
            self._length = 0

    def _columns(self) -> int:
        try:
            return os.get_terminal_size(self._out.fileno()).columns or WIDTH
        except OSError:
            return WIDTH

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()


class Lines:
    """A line each time, for logs."""

    first_s, every_s = 0.8, 10.0

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def show(self, text: str) -> None:
        self._out.write(text + "\n")
        self._out.flush()

    def clear(self) -> None:
        """Lines stay."""


class Progress:
    """Shows nothing without a screen. Thread-safe, also in signal handlers."""

    def __init__(self, screen: Screen | None = None, now: Callable[[], float] = monotonic) -> None:
        self._screen, self._now = screen, now
        self._lock = threading.RLock()
        self._due_s = now() + (screen.first_s if screen else 0.0)
        self.begin("")

    def begin(self, task: str, total: int | None = None) -> None:
        """From now on it is about this, of which there are so many; without a number requests are counted, if any."""
        with self._lock:
            self._task, self._counts_requests = task, total is None
            self._done, self._total, self._announced, self._before = 0, total, 0, 0
            self._began_s = self._now()

    def step(self) -> None:
        """One more is done."""
        with self._lock:
            self._done += 1

    def at(self, task: str, done: int, total: int) -> None:
        """It is about this, so far: of the first time when it is said, how many were done doesn't tell how fast."""
        with self._lock:
            if self._counts_requests:
                self.begin(task, total)
                self._before = done
            self._task, self._done, self._total = task, done, total

    @contextmanager
    def doing(self, task: str, total: int | None = None) -> Iterator[None]:
        """It is about this inside, and about nothing afterwards."""
        self.begin(task, total)
        try:
            yield
        finally:
            self.end()

    def end(self) -> None:
        """Nothing is going on, or somebody is asked."""
        with self._lock:
            self._task = ""
            self._clear()

    def silence(self) -> None:
        """Stop showing anything."""
        self.end()
        self._screen = None

    def observe(self, event: "Event") -> None:
        """Count requests: started, expected and finished ones."""
        if not self._counts_requests:  # asked without the lock: a terminal that is stopped must not stop a write
            return
        from lago_gitops.lago.http.events import Announced, Began

        with self._lock:
            match event:
                case Announced(number):
                    self._expect(number)
                    self._announced += number
                case Began(attempt=1) if self._announced:
                    self._announced -= 1
                case Began(attempt=1):
                    self._expect(1)
                case Began():
                    pass
                case _ if event.attempt == 1:
                    self._done += 1

    def tick(self) -> None:
        """Show the current state, if it is time."""
        with self._lock:
            if self._screen is None or not self._task or self._now() < self._due_s:
                return
            self._due_s = self._now() + self._screen.every_s
            with suppress(OSError, ValueError):  # nobody looks
                self._screen.show(self._text())

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Other words can be said inside."""
        with self._lock:
            self._clear()
            yield

    @contextmanager
    def ticking(self) -> Iterator[None]:
        """Ticks come by themselves inside."""
        if self._screen is None:
            yield
            return
        over = threading.Event()
        threading.Thread(target=self._until, args=(over,), name="progress", daemon=True).start()
        try:
            yield
        finally:
            over.set()
            self.end()

    def _until(self, over: threading.Event) -> None:
        while not over.wait(TICK_S):
            self.tick()

    def _text(self) -> str:
        from lago_gitops.render.run.progress import progress_text

        elapsed_s = self._now() - self._began_s
        return progress_text(self._task, self._done, self._total, elapsed_s, before=self._before)

    def _expect(self, number: int) -> None:
        self._total = (self._total or 0) + number

    def _clear(self) -> None:
        if self._screen is not None:
            with suppress(OSError, ValueError):
                self._screen.clear()


def on_stderr(variables: Mapping[str, str]) -> Progress:
    """As fits where stderr goes; nothing with LAGO_GITOPS_PROGRESS=off."""
    if variables.get(VARIABLE) == "off":
        return Progress()
    return Progress(Terminal(sys.stderr) if sys.stderr.isatty() else Lines(sys.stderr))
