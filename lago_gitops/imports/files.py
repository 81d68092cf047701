"""Files and folders → JSON values, numbers exact."""

import csv
import json
import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from lago_gitops.imports.found import Document, Note
from lago_gitops.manifests.reading.reader import read_text
from lago_gitops.manifests.sources.files import Text, text_of

LINES = (".jsonl", ".ndjson")
YAML = (".yaml", ".yml")
TABLES = (".csv",)
HCL = (".tf", ".hcl")
JSON = (".json", ".tfstate")
SUFFIXES = (*JSON, *LINES, *YAML, *TABLES, *HCL)


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
    found = text_of(path, path.parent)
    if not isinstance(found, Text):
        yield Note(source, found.message)
    elif name.endswith(HCL):
        yield Note(source, "this is Terraform's HCL: import its state, or what `terraform show -json` prints")
    elif name.endswith(YAML):
        reading = read_text(source, found.text)
        yield from (Note(str(problem.mark), problem.message) for problem in reading.problems)
        yield from ((str(manifest.mark()), manifest.data) for manifest in reading.manifests)
    elif name.endswith(TABLES):
        yield source, [dict(row) for row in csv.DictReader(found.text.removeprefix("\ufeff").splitlines())]
    elif name.endswith(LINES):
        lines = enumerate(found.text.splitlines(), 1)
        yield from (_value(f"{source}:{number}", line) for number, line in lines if line.strip())
    else:
        yield _value(source, found.text.removeprefix("\ufeff"))


def _value(source: str, text: str) -> Document | Note:
    try:
        return source, json.loads(text, parse_float=Decimal, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        return Note(source, f"this is not JSON: {error}")


def _refused(word: str) -> Any:
    raise ValueError(f"{word} is not a number")
