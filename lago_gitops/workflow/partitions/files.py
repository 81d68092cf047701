"""Partitions on disk: Parquet or CSV, each written completely or not at all."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from lago_gitops.bills.partitions.rows import COLUMNS, NUMBERS, FeeRow, Flat, RowError, read
from lago_gitops.disk import write_whole

SUFFIXES: Final = (".parquet", ".csv")
PARQUET: Final = "Parquet needs pyarrow: pip install 'lago-gitops[parquet]', or use --file-format csv"


class PartitionError(Exception):
    """A partition can't be read or written; the text names the file."""


def write_partition(path: Path, rows: Sequence[Flat]) -> None:
    """Raises PartitionError, NotWrittenError."""
    if path.suffix == ".parquet":
        _write_parquet(path, rows)
        return
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_whole(path, text.getvalue())


def partitions_in(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The given files, and those below the given folders, ordered by name. Raises PartitionError."""
    partitions: dict[Path, None] = {}
    for path in paths:
        below = sorted(one for one in path.rglob("*") if one.suffix in SUFFIXES) if path.is_dir() else [path]
        if not below or not all(one.suffix in SUFFIXES and one.is_file() for one in below):
            raise PartitionError(f"{path}: there are no partitions: their names end in .parquet or .csv")
        partitions |= dict.fromkeys(below)
    return tuple(partitions)


def rows_of(path: Path) -> Iterator[FeeRow]:
    """One at a time. Raises PartitionError with the number of a row that is none."""
    for at, row in enumerate(_parquet_rows(path) if path.suffix == ".parquet" else _csv_rows(path), 1):
        try:
            yield read(row)
        except RowError as error:
            raise PartitionError(f"{path}: row {at}: {error}") from None


def _csv_rows(path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise PartitionError(f"{path}: it can't be read: {error}") from None


def _parquet_rows(path: Path) -> Iterator[Mapping[str, Any]]:
    pyarrow, parquet = _parquet(path)
    try:
        for batch in parquet.ParquetFile(path).iter_batches():
            yield from batch.to_pylist()
    except (OSError, pyarrow.ArrowException) as error:
        raise PartitionError(f"{path}: it can't be read: {error}") from None


def _write_parquet(path: Path, rows: Sequence[Flat]) -> None:
    pyarrow, parquet = _parquet(path)
    types = [(name, pyarrow.int64() if name in NUMBERS else pyarrow.string()) for name in COLUMNS]
    columns = {name: [row[name] for row in rows] for name in COLUMNS}
    content = pyarrow.BufferOutputStream()
    parquet.write_table(pyarrow.table(columns, schema=pyarrow.schema(types)), content)
    write_whole(path, content.getvalue().to_pybytes())


def _parquet(path: Path) -> tuple[Any, Any]:
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        raise PartitionError(f"{path}: {PARQUET}") from None
