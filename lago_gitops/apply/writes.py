"""Sends one write and determines its fate: it is never retried before the object is read again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum

from lago_gitops.apply.first_write import is_for_all
from lago_gitops.apply.remote import Remote
from lago_gitops.core.execution.requests import Request
from lago_gitops.lago.errors import (
    LagoError,
    LostAnswer,
)
from lago_gitops.lago.http.payload import JsonObject

TRIES = 2
LATE_S = 1.0  # Lago finishes a request even if the client has disconnected


class Fate(Enum):
    """What an object's state reveals about a write whose answer was lost."""

    CARRIED_OUT = "it is as the write would leave it"
    NOT_CARRIED_OUT = "it is as it was before"
    UNCLEAR = "it is neither as before nor as planned"


class UnsettledError(Exception):
    """A write was partly carried out, or may have been. `halts`: every later write would fail in the same way."""

    def __init__(self, words: str, *, halts: bool = False) -> None:
        super().__init__(words)
        self.halts = halts


def written(request: Request, fate: Callable[[], Fate], remote: Remote) -> JsonObject | None:
    """Lago's answer; None if it was lost and the object shows that the write was carried out.

    It is retried only if the object is unchanged, and then alone: PostgreSQL aborts one of two deadlocked
    writes, and Lago answers 500. Raises LagoError if nothing was written, otherwise
    UnsettledError.
    """
    lost: LagoError | None = None
    for _ in range(TRIES):
        try:
            return remote.send(request) if lost is None else remote.send_again(request)
        except LagoError as error:
            if lost is None and not _may_be_written(error):
                raise
            lost = error
        with unsettled(f"{lost}; and it can't be read back"):
            outcome = _fate(fate, remote)
        if outcome is Fate.CARRIED_OUT:
            return None
        if outcome is Fate.UNCLEAR:
            break
    raise UnsettledError(f"{lost}; {outcome.value}")


@contextmanager
def unsettled(words: str) -> Iterator[None]:
    """Turns errors of Lago inside into UnsettledError: something was written, or may have been."""
    try:
        yield
    except LagoError as error:
        raise UnsettledError(f"{words}: {error}", halts=is_for_all(error)) from error


def _fate(fate: Callable[[], Fate], remote: Remote) -> Fate:
    outcome = fate()
    if outcome is not Fate.NOT_CARRIED_OUT:
        return outcome
    remote.clock.sleep(LATE_S)
    return fate()


def _may_be_written(error: LagoError) -> bool:
    return isinstance(error, LostAnswer) and error.sent
