"""The wording that everybody keeps to: one word for one thing (docs/glossary.md), as a native writer has it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
AVOIDED = {
    r"\bmend(s|ed|ing)?\b": "fix",
    r"\banew\b": "again",
    r"\bcome(s)? to\b": "effects, or a total",
    r"\bsingle subscriptions\b": "overridden subscriptions",
    r"\bheeded\b": "respected",
    r"\bis no (number|date|day|secret|JSON|price list)\b": "is not a …",
    r"\b(charges?|fees?|plans?|usage|events) in advance\b": "billed in advance",
    r"\binvoices? (is|are) made\b(?! of)": "is created",
    r"\b(fees?|invoices?) that (a real )?Lago made\b": "created",
    r"\bhangs? on\b(?! to)": "depends on",
    r"\bshall\b": "must, or will",
    r"\bforetold\b": "announced, or predicted",
    r"\bspeaks? up\b": "match, or report",
    r"\b(take|takes|taken) for granted\b": "assume",
    r"\btakes? (\w+ ){0,3}along\b": "is deleted, or ends, with it",
    r"\bwhichever way\b": "however",
    r"\b(priced|billed|rounded) otherwise\b": "differently",
    r"\bmakes? no (invoice|fee)s?\b": "creates no …",
    r"\b(is|are) begun\b": "started",
    r"\bcounts? no more\b": "no longer counts",
    r"\b[Ss]afe between threads\b": "thread-safe",
    r"\b(are|is) passed over\b": "skipped",
    r"\btold apart\b": "identified by",
    r"\bheld against\b": "checked against, or compared with",
    r"\bmade up\b": "generated",
    r"\bwithout a word\b": "silently",
    r"\b[Nn]ot saved yet\b": "unsaved",
    r"\bwhere there (is|are) (none|one)\b": "if there is none, or: or None",
    r"\bnobody (asks|looks|listens) any more\b": "no longer needed",
    r"\bin small letters\b": "in lower case",
}
PAGES = [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md"), *(ROOT / "examples").rglob("*.md")]
OWN_PAGE = "glossary.md"  # it lists them


def texts_of(module: Path) -> Iterator[str]:
    """Messages, help and docstrings."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def avoided_in(text: str) -> Iterator[str]:
    for pattern, instead in AVOIDED.items():
        yield from (f"{found[0]!r}: say {instead}" for found in re.finditer(pattern, text))


@pytest.mark.slow
def test_messages_help_and_docstrings_have_none_of_the_avoided_words() -> None:
    modules = sorted((ROOT / "lago_gitops").rglob("*.py"))
    assert [(str(one), word) for one in modules for text in texts_of(one) for word in avoided_in(text)] == []


def test_pages_have_none_of_the_avoided_words() -> None:
    pages = [page for page in PAGES if "_build" not in page.parts and page.name != OWN_PAGE]
    assert [(str(page), word) for page in pages for word in avoided_in(page.read_text(encoding="utf-8"))] == []


def test_an_avoided_word_is_seen() -> None:
    assert list(avoided_in("a bill that comes to 5")) == ["'comes to': say effects, or a total"]


def test_the_glossary_lists_every_family_of_avoided_words() -> None:
    listed = (ROOT / "docs" / OWN_PAGE).read_text(encoding="utf-8").partition("## Words we don't use")[2]

    assert [pattern for pattern in AVOIDED if not re.search(pattern, listed)] == []
