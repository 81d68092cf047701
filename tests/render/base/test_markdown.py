import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from lago_gitops.render.base.markdown import block, cell, code, prose, summary

MARKDOWN = MarkdownIt("gfm-like", {"linkify": False})
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "a | b || c",
    "`x` ``y`` ```z",
    "*bold* _it_ ~~gone~~ [a](javascript:x) ![b](https://x.example/p.png)",
    "@acme/finance #12 https://x.example www.x.example a@b.example",
    "-->\n<!-- lago-gitops {}",
    "\x1b[31mred\x07 \u202eevil",
    "</details></summary>",
    "$x$ \\ &amp; {{ 7 * 7 }}",
    "`",
    " ",
    "",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("escape", [prose, code, lambda text: f"x\n\n<div>{summary(text)}</div>\n\nx"])
def test_hostile_text_makes_no_markup(text: str, escape: Callable[[str], str]) -> None:
    shown = MARKDOWN.render(f"before {escape(text)} after")
    tags = set(re.findall(r"<(/?[a-z]+)", shown))
    assert tags <= {"p", "/p", "code", "/code", "div", "/div"}
    assert "\x1b" not in shown
    assert "\u202e" not in shown


@pytest.mark.parametrize("text", ["@acme", "a #12", "https://x.example", "www.x.example"])
def test_nothing_is_linked_or_called(text: str) -> None:
    for escape in (prose, summary):
        assert re.search(r"@\w|#\d|://\w|www\.\w", escape(text)) is None


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1))
def test_code_shows_the_text_as_it_is(text: str) -> None:
    shown = MARKDOWN.render(f"x {code(text)} y")
    assert shown.count("<code>") == 1
    assert shown.startswith("<p>x <code>")
    assert shown.endswith("</code> y</p>\n")


@given(st.text(alphabet="a|`\\ <", min_size=1))
def test_a_cell_is_one_cell(text: str) -> None:
    for shown in (cell(code(text)), cell(prose(text))):
        table = MARKDOWN.render(f"| a | b |\n|---|---|\n| {shown} | last |")
        assert table.count("<td>") == 2
        assert "<td>last</td>" in table


@given(st.text(alphabet="`~\n a", min_size=1))
def test_no_text_ends_its_block(text: str) -> None:
    shown = MARKDOWN.render(f"{block(text, 'diff')}\n\nlast")
    assert shown.count("<pre>") == 1
    assert shown.endswith("<p>last</p>\n")


def test_what_is_marked_is_not_escaped_twice() -> None:
    assert prose(prose("a*b")) == prose("a*b") == "a\\*b"
