import threading

import pytest

from lago_gitops.cli.base.exits import Exit, ending


def interrupted_in_a_lock() -> None:
    """As when ^C comes while a thread waits for a condition."""
    lock = threading.RLock()
    with lock:
        lock.release()
        raise KeyboardInterrupt


def test_what_fails_since_it_was_interrupted_is_an_interrupt() -> None:
    with pytest.raises(RuntimeError) as raised:
        interrupted_in_a_lock()
    assert ending(raised.value) == (Exit.INTERRUPTED, "interrupted")


def test_other_failures_are_unexpected() -> None:
    assert ending(RuntimeError("odd")) == (Exit.UNEXPECTED, "odd")
