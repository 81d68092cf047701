"""Sends webhooks in a thread of its own: a receiver may call the sandbox before it answers."""

import queue
import threading
from collections.abc import Callable

END = ""  # a sentinel instead of an id
PATIENCE_S = 20.0  # three attempts without an answer


class Courier:
    """One thread, started by the first delivery; sends deliveries in order, one by one."""

    def __init__(self, send: Callable[[str], None]) -> None:
        self._send = send
        self._waiting: queue.Queue[str] = queue.Queue()
        self._thread: threading.Thread | None = None
        self._ended = threading.Event()

    def take(self, delivery_id: str) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
            self._thread.start()
        self._waiting.put(delivery_id)

    def flush(self) -> None:
        """Wait until all queued deliveries are sent. Doesn't wait in requests that a receiver makes."""
        if self._thread is not None and self._thread is not threading.current_thread():
            self._waiting.join()

    def end(self) -> None:
        """Deliveries still queued aren't sent."""
        self._ended.set()
        if self._thread is not None:
            self._waiting.put(END)
            self._thread.join(PATIENCE_S)

    def _run(self) -> None:
        while (delivery_id := self._waiting.get()) != END:
            try:
                if not self._ended.is_set():
                    self._send(delivery_id)
            finally:
                self._waiting.task_done()
