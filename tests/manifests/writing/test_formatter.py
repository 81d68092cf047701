from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lago_gitops.manifests.reading.reader import read_text
from lago_gitops.manifests.writing.comments import without_comments
from lago_gitops.manifests.writing.formatter import format_text
from lago_gitops.manifests.writing.trees import comments_of
from lago_gitops.manifests.writing.writer import write_all
from tests.tries import tries

ORDER = {
    ("plan",): ("kind", "code", "name", "charges"),
    ("plan", "charges"): ("code", "charge_model", "properties"),
}


def order(path: tuple[str, ...]) -> tuple[str, ...]:
    return ORDER.get(path, ())


def formatted(text: str, source: str = "a.yaml") -> str:
    made = format_text(source, text, order)
    assert made.problems == ()
    return made.text


def said(text: str) -> list[Any]:
    reading = read_text("a.yaml", text)
    assert reading.problems == ()
    return [manifest.data for manifest in reading.manifests]


KEYS = st.sampled_from(["kind", "code", "name", "charges", "a", "no", "1", "# x"])
SCALARS = (
    st.none()
    | st.integers(0, 9)
    | st.sampled_from(["plan", "x #y", "a\nb\n", "a\n\n# b", "1", "", "# c", "word " * 40])
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3))
DOCUMENTS = st.lists(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4), min_size=1, max_size=3)
LAYOUTS = st.sampled_from(
    [write_all, *(partial(yaml.safe_dump_all, default_flow_style=flow) for flow in (True, False, None))]
)
COMMENTS = st.lists(
    st.tuples(
        st.integers(0, 30), st.sampled_from(["", "", "#", "# one", "# two: 2", "  # three", "    # four", "beside"])
    ),
    max_size=8,
)


def commented(text: str, comments: list[tuple[int, str]]) -> str:
    """The text with empty lines, lines of comment, and comments beside its lines."""
    lines = text.splitlines()
    for number, comment in comments:
        if comment != "beside":
            lines.insert(number % (len(lines) + 1), comment)
        elif lines[number % len(lines)]:
            lines[number % len(lines)] += " # beside"
    return "\n".join([*lines, ""])


@settings(deadline=None)
@given(DOCUMENTS, LAYOUTS, COMMENTS)
def test_formatting_keeps_data_and_comments_and_is_done_once(
    documents: list[dict[str, Any]],
    layout: Callable[[list[dict[str, Any]]], str],
    comments: list[tuple[int, str]],
) -> None:
    text = commented(layout(documents), comments)
    reading = read_text("a.yaml", text)
    assume(not reading.problems)

    made = formatted(text)

    assert said(made) == [manifest.data for manifest in reading.manifests]
    assert comments_of(made) == comments_of(text)
    assert formatted(made) == made


@settings(deadline=None)
@given(DOCUMENTS)
def test_what_the_writer_writes_is_canonical(documents: list[dict[str, Any]]) -> None:
    text = write_all(documents)
    assert format_text("a.yaml", text, lambda path: ()).text == text


PLAIN = st.sampled_from([None, True, 0, "plan", "a b", "1", "word " * 15 + "."])
PLAIN_KEYS = st.sampled_from(["name", "kind", "code", "charges", "properties"])
PLAIN_LISTS = st.lists(PLAIN | st.dictionaries(PLAIN_KEYS, PLAIN | st.lists(PLAIN, max_size=4), max_size=4), max_size=3)
PLAIN_VALUES = PLAIN | PLAIN_LISTS | st.dictionaries(PLAIN_KEYS, PLAIN | PLAIN_LISTS, max_size=3)
LOOSE = st.tuples(
    st.integers(0, 30), st.sampled_from(["", "{}# one", "{}# two", "{}  # off", "{}# blank ", "# left", " "])
)


def between(text: str, loose: list[tuple[int, str]]) -> str:
    """The text with comments and empty lines above its lines, most of them indented like those."""
    lines = text.splitlines()
    for number, line in loose:
        below = lines[number % len(lines)]
        lines.insert(number % len(lines), line.format(below[: len(below) - len(below.lstrip(" "))]))
    return "\n".join([*lines, ""])


@settings(deadline=None, max_examples=tries(200))
@given(
    st.lists(st.dictionaries(PLAIN_KEYS, PLAIN_VALUES, min_size=1), min_size=1, max_size=2),
    LAYOUTS,
    st.lists(LOOSE, max_size=4),
)
def test_a_comment_at_the_end_changes_nothing_above_it(
    documents: list[dict[str, Any]], layout: Callable[[list[dict[str, Any]]], str], loose: list[tuple[int, str]]
) -> None:
    """With a comment there, no quicker way tells what is laid out already."""
    text = layout([{**one, "kind": "plan"} for one in documents])
    for each in (text, between(formatted(text), loose)):
        assert formatted(each + "# end\n") == formatted(each) + "# end\n"
        assert formatted(formatted(each)) == formatted(each)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("a: 1\n  # x\nb: 2\n", "a: 1\n# x\nb: 2\n"),
        ("a: 1\n# x \nb: 2\n", "a: 1\n# x\nb: 2\n"),
        ("a: 1\n\n\nb: 2\n", "a: 1\n\nb: 2\n"),
        ("a: 1\n \nb: 2\n", "a: 1\n\nb: 2\n"),
        ("\na: 1\n", "a: 1\n"),
        ("a:\n\n  b: 1\n", "a:\n  b: 1\n"),
        ("a: 1\n\n---\nb: 2\n", "a: 1\n---\nb: 2\n"),
        ("a: 1\n  # x\n", "a: 1\n# x\n"),
        ("a: 1\n\n", "a: 1\n"),
        ("a: 1", "a: 1\n"),
    ],
)
def test_a_comment_or_an_empty_line_out_of_place_is_put_there(text: str, made: str) -> None:
    assert formatted(text) == made


