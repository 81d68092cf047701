"""The whole fault matrix: `python -m tests.faults [SCENARIO or COLUMN …]`, all of both where none is named.

A row a fault, a character a request: `.` all is well, `x` something is wrong. Ends with 1 where anything is.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import repeat

from tests.faults import killing, matrix
from tests.faults.scenario import SCENARIOS

KILLS = (killing.BEFORE, killing.AFTER)


def main(chosen: Sequence[str]) -> int:
    names = [name for name in SCENARIOS if name in chosen] or list(SCENARIOS)
    columns = [column for column in (*matrix.COLUMNS, *KILLS) if column in chosen] or [*matrix.COLUMNS, *KILLS]
    problems = 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for name in names:
            _say(f"\nLago {name}: {matrix.requests(name)} requests an apply")
            for column in columns:
                found = list(_row(pool, name, column))
                _say(f"{column:>13} {''.join('x' if wrong else '.' for wrong in found)}")
                for k, wrong in enumerate(found, 1):
                    problems += len(wrong)
                    for words in wrong:
                        _say(f"              request {k}: {words}")
    _say(f"\n{problems} problems" if problems else "\nNothing lost, nothing sent twice, nothing said that is not so.")
    return 1 if problems else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _row(pool: ProcessPoolExecutor, name: str, column: str) -> Iterator[list[str]]:
    module = killing if column in KILLS else matrix
    return pool.map(
        partial(_cell, module is killing), repeat(name), repeat(column), range(1, module.requests(name) + 1)
    )


def _cell(kills: bool, name: str, column: str, k: int) -> list[str]:
    return killing.wrong(name, column, k) if kills else matrix.wrong(name, column, k)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
