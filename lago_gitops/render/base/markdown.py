"""Text of others in Markdown, so that it is read as text: no markup, no mention, no link, no end of a table's cell."""

import re
from typing import Final

from markupsafe import Markup

from lago_gitops.render.base.values import printable

_SPECIAL: Final = re.compile(r"([\\`*_\[\]~$])")
_LINKING: Final = re.compile(r"([@#]|://|(?<=www)\.)(?=\S)")  # mentions, references to issues, addresses
_NOTHING: Final = "\u200b"  # has no width, and parts what forges would link
_HTML: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;"}


def prose(text: object) -> Markup:
    """A sentence with somebody's names in it. Safe HTML and safe Markdown at once."""
    if isinstance(text, Markup):
        return text
    plain = _SPECIAL.sub(r"\\\1", printable(str(text)))
    parted = _LINKING.sub(lambda found: f"{found[1]}{_NOTHING}", plain)
    return Markup("".join(_HTML.get(character, character) for character in parted))  # noqa: S704 -- it is escaped


def code(text: object) -> Markup:
    """A name as it is, in a span of code that it can't end."""
    plain = printable(str(text)) or " "
    ticks = fence(plain, 1)
    inner = f" {plain} " if plain[0] in "` " or plain[-1] in "` " else plain
    return Markup(f"{ticks}{inner}{ticks}")  # noqa: S704 -- code is shown as it is


def cell(text: Markup) -> Markup:
    """Prose and code as a cell of a table, which a bar would end, in code too."""
    return Markup(str(text).replace("|", "\\|"))  # noqa: S704 -- it is escaped


def summary(text: object) -> Markup:
    """Text inside of HTML, where Markdown is not read."""
    parted = _LINKING.sub(lambda found: f"{found[1]}{_NOTHING}", printable(str(text)))
    return Markup("".join(_HTML.get(character, character) for character in parted))  # noqa: S704 -- it is escaped


def fence(text: str, least: int = 3) -> str:
    """Backticks that no run of them in the text can end."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    return "`" * max(least, longest + 1)


def block(text: str, language: str = "") -> Markup:
    """A fenced block; what would do something to a terminal or to the order of letters is taken out, line by line."""
    lines = "\n".join(printable(line) for line in text.split("\n"))
    ticks = fence(lines)
    return Markup(f"{ticks}{language}\n{lines}\n{ticks}")  # noqa: S704 -- code is shown as it is
