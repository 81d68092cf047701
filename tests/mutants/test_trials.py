"""Which edits of a module survive its tests."""

from pathlib import Path

import pytest

from tests.mutants import trials
from tests.mutants.changes import edits

MODULE = b"""
LIMIT = 3
UNUSED = 1
USED = 5


def is_many(number):
    return number >= LIMIT
"""
TESTS = """
from tried_by_mutants import USED, is_many

def test_four_is_many():
    assert is_many(4)
    assert USED == 5
    assert not is_many(2)
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "tried_by_mutants.py"
    path.write_bytes(MODULE)
    return path


def surviving(module: Path, tests: str) -> list[str] | None:
    (module.parent / "test_tried.py").write_text(tests, encoding="utf-8")
    found = trials.surviving(module, edits(MODULE.decode()), ["test_tried.py"])
    return None if found is None else [one.new for one in found]


def test_what_tests_do_not_notice_survives_in_functions_and_outside(module: Path) -> None:
    assert surviving(module, TESTS) == ["4", "2", ">"]
    assert module.read_bytes() == MODULE


def test_tests_that_fail_anyway_tell_nothing(module: Path) -> None:
    assert surviving(module, TESTS.replace("(4)", "(2)")) is None
