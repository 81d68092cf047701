"""Syntax errors of the YAML parser, explained to people who don't know its grammar."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from yaml.error import MarkedYAMLError, YAMLError

from lago_gitops.core.model.problem import Mark, Problem
from lago_gitops.manifests.characters import mark_at

RULE = "syntax"

_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})(?: |\r?$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Error:
    """The parser's error and the text around it. Positions are counted from 0, like the parser's."""

    context: str
    opened: tuple[int, int]  # where the construct it was reading began
    problem: str
    place: tuple[int, int]
    lines: tuple[str, ...]

    @property
    def character(self) -> str:
        """The character at which the parser gave up; empty at the end of a line or file."""
        line, column = self.place
        return self.lines[line][column : column + 1] if line < len(self.lines) else ""

    @property
    def before(self) -> str:
        """The text before that character on its line."""
        line, column = self.place
        return self.lines[line][:column] if line < len(self.lines) else ""

    @property
    def at_end(self) -> bool:
        """Whether only blank lines follow."""
        line, column = self.place
        return not "".join((self.before and self.lines[line][column:], *self.lines[line + 1 :])).strip()

    @property
    def last(self) -> tuple[int, int]:
        """The last character of the file that isn't blank."""
        line = max((number for number, text in enumerate(self.lines) if text.strip()), default=0)
        return line, max(len(self.lines[line].rstrip()) - 1, 0)


@dataclass(frozen=True, slots=True)
class _Explanation:
    message: str
    hint: str = ""
    place: tuple[int, int] | None = None  # if it isn't where the parser gave up


def syntax_problem(source: str, text: str, error: YAMLError) -> Problem:
    """The error as a problem, at the position where it can be fixed."""
    conflict = _CONFLICT.search(text)
    if conflict:
        mark = mark_at(source, text, conflict.start())
        return Problem(mark, "a merge conflict was left in the file", "keep one side and remove the markers", RULE)
    if not isinstance(error, MarkedYAMLError):
        return Problem(Mark(source), f"this is not YAML: {error}", rule=RULE)
    explained = _error(text, error)
    explanation = next(said for explain in _EXPLANATIONS if (said := explain(explained)))
    line, column = explanation.place or explained.place
    return Problem(Mark(source, line + 1, column + 1), explanation.message, explanation.hint, RULE)


def _error(text: str, error: MarkedYAMLError) -> _Error:
    place = error.problem_mark or error.context_mark
    opened = error.context_mark or place
    return _Error(
        context=error.context or "",
        opened=(opened.line, opened.column) if opened else (0, 0),
        problem=error.problem or "",
        place=(place.line, place.column) if place else (0, 0),
        lines=tuple(re.split("\r\n|\n|\r", text)),
    )


def _tab(error: _Error) -> _Explanation | None:
    if error.character != "\t":
        return None
    return _Explanation("a tab is used where YAML requires spaces", "indent with spaces")


def _unclosed_quote(error: _Error) -> _Explanation | None:
    if "quoted scalar" not in error.context or not re.search(
        "end of stream|document (indicator|separator)", error.problem
    ):
        return None
    return _Explanation("the quote that opens here is never closed", "close it on the same line", error.opened)


def _escape(error: _Error) -> _Explanation | None:
    if not re.search("escape|hexa?decimal", error.problem):
        return None
    line, column = error.place
    start = error.lines[line].rfind("\\", 0, column + 1)
    code = re.compile(r"\\(?:[xuU][0-9a-fA-F]*|.?)").match(error.lines[line], start)
    shown = code[0] if code else "\\"
    if shown[1:2] in {"u", "U"}:
        hint = "write the character itself"
    else:
        hint = "put the text in single quotes, or double the backslash"
    return _Explanation(f"there is no character {shown}", hint, (line, start))


def _unclosed_bracket(error: _Error) -> _Explanation | None:
    match = re.search(r"expected ',' or '([\]}])'", error.problem)
    if match is None:
        return None
    opening = {"]": "[", "}": "{"}[match[1]]
    if error.at_end:
        return _Explanation(f"the {opening} that opens here is never closed", f"close it with {match[1]}", error.opened)
    line, column = error.opened
    message = f"a comma or {match[1]} is missing before this, after the {opening} at {line + 1}:{column + 1}"
    return _Explanation(message, "quote a text that contains any of , [ ] { }")


