"""An organization of so many resources on a port of this machine: `python -m tests.benchmarks.server RESOURCES`."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import urlopen


@contextmanager
def serving(resources: int) -> Iterator[str]:
    """The base URL of an organization in a process of its own, whose time is nobody else's."""
    args = [sys.executable, "-m", "tests.benchmarks.server", str(resources)]
    with subprocess.Popen(args, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def requests(url: str) -> int:
    """How many it has answered."""
    with urlopen(f"{url}/requests") as answer:
        return int(answer.read())


if __name__ == "__main__":  # whoever starts it imports nothing: a process is counted with what it was forked from
    from lago_gitops.sandbox.serving.server import serve_forever
    from tests.benchmarks.organization import Organization
    from tests.benchmarks.trees import CHANGEABLE

    for url in serve_forever(Organization(int(sys.argv[1]), CHANGEABLE)):
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
