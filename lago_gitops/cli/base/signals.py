"""SIGINT and SIGTERM while a plan is carried out."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lago_gitops.apply import Stop

from lago_gitops.cli.base.exits import Exit

SIGNALS = (signal.SIGINT, signal.SIGTERM)
PATIENCE_S = 1.5


def leave_soon() -> None:
    """Let ^C end this process within PATIENCE_S, whatever it waits for: a server that hangs, a name to be found.

    Until then it unwinds as it always does.
    """

    def interrupt(number: int, frame: FrameType | None) -> None:
        watch = threading.Timer(PATIENCE_S, os._exit, (Exit.INTERRUPTED,))
        watch.daemon = True
        watch.start()
        signal.default_int_handler(number, frame)

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else somebody wants it ignored
        signal.signal(signal.SIGINT, interrupt)


@contextmanager
def draining(stop: "Stop", hurry: Callable[[], None], say: Callable[[str], None]) -> Iterator[None]:
    """The first signal asks for a stop and for a `hurry`, so that what is under way ends and everything is reported;
    the second acts as it always does."""

    def drain(number: int, _: FrameType | None) -> None:
        for each, handler in before.items():
            signal.signal(each, handler)
        stop.ask(signal.Signals(number).name)
        hurry()
        say("lago-gitops: stopping once the requests in flight are done; press Ctrl-C again to quit now")

    before = {each: signal.getsignal(each) for each in SIGNALS}
    for each in SIGNALS:
        signal.signal(each, drain)
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def is_signal(reason: str) -> bool:
    """Whether a stop was asked for by a signal."""
    return reason in {each.name for each in SIGNALS}
