"""JSON texts: exact values with places, and what is wrong with a text."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lago_gitops.core.model.problem import Mark
from lago_gitops.imports.json_text import NotJsonError, json_value, json_values
from lago_gitops.imports.resources import Note, Placed, plain_json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
    ),
    max_leaves=12,
)


def read(text: str) -> list[Any]:
    return list(json_values(text, Mark("in.json")))


@settings(max_examples=30)
@given(st.lists(JSON, min_size=1, max_size=3), st.sampled_from([None, 2]))
def test_values_one_after_another_are_read_as_they_were_written(values: list[Any], indent: int | None) -> None:
    text = "\n".join(json.dumps(value, indent=indent) for value in values)

    assert [plain_json(value) for value in read(text)] == values


@settings(max_examples=30)
@given(JSON)
def test_an_object_s_place_is_where_its_brace_stands(value: Any) -> None:
    text = json.dumps({"a": [value, {"b": value}]}, indent=1)
    lines = text.split("\n")
    waiting = read(text)
    while waiting:
        part = waiting.pop()
        if isinstance(part, Placed):
            assert lines[part.mark.line - 1][part.mark.column - 1] == "{"
        waiting.extend(part.values() if isinstance(part, dict) else part if isinstance(part, list) else ())


def test_fractions_are_exact() -> None:
    assert read('{"a": 0.1000000000000000000001}') == [{"a": Decimal("0.1000000000000000000001")}]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("", "in.json:1:1: this is not JSON: the file is empty"),
        ('{\n "a": [\n  1, {"b"', "in.json:3:10: this is not JSON: the text ends here, in the middle of a value"),
        ('{"a": "b', "in.json:1:7: this is not JSON: the text ends here, in the middle of a value"),
        ("<html>\n</html>", "in.json:1:1: this is not JSON: it is HTML or XML"),
        ("{'a': 1}", "in.json:1:2: this is not JSON: texts and keys need double quotes"),
        ("// prices\n{}", "in.json:1:1: this is not JSON: JSON has no comments"),
        ('{"a" 1}', "in.json:1:6: this is not JSON: a colon is missing here"),
        ('{"a": 1 "b": 2}', "in.json:1:9: this is not JSON: a comma or a closing bracket is missing here"),
        ('{"a": True}', "in.json:1:7: this is not JSON: a value is missing here"),
        ('{"a": "b\nc"}', "in.json:1:9: this is not JSON: a text has a line break or a control character"),
        ('{"a": {"b": 1, "c": {"b": 2},\n "b": 3}}', "in.json:2:2: the key 'b' stands here a second time"),
        ('{"a": NaN}', "in.json:1:7: NaN is not a number"),
        ('{"a": [-Infinity]}', "in.json:1:8: -Infinity is not a number"),
        ('{"a": 1e400}', "in.json:1:7: 1e400 has more than 100 digits"),
        ('{"a": 1e-400}', "in.json:1:7: 1e-400 has more than 100 digits"),
        ('{"a": 1e9999999999999999999999}', "in.json:1:7: 1e999999999999999999… has more than 100 digits"),
        (f'{{"a": {"9" * 5000}}}', "in.json:1:7: 99999999999999999999… has more than 100 digits"),
        (r'{"a": "\ud800"}', "in.json:1:7: a text has half of a character"),
        ("[" * 100_000, "in.json:1:65: it is nested more than 64 levels deep"),
    ],
)
def test_what_is_wrong_with_a_text_is_told_with_its_place(text: str, note: str) -> None:
    *_, found = read(text)

    assert isinstance(found, Note)
    assert f"{found.where}: {found.message}".startswith(note)


def test_a_comma_before_a_closing_bracket_is_told() -> None:
    *_, found = read('{"a": 1,}')

    assert found.message == "this is not JSON: a comma stands before the closing bracket: remove it"


def test_what_stands_before_the_fault_is_read() -> None:
    first, note = read('{"a": 1}\n{"b": ')

    assert (first, note.where) == ({"a": 1}, "in.json:2:7")


@pytest.mark.parametrize("text", ["\ufeff{}", '\x1e{"a": "\\ud83d\\ude00"}', r'{"a": "\\ud800"}'])
def test_a_byte_order_mark_a_record_mark_and_whole_characters_are_no_fault(text: str) -> None:
    assert not any(isinstance(value, Note) for value in read(text))


@pytest.mark.parametrize("text", ["", "{", "{} {}", "x"])
def test_a_text_within_another_that_is_not_one_value_is_refused(text: str) -> None:
    with pytest.raises(NotJsonError):
        json_value(text)
