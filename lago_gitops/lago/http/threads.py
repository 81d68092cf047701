"""Threads for requests that don't delay the end of the program if they hang."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager


@contextmanager
def threads(number: int, name: str) -> Iterator[ThreadPoolExecutor]:
    """Like ThreadPoolExecutor, but an error cancels calls not yet started, and an interrupt doesn't wait."""
    pool = ThreadPoolExecutor(number, thread_name_prefix=name)
    try:
        yield pool
    except Exception:
        pool.shutdown(cancel_futures=True)
        raise
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()
