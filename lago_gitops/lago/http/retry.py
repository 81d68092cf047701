"""When to send a request again, and after how long."""

import threading

from lago_gitops.lago.errors import BadAnswer, LagoError, LostAnswer, RateLimited, ServerFailed, Unreachable

TRIES = 5
FIRST_DELAY_S = 0.5
LONGEST_DELAY_S = 20.0
NOT_IMPLEMENTED = 501  # the one 5xx that stays
LONGEST_WAIT_S = 60.0  # a server that asks for more is left alone instead
RETRIES_PER_RUN = 200


def may_repeat(error: LagoError) -> bool:
    """Whether the same request can be sent again without harm and with hope."""
    match error:
        case RateLimited(wait_s=wait_s):  # never carried out, so writes too
            return wait_s is None or wait_s <= LONGEST_WAIT_S
        case Unreachable():  # reads only: a write's is a LostAnswer
            return True
        case LostAnswer(sent=sent):
            return not sent
        case ServerFailed(status=status):  # to a read; a write's is a LostAnswer
            return status != NOT_IMPLEMENTED
        case BadAnswer(status=status):  # None: it broke off
            return status is None or status >= 500
        case _:
            return False


def backoff_s(attempt: int, jitter: float) -> float:
    """Seconds to wait after failed attempt number `attempt`, counted from 1; `jitter` is a share from 0 to 1."""
    return jitter * min(LONGEST_DELAY_S, FIRST_DELAY_S * 2.0 ** (attempt - 1))


class RetryBudget:
    """How many repeats a whole run may still make, so that an outage ends it soon. Safe between threads."""

    def __init__(self, repeats: int = RETRIES_PER_RUN) -> None:
        self._left = repeats
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Spend one repeat; False when none is left."""
        with self._lock:
            if self._left <= 0:
                return False
            self._left -= 1
            return True
