"""Texts in columns, two spaces apart."""

from collections.abc import Iterator, Sequence

Row = Sequence[str]


def table(rows: Sequence[Row]) -> Iterator[str]:
    """A table: first column left-aligned, figures right-aligned; columns empty below their title are left out."""
    used = [at for at in range(len(rows[0])) if at == 0 or any(row[at] for row in rows[1:])]
    yield from aligned([[row[at] for at in used] for row in rows], right_from=1)


def aligned(rows: Sequence[Row], right_from: int | None = None) -> Iterator[str]:
    """One line per row; columns from `right_from` on (counted from 0) are right-aligned."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    left = len(widths) if right_from is None else right_from
    line = "  ".join(f"{{:{'<' if at < left else '>'}{width}}}" for at, width in enumerate(widths))
    return (line.format(*row).rstrip() for row in rows)