@pytest.mark.parametrize("character", ["\x85", "\u2028", "\x07"])
def test_a_character_that_has_no_place_in_a_manifest_is_refused_in_a_comment_too(character: str) -> None:
    assert format_text("a.yaml", f"a: 1\n# {character}b: 2\nc: 3\n", order).problems != ()


def test_comments_and_empty_lines_that_stay_can_be_left_out() -> None:
    text = (
        "# a\n\n# b\nkind: plan\n# c\ncharges:\n  # d\n  - {code: b}\n\n  # e\n\n  - {code: c}\n---\n# f\nkind: tax\n"
    )
    bare = "kind: plan\ncharges:\n  - {code: b}\n  - {code: c}\n---\nkind: tax\n"
    assert without_comments(text) == bare
    assert formatted(text) == text


def test_the_layout_of_a_file() -> None:
    text = (
        "# yaml-language-server: $schema=x\n"
        "\n"
        "# about the name\n"
        "name:   'Growth'   # shown\n"
        "kind:   plan\n"
        "\n\n"
        'code: "growth"\n'
        "charges: # the list\n"
        "- properties: {}\n"
        "  # the code\n"
        "  code: calls    # first\n"
        '  tiers: [ {to: 1,rate: "2"},   {to: 3, rate: 0.10} ]   # tiers\n'
        "  # - to: 4\n"
        "\n"
        "# before seats\n"
        "- code: seats\n"
        "  text: |  # header\n"
        "    two\n"
        "    lines\n"
        "  folded: >-\n"
        "     some words\n"
        "     more words\n"
        "  list: [ # opened\n"
        "     1, # one\n"
        "     2 ] # closed\n"
        "# the end\n"
        "--- # the next\n"
        "kind: tax\n"
        "...\n"
        "---\n"
        "# nothing\n"
    )
    assert formatted(text) == (
        "# yaml-language-server: $schema=x\n"
        "\n"
        "kind: plan\n"
        "\n"
        "code: growth\n"
        "# about the name\n"
        "name: Growth  # shown\n"
        "charges:  # the list\n"
        "  # the code\n"
        "  - code: calls  # first\n"
        "    properties: {}\n"
        "    tiers:  # tiers\n"
        '      - {to: 1, rate: "2"}\n'
        "      - {to: 3, rate: 0.10}\n"
        "    # - to: 4\n"
        "\n"
        "  # before seats\n"
        "  - code: seats\n"
        "    text: |  # header\n"
        "      two\n"
        "      lines\n"
        "    folded: >-\n"
        "      some words\n"
        "      more words\n"
        "    # closed\n"
        "    list:  # opened\n"
        "      - 1  # one\n"
        "      - 2\n"
        "# the end\n"
        "---\n"
        "# the next\n"
        "kind: tax\n"
        "# nothing\n"
    )


def test_anchors_are_kept_and_then_keys_keep_their_order() -> None:
    text = (
        "name: x\na: &tiers\n  - b:\n      c: 1\nd: *tiers\ne: [&z 1, *z]\n"
        "f:\n  - &item  # first\n    # its list\n    g:\n      - []\n  - *item\nkind: plan\n"
    )
    assert formatted(text) == text


def test_numbers_and_words_become_plain() -> None:
    assert formatted("a: 1e3\nb: 0x10\nc: True\nd: ~\ne: +1.50\nf:\n") == (
        "a: 1000\nb: 16\nc: true\nd: null\ne: 1.50\nf: null\n"
    )


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("a: >\n    some\n    words\n\n      deeper\n\nb: 1\n", "a: >\n  some\n  words\n\n    deeper\n\nb: 1\n"),
        ("a: >2\n   x\n  y\n", 'a: " x\\ny\\n"\n'),
        ("a: >+\n  x\n\n", 'a: "x\\n\\n"\n'),
        ("a: >\nb: 1\n", 'a: ""\nb: 1\n'),
    ],
)
def test_folded_text_keeps_its_lines_where_they_can_be_moved(text: str, made: str) -> None:
    assert formatted(text) == made


def test_windows_line_breaks_and_byte_order_marks_go() -> None:
    assert formatted("\ufeffa: 1 # x\r\n\r\n# y\r\nb: 2\r\n") == "a: 1  # x\n\n# y\nb: 2\n"


def test_comments_in_what_is_empty_are_kept() -> None:
    assert formatted("a: [\n  # none\n]\nb: 1\n") == "# none\na: []\nb: 1\n"
    assert formatted("{\n  # none\n}\n") == "# none\n{}\n"


def test_what_the_reader_refuses_is_refused() -> None:
    made = format_text("a.yaml", "a:  1\na: 2\n", order)
    assert (made.text, len(made.problems)) == ("a:  1\na: 2\n", 1)


@pytest.mark.parametrize(
    ("source", "text"),
    [("a.yaml.j2", "a:   {{ b }}"), ("a.json", '{"a":   1}'), ("a.yaml", ""), ("a.yaml", "#  only a comment")],
)
def test_templates_json_and_files_without_documents_are_left_alone(source: str, text: str) -> None:
    assert formatted(text, source) == text


def test_what_can_not_be_kept_is_not_touched() -> None:
    text = "&k a:   1\nb: *k\n"
    made = format_text("a.yaml", text, order)
    assert made.text == text
    assert [str(problem) for problem in made.problems] == [
        "a.yaml:1:1: the file can't be formatted without changing what it says "
        "(it is left unchanged; format it by hand)"
    ]
