"""Files and folders → JSON values, with exact numbers and places."""

import codecs
import csv
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

from lago_gitops.core.model.plurals import listed
from lago_gitops.core.model.problem import Mark, Problem
from lago_gitops.core.validation.manifest import Marks, child_slots, mark_of
from lago_gitops.imports.json_text import BLANKS, json_values
from lago_gitops.imports.resources import Document, Note, Placed, Table
from lago_gitops.imports.scripts import bodies, python_bodies
from lago_gitops.manifests.limits import MAX_FILE_BYTES
from lago_gitops.manifests.reading.reader import read_text
from lago_gitops.manifests.sources.files import FileText, text_of

LINES = (".jsonl", ".ndjson")
YAML = (".yaml", ".yml")
TABLES = (".csv", ".tsv")
SEPARATORS = ",;\t"
HCL = (".tf", ".hcl")
JSON = (".json", ".tfstate")
SCRIPTS = (".sh", ".bash", ".http", ".rest")  # may contain bodies of requests
PYTHON = (".py",)
SUFFIXES = (*JSON, *LINES, *YAML, *TABLES, *HCL, *SCRIPTS, *PYTHON)
ROOT_LIST = re.compile(r"(?:[ \t]*(?:#.*)?\n|---[ \t]*\n)*- ")
START = re.compile(r"^---[ \t]*$", re.MULTILINE)
MOST_NAMED = 3  # of the skipped files


def documents(path: Path) -> Iterator[Document | Note]:
    """The values in a file, or in all suitable files below a folder, by name. Hidden ones are skipped.

    A source is the path as given.
    """
    if not path.is_dir():
        yield from _documents(path)
        return
    passed: list[str] = []
    is_empty = True
    for place, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in names if not name.startswith(".")):
            if name.lower().endswith(SUFFIXES):
                is_empty = False
                yield from _documents(Path(place, name))
            else:
                passed.append(Path(place, name).relative_to(path).as_posix())
    if is_empty and not passed:
        yield Note(path.as_posix(), "the folder has no files")
    if passed:
        named = listed(passed, MOST_NAMED)
        yield Note(path.as_posix(), f"not read, since a folder is searched for {', '.join(SUFFIXES)} only: {named}")


def _documents(path: Path) -> Iterator[Document | Note]:
    source, name = path.as_posix(), path.name.lower()
    file = _text(path)
    if not isinstance(file, FileText):
        mark = Mark(source, file.mark.line, file.mark.column)
        yield Note(str(mark), "; ".join(filter(None, (file.message, file.hint))))
    elif name.endswith(HCL):
        yield Note(source, "this is Terraform's HCL: import its state, or the output of `terraform show -json`")
    elif name.endswith(YAML):
        yield from _of_yaml(source, file.text.removeprefix("\ufeff"))
    elif name.endswith(TABLES):
        yield _rows(source, file.text.removeprefix("\ufeff"))
    elif name.endswith(SCRIPTS):
        yield from _with_source(source, bodies(source, file.text))
    elif name.endswith(PYTHON):
        yield from _with_source(source, python_bodies(source, file.text))
    elif name.endswith(LINES):
        yield from _with_source(source, _lines(source, file.text))
    elif name.endswith(JSON) or file.text.strip(BLANKS)[:1] in {*"{[<", ""}:
        yield from _with_source(source, json_values(file.text, Mark(source)))
    else:
        values = tuple(bodies(source, file.text)) or (Note(source, "no JSON object is in this file"),)
        yield from _with_source(source, iter(values))


def _with_source(source: str, values: Iterator[Any]) -> Iterator[Document | Note]:
    return (value if isinstance(value, Note) else (source, value) for value in values)


def _lines(source: str, text: str) -> Iterator[Any]:
    """One value per line; an invalid line doesn't hide others."""
    if not text.strip(BLANKS):
        yield Note(str(Mark(source)), "the file is empty")
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        if line.strip():
            yield from json_values(line, Mark(source, number))


def _of_yaml(source: str, text: str) -> Iterator[Document | Note]:
    """The documents of a file, or its items if it is a list, which a manifest can't be."""
    above = 1 if ROOT_LIST.match(text) else 0  # lines that the file doesn't have
    reading = read_text(source, "items:\n" + START.sub("", text, count=1) if above else text)
    for problem in reading.problems:
        yield Note(str(replace(problem.mark, line=max(problem.mark.line - above, 1))), problem.message)
    for manifest in reading.manifests:
        data = _placed(manifest.data, 0, manifest.marks, above)
        yield from ((source, item) for item in (data["items"] if above else [data]))


def _placed(value: Any, slot: int, marks: Marks, above: int) -> Any:
    """The data of a document with the positions of its objects, moved up by `above` lines."""
    match value:
        case dict():
            inner = child_slots(value, slot, marks.slots)
            mark = mark_of(marks.slots[slot], marks.sources)
            pairs = ((name, _placed(item, place, marks, above)) for name, place, item in inner)
            return Placed(pairs, replace(mark, line=mark.line - above))
        case list():
            return [_placed(item, place, marks, above) for _, place, item in child_slots(value, slot, marks.slots)]
    return value


def _text(path: Path) -> FileText | Problem:
    """Decoded like manifests, or from UTF-16, as `>` writes in PowerShell."""
    file = text_of(path, path.parent)
    if isinstance(file, Problem):
        with suppress(OSError, ValueError):  # the problem says what can't be read or decoded
            if path.is_file() and path.stat().st_size <= MAX_FILE_BYTES:
                raw = path.read_bytes()
                if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                    return FileText(path.name, raw.decode("utf-16"))
    return file


def _rows(source: str, text: str) -> Document | Note:
    """The rows of a table, without empty cells. Columns are separated by commas, semicolons or tabs."""
    header = text.partition("\n")[0]
    separator = max(SEPARATORS, key=header.count)
    reader = csv.DictReader(StringIO(text, newline=""), delimiter=separator, restkey="", strict=True)
    rows: list[Placed] = []
    line = 2
    try:
        for row in reader:
            rows.append(Placed(((name, cell) for name, cell in row.items() if name and cell), Mark(source, line)))
            line = reader.line_num + 1
    except csv.Error as error:
        return Note(str(Mark(source, line)), f"this is not a table: {error}")
    return (source, Table(rows, separator)) if rows else Note(source, "the table has no rows")
