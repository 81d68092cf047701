"""Files and folders → JSON values, numbers exact."""

import codecs
import csv
import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

from lago_gitops.core.model.problem import Problem
from lago_gitops.imports.found import Document, Note
from lago_gitops.manifests.limits import MAX_FILE_BYTES
from lago_gitops.manifests.reading.reader import read_text
from lago_gitops.manifests.sources.files import FileText, text_of

LINES = (".jsonl", ".ndjson")
YAML = (".yaml", ".yml")
TABLES = (".csv", ".tsv")
SEPARATORS = ",;\t"
HCL = (".tf", ".hcl")
JSON = (".json", ".tfstate")
SCRIPTS = (".sh", ".bash", ".http", ".rest")  # with bodies of requests in them
SUFFIXES = (*JSON, *LINES, *YAML, *TABLES, *HCL, *SCRIPTS)
OBJECT = re.compile(r'\{\s*"')


def documents(path: Path) -> Iterator[Document | Note]:
    """The values in a file, or in every file below a folder that could have some, by name. Hidden ones are passed over.

    A source is the path as it was given.
    """
    if path.is_dir():
        for place, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                if name.lower().endswith(SUFFIXES) and not name.startswith("."):
                    yield from _documents(Path(place, name))
    else:
        yield from _documents(path)


def _documents(path: Path) -> Iterator[Document | Note]:
    source, name = path.as_posix(), path.name.lower()
    file = _text(path)
    if not isinstance(file, FileText):
        yield Note(source, file.message)
    elif name.endswith(HCL):
        yield Note(source, "this is Terraform's HCL: import its state, or the output of `terraform show -json`")
    elif name.endswith(YAML):
        reading = read_text(source, file.text)
        yield from (Note(str(problem.mark), problem.message) for problem in reading.problems)
        yield from ((str(manifest.mark()), manifest.data) for manifest in reading.manifests)
    elif name.endswith(TABLES):
        yield _rows(source, file.text.removeprefix("\ufeff"))
    elif name.endswith(LINES):
        lines = enumerate(file.text.splitlines(), 1)
        yield from (_value(f"{source}:{number}", line) for number, line in lines if line.strip())
    elif name.endswith(SCRIPTS):
        yield from _bodies(source, file.text)
    else:
        yield _value(source, file.text.removeprefix("\ufeff"))


def _text(path: Path) -> FileText | Problem:
    """As manifests are read; in UTF-16, too, which is what `>` writes in PowerShell."""
    file = text_of(path, path.parent)
    if isinstance(file, Problem):
        with suppress(OSError, ValueError):  # what can't be read, or decoded, is what `found` says it is
            if path.is_file() and path.stat().st_size <= MAX_FILE_BYTES:
                raw = path.read_bytes()
                if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                    return FileText(path.name, raw.decode("utf-16"))
    return file


def _rows(source: str, text: str) -> Document | Note:
    """The rows of a table, whose columns a comma separates, or what spreadsheets write instead."""
    header = text.partition("\n")[0]
    separator = max(SEPARATORS, key=header.count)
    try:
        reader = csv.DictReader(StringIO(text, newline=""), delimiter=separator, restkey="")
        return source, [dict(row) for row in reader]
    except csv.Error as error:
        return Note(source, f"this is not a table: {error}")


def _bodies(source: str, text: str) -> Iterator[Document | Note]:
    """The JSON objects in a script, each with its line. What a script only completes when it runs is none."""
    end = 0
    while match := OBJECT.search(text, end):
        place, end = f"{source}:{text.count(chr(10), 0, match.start()) + 1}", _closed(text, match.start())
        yield _value(place, text[match.start() : end])


def _closed(text: str, start: int) -> int:
    """Where the brace that opens there is closed again."""
    depth = 0
    for brace in re.compile(r"[{}]").finditer(text, start):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return brace.end()
    return len(text)


def _value(source: str, text: str) -> Document | Note:
    try:
        return source, json.loads(text, parse_float=Decimal, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        return Note(source, f"this is not JSON: {error}")


def _refused(word: str) -> Any:
    raise ValueError(f"{word} is not a number")
