"""SIGINT and SIGTERM while a plan is carried out."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click

from lago_gitops.apply import Stop

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def draining(stop: Stop) -> Iterator[None]:
    """The first signal asks for a stop, so that what is under way ends and everything is reported; the second acts as
    it always does."""

    def drain(number: int, _: FrameType | None) -> None:
        for each, handler in before.items():
            signal.signal(each, handler)
        stop.ask(signal.Signals(number).name)
        click.echo(
            "lago-gitops: stopping once the requests in flight are done; press Ctrl-C again to quit now", err=True
        )

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