def _list_on_key_line(error: _Error) -> _Explanation | None:
    if not re.search("sequence entries are not allowed", error.problem):
        return None
    return _Explanation(
        "a list can't start here", "put the - on a line of its own; quote a text that starts with a dash"
    )


def _second_colon(error: _Error) -> _Explanation | None:
    if "mapping values are not allowed" not in error.problem:
        return None
    if re.search(r":\s", error.before):
        return _Explanation('this line has a second ": "', 'quote a text that contains ": "')
    if len(error.before) > 1024:
        return _Explanation("a key is longer than 1,024 characters", "shorten it", (error.place[0], 0))
    if error.before.startswith("---"):
        return _Explanation("a document can't start like this", "put its first key on the line after ---")
    start = len(error.before) - len(error.before.lstrip())
    hint = "indent it like the keys above; quote text that spans several lines"
    return _Explanation("this key is indented more than the keys before it", hint, (error.place[0], start))


def _no_colon(error: _Error) -> _Explanation | None:
    if "could not find expected ':'" not in error.problem:
        return None
    if len(error.lines[error.opened[0]]) > 1024:
        return _Explanation("a key is longer than 1,024 characters", "shorten it", error.opened)
    hint = 'write "key: value"; indent text that spans several lines more than its key'
    return _Explanation("this line is neither a key nor a value", hint, error.opened)


def _special_start(error: _Error) -> _Explanation | None:
    """Characters with a special meaning at the start of a value."""
    if "cannot start any token" in error.problem:
        special = error.character
    elif match := re.search(
        "scanning an (alias|anchor)|(?:scanning|parsing) a (tag)|(tag) handle", error.context + error.problem
    ):
        special = {"alias": "*", "anchor": "&"}.get(match[1], "!")
    else:
        return None
    if special == "%" and error.before.endswith("{"):
        return _Explanation("template syntax in a plain file", "give templates a name that ends in .yaml.j2")
    place = error.place if "cannot start" in error.problem else error.opened
    return _Explanation(f"a value can't start with {special}", "quote the text", place)


def _directive(error: _Error) -> _Explanation | None:
    if "directive" not in error.context + error.problem and "incompatible" not in error.problem:
        return None
    return _Explanation("lines that start with % are not allowed", "remove the line", (error.place[0], 0))


def _block_text(error: _Error) -> _Explanation | None:
    if "block scalar" not in error.context:
        return None
    hint = "start the text on the next line, indented with spaces; quote a text that starts with | or >"
    return _Explanation("a block of text (| or >) doesn't start like this", hint, error.opened)


def _misplaced(error: _Error) -> _Explanation | None:
    """Errors from content that fits neither the mapping nor the list around it."""
    if "block mapping" not in error.context and "block collection" not in error.context:
        return None
    if error.before.strip(" -"):
        return _Explanation("a value continues after its end", "quote the text as a whole")
    if error.character in {"]", "}"}:
        return _Explanation(f"this {error.character} closes nothing", "remove it, or quote the text")
    if error.character == ":":
        return _Explanation("a key is missing", "write it before the colon")
    line, column = error.opened
    parts = "keys" if "mapping" in error.context else "list items"
    hint = f"indent it like one of the lines above; its {parts} start at line {line + 1}, column {column + 1}"
    return _Explanation(f"this doesn't line up with the {parts} above", hint)


def _after_document(error: _Error) -> _Explanation | None:
    if "document start" not in error.problem:
        return None
    return _Explanation(
        "there is more content after the end of the document", "start the next document with a line ---"
    )


def _no_value(error: _Error) -> _Explanation | None:
    if "node content" not in error.problem:
        return None
    if error.at_end:
        return _Explanation("the file ends before a value", "add the value, and close every [ and {", error.last)
    return _Explanation(f"a value is missing before {error.character}", "add it, or quote the text")


def _question_mark(error: _Error) -> _Explanation | None:
    if "mapping keys are not allowed" not in error.problem:
        return None
    return _Explanation("a value can't start with ?", "quote the text")


def _as_said(error: _Error) -> _Explanation:
    return _Explanation("this is not YAML: " + " ".join(filter(None, (error.context, error.problem))))


_EXPLANATIONS: tuple[Callable[[_Error], _Explanation | None], ...] = (
    _tab,
    _unclosed_quote,
    _escape,
    _unclosed_bracket,
    _list_on_key_line,
    _second_colon,
    _no_colon,
    _directive,
    _special_start,
    _block_text,
    _misplaced,
    _after_document,
    _no_value,
    _question_mark,
    _as_said,
)
