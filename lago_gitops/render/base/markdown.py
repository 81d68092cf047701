"""Escapes text from anywhere for Markdown: it can't be markup, mention anybody, link, or end a table's cell."""

import re
from typing import Final

from markupsafe import Markup

from lago_gitops.render.base.values import printable

_SPECIAL: Final = re.compile(r"([\\`*_\[\]~$])")
_LINKING: Final = re.compile(r"([@#]|://|(?<=www)\.)(?=\S)")  # mentions, references to issues, addresses
_NOTHING: Final = "\u200b"  # has no width, and breaks up text that forges would turn into links
_HTML: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;"}


def prose(text: object) -> Markup:
    """A sentence that may contain anybody's names. Safe as HTML and as Markdown."""
    if isinstance(text, Markup):
        return text
    plain = _SPECIAL.sub(r"\\\1", printable(str(text)))
    parted = _LINKING.sub(lambda match: f"{match[1]}{_NOTHING}", plain)
    return Markup("".join(_HTML.get(character, character) for character in parted))  # noqa: S704 -- it is escaped


def code(text: object) -> Markup:
    """A name, verbatim, in a code span that it can't end."""
    plain = printable(str(text)) or " "
    ticks = fence(plain, 1)
    inner = f" {plain} " if plain[0] in "` " or plain[-1] in "` " else plain
    return Markup(f"{ticks}{inner}{ticks}")  # noqa: S704 -- code is shown as it is


def cell(text: Markup) -> Markup:
    """Prose and code as a table cell: a bar would end it, even in code."""
    return Markup(str(text).replace("|", "\\|"))  # noqa: S704 -- it is escaped


def summary(text: object) -> Markup:
    """Text inside HTML, where Markdown isn't interpreted."""
    parted = _LINKING.sub(lambda match: f"{match[1]}{_NOTHING}", printable(str(text)))
    return Markup("".join(_HTML.get(character, character) for character in parted))  # noqa: S704 -- it is escaped


def fence(text: str, least: int = 3) -> str:
    """More backticks than any run of them in the text."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    return "`" * max(least, longest + 1)


def block(text: str, language: str = "") -> Markup:
    """A fenced block, without control characters and characters that reorder text."""
    lines = "\n".join(printable(line) for line in text.split("\n"))
    ticks = fence(lines)
    return Markup(f"{ticks}{language}\n{lines}\n{ticks}")  # noqa: S704 -- code is shown as it is
