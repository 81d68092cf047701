"""Files and folders as values, each object with its place."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lago_gitops.imports.files import documents
from lago_gitops.imports.resources import Note, Placed


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def read(text: str, name: str) -> list[Any]:
    """Values, objects as pairs of place and content; notes as texts."""
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, encoding="utf-8")
    return [shown(one if isinstance(one, Note) else one[1]) for one in documents(Path(name))]


def shown(value: Any) -> Any:
    match value:
        case Note():
            return f"{value.where}: {value.message}"
        case Placed():
            return str(value.mark), dict(value)
        case list():
            return [shown(item) for item in value]
    return value


@pytest.mark.parametrize(
    ("name", "text", "places"),
    [
        ("a.json", '\n  {"b": 1}', ["a.json:2:3"]),
        ("a.jsonl", '\ufeff{"b": 1}\n\n {"b": 1}\n', ["a.jsonl:1:1", "a.jsonl:3:2"]),
        ("a.yaml", "b: 1\n---\nb: 1\n", ["a.yaml:1:1", "a.yaml:3:1"]),
        ("a.yaml", "# prices\n---\n- b: 1\n-\n  b: 1\n", ["a.yaml:3:3", "a.yaml:5:3"]),
        ("a.sh", "curl \\\n -d '{\"b\": 1}'\n", ["a.sh:2:6"]),
        ("a.sh", 'curl -d "{\\"b\\": 1}"\n', ["a.sh:1:10"]),
        ("a.py", 'post(url,\n     json={"b": 1})\n', ["a.py:2:11"]),
        ("notes.md", 'Send\n\n{"b": 1}\n', ["notes.md:3:1"]),
    ],
)
def test_an_object_knows_its_line_and_column(name: str, text: str, places: list[str]) -> None:
    assert read(text, name) == [(place, {"b": 1}) for place in places]


def test_a_row_of_a_table_knows_its_line() -> None:
    (rows,) = read('code,name\na,"A\nB"\nb,\n', "t.csv")

    assert rows == [("t.csv:2:1", {"code": "a", "name": "A\nB"}), ("t.csv:4:1", {"code": "b"})]


@pytest.mark.parametrize(
    ("name", "text", "note"),
    [
        ("a.jsonl", "\n", "a.jsonl:1:1: the file is empty"),
        ("t.csv", "code,name\n", "t.csv: the table has no rows"),
        ("t.csv", 'code,name\na,A\nb,"B\nc,C\n', "t.csv:3:1: this is not a table: unexpected end of data"),
        (
            "a.sh",
            'curl -d \'{"code": "$CODE"}\'',
            "a.sh:1:10: this is not JSON until the script runs, which sets $CODE",
        ),
        ("a.py", "plan = {'code': CODE, 'charges': []}", "a.py:1:8: the script completes this when it runs"),
        ("a.py", "plan = {\n", "a.py:1:1: this is not Python: '{' was never closed"),
        ("a.yaml", "- a: [\n", "a.yaml:1:6: the file ends before a value"),
        ("notes.md", "no prices", "notes.md: no JSON object is in this file"),
    ],
)
def test_what_can_not_be_read_is_told_with_its_place(name: str, text: str, note: str) -> None:
    *_, last = read(text, name)

    assert last.startswith(note)


def test_literals_of_python_are_exact() -> None:
    text = "a = {'rate': 0.1000000000000000000001, 'b': [-2, None, True, Decimal('0.30')], 'c': f(x={'d': 1})}\n"

    assert read(text, "a.py") == [("a.py:1:89", {"d": 1})]
    assert read(text.replace("f(x={'d': 1})", "1_000"), "a.py") == [
        ("a.py:1:5", {"rate": Decimal("0.1000000000000000000001"), "b": [-2, None, True, "0.30"], "c": 1000})
    ]


def test_files_that_a_folder_s_search_passes_over_are_told() -> None:
    for name in ("seed.rb", "a.txt", "b.txt", "c.txt"):
        read("", f"d/{name}")

    assert [shown(one) for one in documents(Path("d"))] == [
        "d: not read, since a folder is searched for .json, .tfstate, .jsonl, .ndjson, .yaml, .yml, .csv, .tsv, .tf, "
        ".hcl, .sh, .bash, .http, .rest, .py only: a.txt, b.txt, c.txt and 1 more"
    ]


def test_an_empty_folder_is_told() -> None:
    Path("d").mkdir()

    assert [shown(one) for one in documents(Path("d"))] == ["d: the folder has no files"]
