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

What Lago does with a change of a price list that has subscribers, as measured on Lago 1.51 (with and without a licence)
and 1.38. Effects, their sentences and their dates follow from this table. `make timing` holds it against the recorded
experiments: the class of each change, and every amount that the rating engine can say.

This page is generated from `lago_gitops/kinds/timing/table.py` by `make docs`.

1. **There is no version of a price.** What is billed in arrears is priced, when its invoice is created, with what the
   plan says then: usage before the change too. That holds for drafts of the period before, which are computed when they
   are finalized.
2. **What was billed in advance stays.** The new price takes the next event or the next period.
3. **What is removed takes its unbilled usage along**, from drafts too. What is added bills the whole running period.
4. **Locked fields answer 200 and do nothing** once a plan, metric or coupon is in use.
5. **Names live.** Names on finalized invoices are those of now; names and rates of taxes are not.
"""
DRAFTS = """
## Which requests mark drafts

After these requests a draft is computed again at the next refresh; all others show when it is finalized. The money
is the same.

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
