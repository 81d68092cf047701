"""One write and its fate: none is repeated before the object was read again."""

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
LATE_S = 1.0  # what is not yet carried out may still be under way: Lago doesn't stop when nobody waits for its answer


class Fate(Enum):
    """What an object shows of a write whose answer got lost."""

    CARRIED_OUT = "it is as the write would leave it"
    NOT_CARRIED_OUT = "it is as it was before"
    UNCLEAR = "it is neither as before nor as planned"


class UnsettledError(Exception):
    """Something was written, or may have been, and not all of it. `halts`: so would all that follows."""

    def __init__(self, words: str, *, halts: bool = False) -> None:
        super().__init__(words)
        self.halts = halts


def written(request: Request, fate: Callable[[], Fate], remote: Remote) -> JsonObject | None:
    """Lago's answer; None where it got lost, and what was read afterwards shows that the write was carried out.

    It is sent again only where the object is as it was before, and then by itself: of two writes that wait for each
    other Lago's database ends one, and Lago answers 500. Raises LagoError where nothing was written, else
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
    """Raises UnsettledError for what goes wrong with Lago inside: something was written, or may have been."""
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
