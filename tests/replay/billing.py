"""Recorded prices and timelines through the sandbox's HTTP API.

python -m tests.replay.billing [CASES [SETUP]]
"""

import json
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from tests.pricing.recorded.comparison import Verdict, tried
from tests.pricing.recorded.setup import PRICES, RECORDINGS
from tests.replay import prices
from tests.replay.timelines import timeline_verdict

FILES = (
    *(PRICES / name for name in ("cases.jsonl", "more.jsonl", "advance.jsonl")),
    RECORDINGS / "premium" / "cases.jsonl",
)
SHOWN = 20  # differences printed
_IN_ONE_REQUEST = "the server began the next subscription a part of a second after the end; a sandbox at once"
REASONS = {
    **dict.fromkeys(
        ("fee_4_monthly_10-31", "fee_6_monthly_10-31"),
        "the server billed as of a day that was over, when the trial had ended; a sandbox bills at its own time",
    ),
    **dict.fromkeys(("change_up_s_b", "change_up_s_b_adv"), _IN_ONE_REQUEST),
}


def verdicts(cases: Path, setup: Path) -> Iterator[Verdict]:
    """One verdict a case, in the order of the file."""
    lines = [json.loads(case) for case in cases.read_text(encoding="utf-8").splitlines()]
    if "metrics" in lines[0]:
        return (tried(case["id"], partial(prices.advance_verdict, case, lines)) for case in lines[1:])
    given = json.loads(setup.read_text(encoding="utf-8"))
    return (
        tried(case["id"], partial(timeline_verdict if "subscriptions" in case else prices.verdict, case, given))
        for case in lines
    )


def setup_of(file: Path) -> Path:
    return file.parent / {"more.jsonl": "more_setup.json"}.get(file.name, "setup.json")


def main(arguments: list[str]) -> int:
    files = [Path(arguments[0])] if arguments else list(FILES)
    found: list[Verdict] = []
    for file in files:
        found += verdicts(file, Path(arguments[1]) if len(arguments) > 1 else setup_of(file))
    for difference in [each for one in found for each in one.differences][:SHOWN]:
        why = REASONS.get(difference.case)
        sys.stdout.write(f"{difference}{f'  ({why})' if why else ''}\n")
    sys.stdout.write(_total(found))
    return 1 if any(each.differences for each in found if each.case not in REASONS) else 0


def _total(found: Iterable[Verdict]) -> str:
    every = tuple(found)
    alike = sum(not each.differences for each in every)
    return f"{alike} of {len(every)} cases alike, {sum(each.fees for each in every)} fees\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
