"""make bench: one line a target, and at the end how many of them are met. Writes results.json and the page's table.

`python -m tests.benchmarks [--rounds N] [--most RESOURCES] [--keep] [ITEM …]`; `--keep` leaves the files as they are.
Numbers are of processor time, in the median of runs that were taken in turns. Exits with 1 when a target is missed.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.benchmarks import report
from tests.benchmarks.bench import Bench, Target
from tests.benchmarks.items import ITEMS


def main(args: Sequence[str]) -> int:
    given = _parser().parse_args(args)
    found: dict[str, list[Target]] = {}
    with ExitStack() as kept:
        folder = Path(kept.enter_context(tempfile.TemporaryDirectory()))
        bench = Bench(folder, kept, given.rounds, given.most)
        for name in given.items or ITEMS:
            found[name] = []
            for target in ITEMS[name](bench):
                sys.stdout.write(report.line(target) + "\n")
                sys.stdout.flush()
                found[name].append(target)
    if not given.keep:
        _write(found)
    judged = [target.is_met for each in found.values() for target in each if target.is_met is not None]
    sys.stdout.write(f"{sum(judged)} of {len(judged)} targets\n")
    return 0 if all(judged) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("items", nargs="*", metavar="ITEM", help=", ".join(ITEMS))
    parser.add_argument("--rounds", type=int, default=3, help="runs of each command")
    parser.add_argument("--most", type=int, default=50_000, help="leave larger projects out")
    parser.add_argument("--keep", action="store_true", help="leave results.json and the page as they are")
    return parser


def _write(found: dict[str, list[Target]]) -> None:
    before = json.loads(report.RESULTS.read_text(encoding="utf-8")) if report.RESULTS.exists() else {}
    after = report.results(found, before)
    report.RESULTS.write_text(report.dump(after), encoding="utf-8")
    page = report.PAGE.read_text(encoding="utf-8")
    report.PAGE.write_text(report.with_table(page, report.targets(after)), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
