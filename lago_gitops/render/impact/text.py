"""Impact for a terminal."""

from collections.abc import Iterator

from lago_gitops.render.base.columns import table
from lago_gitops.render.base.values import printable
from lago_gitops.render.impact.words import Document, Table, fee_heading, fee_notes, fee_table


def impact_text(impact: Document) -> str:
    """What a plan is worth, each figure with what it takes for granted; empty where there is nothing to say."""
    return "\n".join(_lines(impact))


def _lines(impact: Document) -> Iterator[str]:
    if impact["fees"]["plans"]:
        yield f"Impact on fees: {printable(fee_heading(impact['fees']))}"
        yield from _table(fee_table(impact["fees"]))
        yield from (f"  {printable(note)}" for note in fee_notes(impact["fees"]))


def _table(rows: Table) -> Iterator[str]:
    yield from (f"  {line}" for line in table([[printable(cell) for cell in row] for row in rows]))
