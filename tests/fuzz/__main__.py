"""`python -m tests.fuzz [SECONDS [FIRST]]`: harm of every sort until the time is up; what ends badly is shown."""

import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from itertools import count

from tests.fuzz import answers, manifests, plan_files
from tests.fuzz.trials import Ran

SORTS = {"answers": answers.trials, "manifests": manifests.trials, "plan files": plan_files.trials}
MOST_SHOWN = 20


def main(seconds: float, first: int) -> int:
    """How many trials ended badly."""
    end, bad = time.monotonic() + seconds, 0
    with ExitStack() as stack:
        sorts: dict[str, Callable[[int], Ran]] = {name: stack.enter_context(open_()) for name, open_ in SORTS.items()}
        for number in count(first):
            for name, trial in sorts.items():
                if time.monotonic() >= end or bad >= MOST_SHOWN:
                    print(f"{number - first} rounds of {', '.join(sorts)}: {bad} ended badly")  # noqa: T201 (the report is the purpose)
                    return bad
                if fault := trial(number).fault:
                    bad += 1
                    print(f"--- {name} {number}\n{fault}", flush=True)  # noqa: T201 (the report is the purpose)
    raise AssertionError("count() ends")


if __name__ == "__main__":
    given = [float(arg) for arg in sys.argv[1:]]
    sys.exit(bool(main(given[0] if given else 60, int(given[1]) if len(given) > 1 else 0)))
