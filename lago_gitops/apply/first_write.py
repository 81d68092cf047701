"""Sends the first write of a run alone: a key without write permission is detected by one request, not by ten."""

import threading
from collections.abc import Callable

from lago_gitops.apply.stop import Stop
from lago_gitops.lago.errors import (
    NO_LICENCE,
    BadAnswer,
    Forbidden,
    LagoError,
    LostAnswer,
    RateLimited,
    ServerFailed,
    Unauthorized,
    Unreachable,
)
from lago_gitops.lago.http.payload import JsonObject

_DOWN = frozenset({502, 503, 504})


class NotSentError(Exception):
    """The run was stopped before the write was sent."""


class FirstWrite:
    """Holds other writes back until the first is answered. Thread-safe."""

    def __init__(self, stop: Stop) -> None:
        self._stop = stop
        self._lock = threading.Lock()
        self._is_answered = False

    def send(self, write: Callable[[], JsonObject]) -> JsonObject:
        """The answer. Raises LagoError, and NotSentError if the first write showed that all would fail."""
        if self._is_answered:
            return write()
        with self._lock:
            if not self._is_answered:
                return self._alone(write)
        return write()

    def _alone(self, write: Callable[[], JsonObject]) -> JsonObject:
        if self._stop.is_asked:
            raise NotSentError
        try:
            answer = write()
        except LagoError as error:
            if is_for_all(error):
                self._stop.ask(str(error))
            else:
                self._is_answered = True
            raise
        self._is_answered = True
        return answer


def is_for_all(error: LagoError) -> bool:
    """Whether every other request would fail, too: the key is refused, or nothing answers."""
    match error:
        case Unauthorized() | Unreachable() | RateLimited():
            return True
        case Forbidden(code=code):
            return code != NO_LICENCE  # anything else is the key
        case LostAnswer(sent=sent):
            return not sent
        case ServerFailed(status=status) | BadAnswer(status=status):
            return status in _DOWN
        case _:
            return False
