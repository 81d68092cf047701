"""Hold the table of timings against a recording.

    python -m tests.timing [CASES]

CASES is a file of recorded experiments, by default the repository's. Prints what differs, then how many lines agree;
exits 1 when something differs.
"""

import sys
from pathlib import Path

from tests.timing.experiments import RECORDED
from tests.timing.recorded import verdicts


def main(arguments: list[str]) -> int:
    found = list(verdicts(Path(arguments[0]) if arguments else RECORDED))
    wrong = [one for one in found if one.differences]
    for one in wrong:
        sys.stdout.writelines(f"{one.id} ({one.server}): {said}\n" for said in one.differences)
    sys.stdout.write(f"{len(found) - len(wrong)} of {len(found)}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
