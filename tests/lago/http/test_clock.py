import threading
import time

from lago_gitops.lago.http.clock import SystemClock


def test_a_sleeper_can_be_woken() -> None:
    clock = SystemClock()
    sleeper = threading.Thread(target=clock.sleep, args=(60,))
    sleeper.start()
    clock.wake()
    sleeper.join(120)
    assert not sleeper.is_alive()


def test_who_is_stirred_wakes_and_can_sleep_again() -> None:
    clock = SystemClock()
    sleeper = threading.Thread(target=clock.sleep, args=(60,))
    sleeper.start()
    while sleeper.is_alive():  # it may not yet sleep
        clock.stir()
        sleeper.join(0.01)
    again = threading.Thread(target=clock.sleep, args=(60,))
    again.start()
    again.join(0.05)
    assert again.is_alive()

    clock.wake()
    again.join(5)
    clock.stir()
    assert not again.is_alive()


def test_once_woken_nobody_sleeps_again() -> None:
    clock = SystemClock()
    clock.wake()
    began = time.monotonic()
    clock.sleep(60)
    assert time.monotonic() - began < 5


def test_jitter_is_a_share_and_time_goes_on() -> None:
    clock = SystemClock()
    before = clock.now()
    assert all(0 <= clock.jitter() <= 1 for _ in range(100))
    assert clock.now() >= before
