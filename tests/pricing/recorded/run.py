"""Compare the engine with invoices and fees that a Lago server made.

    python -m tests.pricing.recorded [CASES [SETUP]]

CASES is a file of recorded cases: invoices, fees of events paid in advance, or whole timelines of subscriptions with a
licence. SETUP is the price list they use, by default the one beside CASES or else the repository's; a file of fees in
advance carries its own in its first line. Without CASES all recordings of the repository are run. Exits 1 when
something differs.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from tests.pricing.recorded.cases import advance_verdicts, invoice_verdict
from tests.pricing.recorded.comparison import Verdict, tried
from tests.pricing.recorded.setup import PRICES, RECORDINGS, Setup, read_json, read_lines, setup_of
from tests.pricing.recorded.timelines import timeline_verdict

FILES = (
    PRICES / "cases.jsonl",
    PRICES / "more.jsonl",
    PRICES / "advance.jsonl",
    RECORDINGS / "premium" / "cases.jsonl",
)
SHOWN = 20  # differences printed


def verdicts(cases: Path, setup: Path | None = None) -> Iterator[Verdict]:
    """One verdict a case, in the order of the file. A field that is null is one that is left out."""
    lines = [_without_nulls(line) for line in read_lines(cases)]
    if all(_is_of_events(line) for line in lines[1:] or lines):
        own_header = "metrics" in lines[0]
        header = lines[0] if own_header else read_lines(setup or PRICES / "advance.jsonl")[0]
        yield from advance_verdicts(setup_of(header), lines[1:] if own_header else lines)
        return
    prices = setup_of(read_json(setup or _setup_file(cases, lines)))
    for at, case in enumerate(lines, start=1):
        named = {"id": f"line {at}", **case}
        yield tried(named["id"], partial(_verdict, named, prices))


def _verdict(case: Mapping[str, Any], prices: Setup) -> Verdict:
    """Of a timeline of subscriptions, or of the invoices of one."""
    return (timeline_verdict if _is_timeline(case) else invoice_verdict)(case, prices)


def _is_timeline(case: Mapping[str, Any]) -> bool:
    return not {"subscriptions", "actions"}.isdisjoint(case)


def _is_of_events(case: Mapping[str, Any]) -> bool:
    return "fees_by_event" in case and not _is_timeline(case)


def _without_nulls(case: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in case.items() if value is not None}


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
