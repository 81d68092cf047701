import os
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lago_gitops.manifests.limits import MAX_DEPTH
from lago_gitops.manifests.reading.lines import documents_by_line
from lago_gitops.manifests.reading.reader import read_with_events
from tests.tries import tries

EXAMPLES = int(os.environ.get("EXAMPLES", tries(300)))
BY_LINE = """\
# a comment
kind: plan

name: A name, of "words" & more, isn't it?  # beside
http: http://a.b/c#d
empty:
none: null
texts: ['1', "# 2", x y]
charges:
  - code: a
    at: -0.5
    ranges:
      - {from: 0, to: null, per: 0.10, text: "a, b: c"}
      - {}
  # between
  - code:
    values:
    - true
    - -1
    more: 1
last: []
---
---
kind: tax
"""
WORDS = (
    *(
        "a",
        "null",
        "true",
        "True",
        "1",
        "01",
        "0x1",
        "1.50",
        "-1",
        "-.5",
        "- a",
        "-",
        "--",
        "---",
        "...",
        "? a",
        "é",
        "a  b",
    ),
    *(
        '"x"',
        "'y'",
        "'it''s'",
        '"\\n"',
        "'it",
        '"a": 1',
        '"a"#',
        "a: b",
        "a:b",
        "a:",
        ":a",
        "a # b",
        "a#b",
        "<<",
        "# c",
    ),
    *("[]", "{}", "[a, b]", "[ a ,b ]", "[a,]", "[a, [b]]", "[a: b]", "[a:b]", "[- a]", "[a?b]", "[a", "a]", "[, a]"),
    *("{a: 1, b: 2}", "{a: 1, a: 2}", "{ a: x y }", "{a: }", "{a}", "{a:1}", "{a: b:c}", "{a: 'x: y'}", "{1: a}", "{"),
    *("|", ">", "&x a", "*x", "!t a", "%a", "@a", "`a", ", a", ".inf", "+1", "(a)", "/a", "x" * 1100, "\u00a0", "\\"),
)
KEYS = st.sampled_from(["a", "b", "c", "x-y", "on", "null", "1a", "a b", '"a"'])


def lines() -> st.SearchStrategy[str]:
    """Lines that say one thing, and their like that don't."""
    value = st.one_of(st.just(""), st.sampled_from(WORDS), st.text(":#-,[]{}\"'?!&*|>\\~.ab1 ", max_size=6))
    entry = st.builds(str.__add__, KEYS, st.builds(str.__add__, st.sampled_from([": ", ": ", ":", ":  "]), value))
    said = st.one_of(entry, entry, st.builds("- {}".format, entry), st.builds("- {}".format, value), value)
    ending = st.sampled_from(["", "", "", " ", " # c", "#c", "\t"])
    indented = st.builds("{}{}{}".format, st.sampled_from(["", "", "  ", "  ", "    ", "   "]), said, ending)
    return st.one_of(
        indented, indented, indented, st.sampled_from(["---", "--- # c", "--- a", "...", "", "  # c", "\r"])
    )


def by_parser(text: str) -> Any:
    """What the parser reads, in the form of what is read by line; None where something has to be said about it."""
    reading, _ = read_with_events("a.yaml", text)
    if reading.problems or any(one.marks.written for one in reading.manifests):
        return None
    return said((one.data, one.marks.slots) for one in reading.manifests)


def said(documents: Any) -> list[tuple[str, Any]]:
    """With types, and with the order of keys."""
    return [(repr(data), slots) for data, slots in documents]


@pytest.mark.parametrize(
    "around",
    [
        *(
            "a: {}",
            "a: {} # c",
            "a: {}#c",
            "{}: a",
            "a: 1\n{}",
            "a:\n  {}",
            "a:\n- {}",
            "a:\n  - {}\nb: 1",
            "a: b\n  {}",
        ),
        *(
            "a: [{}]",
            "a: [x, {} ]",
            "a: {{b: {}, c: 1}}",
            "a: {{{}: b}}",
            "- {}",
            "a:\n- {}: b",
            "a:\n  - b\n- {}",
            "--- {}",
        ),
    ],
)
def test_a_word_anywhere_is_read_by_line_as_the_parser_reads_it(around: str) -> None:
    for word in WORDS:
        found = documents_by_line(text := around.format(word))
        assert found is None or said(found) == by_parser(text), text


@settings(deadline=None, max_examples=EXAMPLES)
@given(st.lists(lines(), max_size=6))
def test_what_is_read_by_line_is_what_the_parser_reads(written: list[str]) -> None:
    text = "\n".join(written)
    found = documents_by_line(text)
    assert found is None or said(found) == by_parser(text)


@settings(deadline=None, max_examples=max(EXAMPLES // 4, 1))
@given(st.data())
def test_what_an_edited_manifest_says_by_line_is_what_the_parser_reads(data: st.DataObject) -> None:
    kept = BY_LINE.split("\n")
    for _ in range(data.draw(st.integers(1, 2))):
        place = data.draw(st.integers(0, len(kept) - 1))
        kept[place : place + data.draw(st.integers(0, 1))] = data.draw(st.lists(lines(), max_size=2))
    found = documents_by_line("\n".join(kept))
    assert found is None or said(found) == by_parser("\n".join(kept))


def test_a_manifest_of_plain_lines_needs_no_parser() -> None:
    found = documents_by_line(BY_LINE)
    assert found is not None
    assert said(found) == by_parser(BY_LINE)


@pytest.mark.parametrize(
    "text",
    [
        "a: |\n  b\n",
        "a: b\n  c\n",
        "a: &x b\n",
        "a: !t b\n",
        "a: 0x10\n",
        "a: 1\na: 1\n",
        "a: [b,\n  c]\n",
        "- a\n",
        "a:\tb\n",
    ],
)
def test_what_takes_more_than_one_line_to_say_is_left_to_the_parser(text: str) -> None:
    assert documents_by_line(text) is None


def test_depth_is_left_to_the_parser() -> None:
    def nested(depth: int) -> str:
        return "\n".join(" " * at + "a:" for at in range(depth))

    assert documents_by_line(nested(MAX_DEPTH - 3)) is not None
    assert documents_by_line(nested(MAX_DEPTH)) is None
