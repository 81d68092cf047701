"""Compare the engine with invoices and fees that a Lago server made.

    python -m tests.pricing.recorded [CASES [SETUP]]

CASES is a file of recorded cases: invoices, fees of events paid in advance, or whole timelines of subscriptions with a
licence. SETUP is the price list they use, by default the one beside CASES or else the repository's; a file of fees in
advance carries its own in its first line. Without CASES all recordings of the repository are run. Exits 1 when
something differs.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.pricing.recorded.cases import advance_verdicts, invoice_verdict
from tests.pricing.recorded.comparison import Verdict
from tests.pricing.recorded.setup import PRICES, RECORDINGS, read_json, read_lines, setup_of
from tests.pricing.recorded.timelines import timeline_verdict

FILES = (
    PRICES / "cases.jsonl",
    PRICES / "more.jsonl",
    PRICES / "advance.jsonl",
    RECORDINGS / "premium" / "cases.jsonl",
)
SHOWN = 20  # differences printed


def verdicts(cases: Path, setup: Path | None = None) -> Iterator[Verdict]:
    """One verdict a case, in the order of the file."""
    lines = read_lines(cases)
    if "subscriptions" in lines[0]:
        prices = setup_of(read_json(setup or _setup_file(cases, lines)))
        yield from (timeline_verdict(case, prices) for case in lines)
    elif "fees_by_event" in lines[-1]:
        own_header = "metrics" in lines[0]
        header = lines[0] if own_header else read_lines(setup or PRICES / "advance.jsonl")[0]
        yield from advance_verdicts(setup_of(header), lines[1:] if own_header else lines)
    else:
        prices = setup_of(read_json(setup or _setup_file(cases, lines)))
        yield from (invoice_verdict(case, prices) for case in lines)


def main(arguments: list[str]) -> int:
    files = [Path(arguments[0])] if arguments else [file for file in FILES if file.exists()]
    setup = Path(arguments[1]) if len(arguments) > 1 else None
    found = [verdict for file in files for verdict in verdicts(file, setup)]
    sys.stdout.writelines(f"{line}\n" for line in _report(found))
    return 1 if any(verdict.differences for verdict in found) else 0


def _report(found: list[Verdict]) -> Iterator[str]:
    groups = dict.fromkeys(verdict.group for verdict in found)
    for group in groups:
        yield _total(group, [verdict for verdict in found if verdict.group == group])
    yield _total("all", found)
    differences = [str(difference) for verdict in found for difference in verdict.differences]
    yield from differences[:SHOWN]
    if len(differences) > SHOWN:
        yield f"… and {len(differences) - SHOWN} more"


def _total(name: str, found: list[Verdict]) -> str:
    counts = Counter(cases=len(found), agreed=sum(not verdict.differences for verdict in found))
    invoices, fees = sum(verdict.invoices for verdict in found), sum(verdict.fees for verdict in found)
    return f"{name:12} {counts['agreed']:4} / {counts['cases']:4} cases, {invoices:4} invoices, {fees:5} fees"


def _setup_file(cases: Path, lines: list[dict[str, Any]]) -> Path:
    several = any("bill_at" in line for line in lines)
    own, beside = cases.with_name(f"{cases.stem}_setup.json"), cases.with_name("setup.json")
    ours = PRICES / ("more_setup.json" if several else "setup.json")
    return next(file for file in (own, beside, ours) if file.exists() or file == ours)
