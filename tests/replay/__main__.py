"""How many of the recorded answers the sandbox gives alike, and where the others differ.

    python -m tests.replay STEPS ANSWERS SERVER

SERVER is free, prem or 1.38. The last line printed is "N of M".
"""

import sys
from pathlib import Path

from tests.replay.reasons import REASONS
from tests.replay.run import SERVERS, replayed

SHOWN = 12  # differences of one answer


def main(arguments: list[str]) -> int:
    if len(arguments) != 3 or arguments[2] not in SERVERS:
        sys.stderr.write(f"usage: python -m tests.replay STEPS ANSWERS {'|'.join(SERVERS)}\n")
        return 64
    steps, answers, server = Path(arguments[0]), Path(arguments[1]), arguments[2]
    results = replayed(steps, answers, server)
    for result in results:
        if result.differences:
            why = REASONS.get(result.step)
            print(f"{result.step}: {result.request}{f'  ({why})' if why else ''}")  # noqa: T201 (the report is the purpose)
            for line in result.differences[:SHOWN]:
                print(f"  {line}")  # noqa: T201
            if len(result.differences) > SHOWN:
                print(f"  … and {len(result.differences) - SHOWN} more")  # noqa: T201
    print(f"{sum(not result.differences for result in results)} of {len(results)}")  # noqa: T201
    return 0


sys.exit(main(sys.argv[1:]))
