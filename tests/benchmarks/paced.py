"""An organization whose answers are late, or so many a second: `python -m tests.benchmarks.paced LATE_S PER_S`."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lago_gitops.sandbox.serving.app import Sandbox


class Paced:
    """A WSGI callable. More than `per_s` requests within a second are answered with 429, as Lago's cloud does; 0 is no
    limit."""

    def __init__(self, sandbox: "Sandbox", late_s: float, per_s: int) -> None:
        self._sandbox, self._late_s, self._per_s = sandbox, late_s, per_s
        self._lock = threading.Lock()
        self._second, self._number = 0, 0

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        time.sleep(self._late_s)
        if not self._per_s:
            return self._sandbox(environ, start_response)
        limit = ("X-RateLimit-Limit", str(self._per_s))
        if not self._is_let_in():
            start_response("429 Too Many Requests", [limit, ("X-RateLimit-Reset", "1"), ("Content-Length", "0")])
            return []

        def started(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*headers, limit], *rest)

        return self._sandbox(environ, started)

    def _is_let_in(self) -> bool:
        with self._lock:
            if self._second != (second := int(time.monotonic())):
                self._second, self._number = second, 0
            self._number += 1
            return self._number <= self._per_s


@contextmanager
def paced(late_s: float = 0.0, per_s: int = 0) -> Iterator[str]:
    """The base URL of one in a process of its own."""
    args = [sys.executable, "-m", "tests.benchmarks.paced", str(late_s), str(per_s)]
    with subprocess.Popen(args, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


if __name__ == "__main__":
    from lago_gitops.sandbox.base.settings import Settings
    from lago_gitops.sandbox.serving.app import Sandbox
    from lago_gitops.sandbox.serving.server import serve_forever

    for url in serve_forever(Paced(Sandbox(Settings()), float(sys.argv[1]), int(sys.argv[2]))):
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
