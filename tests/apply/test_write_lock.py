from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

from lago_gitops.apply.write_lock import WriteLock

WAIT_S = 120


def test_many_write_together() -> None:
    write_lock, met = WriteLock(), Barrier(3)

    def write() -> None:
        with write_lock.shared():
            met.wait(WAIT_S)

    with ThreadPoolExecutor(3) as pool:
        for each in [pool.submit(write) for _ in range(3)]:
            each.result()


def test_who_writes_alone_waits_for_those_under_way_and_the_others_wait_for_it() -> None:
    write_lock, began = WriteLock(), Event()
    seen: list[str] = []

    def alone() -> None:
        began.set()
        with write_lock.exclusive():
            seen.append("alone")

    def together() -> None:
        with write_lock.shared():
            seen.append("later")

    with ThreadPoolExecutor(2) as pool:
        with write_lock.shared():
            waiting = pool.submit(alone)
            assert began.wait(WAIT_S)
            seen.append("first")
        waiting.result()
        with write_lock.exclusive():
            later = pool.submit(together)
            seen.append("alone again")
        later.result()

    assert seen == ["first", "alone", "alone again", "later"]
