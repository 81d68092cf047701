"""When to retry a request, and after how long."""

import threading

from lago_gitops.lago.errors import BadAnswer, LagoError, LostAnswer, RateLimited, ServerFailed, Unreachable

TRIES = 5
FIRST_DELAY_S = 0.5
LONGEST_DELAY_S = 20.0
NOT_IMPLEMENTED = 501  # the only permanent 5xx
LONGEST_WAIT_S = 60.0  # if a server asks for more, give up instead
RETRIES_PER_RUN = 200


def may_repeat(error: LagoError) -> bool:
    """Whether a retry is safe and could succeed."""
    match error:
        case RateLimited(wait_s=wait_s):  # never carried out, so writes can be retried, too
            return wait_s is None or wait_s <= LONGEST_WAIT_S
        case Unreachable():  # only reads: for a write, it is a LostAnswer
            return True
        case LostAnswer(sent=sent):
            return not sent
        case ServerFailed(status=status):  # only reads: for a write, it is a LostAnswer
            return status != NOT_IMPLEMENTED
        case BadAnswer(status=status):  # None: it was cut off
            return status is None or status >= 500
        case _:
            return False


def backoff_s(attempt: int, jitter: float) -> float:
    """Seconds to wait after failed attempt number `attempt`, counted from 1; `jitter` is from 0 to 1."""
    return jitter * min(LONGEST_DELAY_S, FIRST_DELAY_S * 2.0 ** (attempt - 1))


class RetryBudget:
    """The remaining retries of a whole run, so an outage ends it soon. Thread-safe."""

    def __init__(self, repeats: int = RETRIES_PER_RUN) -> None:
        self._left = repeats
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Use one retry; False if none is left."""
        with self._lock:
            if self._left <= 0:
                return False
            self._left -= 1
            return True
