"""Impact for a terminal."""

from collections.abc import Iterator

from lago_gitops.core.model.plurals import counted
from lago_gitops.render.base.columns import table
from lago_gitops.render.base.values import printable
from lago_gitops.render.impact.words import Document, Table, sections

ROWS_SHOWN = 20  # of a table
NOTES_SHOWN = 20


def impact_text(impact: Document) -> str:
    """A plan's impact, each figure with its assumption; empty if there is nothing to say."""
    return "\n".join(_lines(impact))


def _lines(impact: Document) -> Iterator[str]:
    for one in sections(impact):
        yield f"Impact on {one.title.lower()}: {printable(one.heading)}"
        yield from _table([*one.table[:1], *one.rows(ROWS_SHOWN)])
        if more := one.more(ROWS_SHOWN):
            yield f"  and {more:,} more, see the saved plan or a report"
        yield from (f"  {printable(note)}" for note in one.notes[:NOTES_SHOWN])
        if len(one.notes) > NOTES_SHOWN:
            yield f"  and {counted(len(one.notes) - NOTES_SHOWN, 'more note')}, see a report"


def _table(rows: Table) -> Iterator[str]:
    if rows:
        yield from (f"  {line}" for line in table([[printable(cell) for cell in row] for row in rows]))
