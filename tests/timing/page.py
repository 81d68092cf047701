"""The table of timings as a page of the documentation: `python -m tests.timing.page` writes it."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from lago_gitops.core.model.effects import Undo
from lago_gitops.core.model.timing import MEANINGS
from lago_gitops.kinds.timing.drafts import MARKING
from lago_gitops.kinds.timing.line import ANY, Line
from lago_gitops.kinds.timing.table import TABLE

PAGE = Path(__file__).parents[2] / "docs" / "timing.md"
TITLES = {
    "plan": "Plans",
    "charge": "Charges of a plan",
    "fixed_charge": "Fixed charges of a plan",
    "billable_metric": "Metrics",
    "tax": "Taxes",
    "coupon": "Coupons",
    "add_on": "Add-ons",
    "feature": "Features",
    "billing_entity": "Billing entities, and the organization",
    "webhook_endpoint": "Webhook endpoints",
    "subscription": "Moves to another plan",
}
UNDONE = {Undo.REVERSIBLE: "yes", Undo.LOSSY: "in part", Undo.IRREVERSIBLE: "no"}
TOP = """\
# When a change reaches an invoice

You change a price list that has subscribers. This page says which invoices the change reaches, as measured on Lago 1.51
(with and without a licence) and 1.38. A plan takes its effects and their dates from this table. `make timing` compares
the table with the recorded experiments: the class of each change, and every amount the rating engine can calculate.

This page is generated from `lago_gitops/kinds/timing/table.py` by `make docs`.

1. **Prices have no versions.** In arrears, Lago uses the prices at the time when it creates the invoice, also for usage
   before the change. A draft of the previous period is priced when it is finalized.
2. **What was billed in advance stays.** The new price applies from the next event or the next period.
3. **Removing something loses its unbilled usage**, also on drafts. Adding something bills the whole current period.
4. **Locked fields don't change.** Once a plan, metric or coupon is in use, Lago answers 200 and ignores the change.
5. **Names change everywhere.** Even finalized invoices show the current names, except names and rates of taxes.

The column *When* narrows a row down; an empty cell means always.
"""
DRAFTS = """
## Which requests mark drafts

After these requests, Lago recalculates a draft at the next refresh. After all others, the change shows when the draft
is finalized. The amounts are the same either way.

"""


def page() -> str:
    """The page as a whole."""
    return "\n".join((TOP, *_classes(), *_tables())) + DRAFTS + "".join(_marking())


def _classes() -> Iterator[str]:
    yield "| Class | Reaches |\n|---|---|"
    yield from (f"| `{timing}` | {meaning} |" for timing, meaning in MEANINGS.items())


def _tables() -> Iterator[str]:
    for of, lines in groupby(TABLE, key=lambda line: line.of):
        yield f"\n## {TITLES[of]}\n\n| Change | When | Class | Can be undone | | Recorded |\n|---|---|---|---|---|---|"
        yield from map(_row, lines)


def _row(line: Line) -> str:
    fields = ", ".join("anything else" if one == ANY else f"`{one}`" if "_" in one else one for one in line.fields)
    drafts = f"; drafts: `{line.drafts}`" if line.drafts else ""
    cells = (
        fields,
        ", ".join(sorted(line.when)),
        f"`{line.timing}`{drafts}",
        UNDONE[line.undo],
        line.note,
        ", ".join(f"`{one}`" for one in line.recorded),
    )
    return f"| {' | '.join(cells)} |"


def _marking() -> Iterator[str]:
    for method, collection, field in MARKING:
        yield f"- `{method} /{collection}/…`{f' with `{field}`' if field else ''}\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
