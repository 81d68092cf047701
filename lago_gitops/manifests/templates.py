"""Templates → text: jinja2 in a sandbox, which reaches nothing but the variables of the environment."""

import re
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from traceback import extract_tb
from typing import TYPE_CHECKING, Any

from lago_gitops.core.model.problem import Mark, Problem
from lago_gitops.core.validation.manifest import COLUMN_MASK, LINE_SHIFT, Manifest, Marks, place_slots
from lago_gitops.manifests.limits import MAX_FILE_BYTES, MAX_TEMPLATE_STEPS

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

RULE = "template"

_LINE_MARK = re.compile("\ue000([0-9]+)\ue001")
_FILE_NAME = "<template>"  # jinja2's own name, in tracebacks, for a template that was no file
_WORDS = {None: "null", True: "true", False: "false"}


@dataclass(frozen=True, slots=True)
class Rendered:
    """The text a template makes, and which of its lines each line of the text comes from, both counted from 0."""

    text: str
    lines: tuple[int, ...]


def rendered(source: str, text: str, variables: Mapping[str, Any]) -> Rendered | Problem:
    """The text of a template. A name that is no variable is a problem, as is all that a sandbox refuses."""
    from jinja2 import TemplateSyntaxError, UndefinedError  # here, since most projects have no templates

    try:
        plain = _render(text, variables)
        return Rendered(plain, _lines(text, plain, variables))
    except TemplateSyntaxError as error:
        return Problem(Mark(source, error.lineno), f"the template can't be read: {error.message}", rule=RULE)
    except UndefinedError as error:
        known = ", ".join(sorted(variables)) or "none"
        hint = f"the variables of this environment are: {known}"
        return Problem(Mark(source, _line(error)), f"the template can't be rendered: {error.message}", hint, RULE)
    except Exception as error:  # what a template's expressions raise can be anything
        message = f"the template can't be rendered: {error or type(error).__name__}"
        return Problem(Mark(source, _line(error)), message, rule=RULE)


def placed(manifest: Manifest, lines: tuple[int, ...]) -> Manifest:
    """The manifest with its marks on the lines of the template, not on those of the rendered text."""
    slots = array("Q", manifest.marks.slots)
    for slot in place_slots(manifest.data, slots):
        slots[slot] = _moved(slots[slot], lines)
    written: dict[int, str] = {}
    for place, text in manifest.marks.written.items():
        if written.setdefault(_moved(place, lines), text) != text:  # a loop wrote more than one text there
            written[_moved(place, lines)] = ""
    return replace(manifest, marks=Marks(manifest.marks.sources, slots, written))


def _moved(place: int, lines: tuple[int, ...]) -> int:
    line, column = place >> LINE_SHIFT, place & COLUMN_MASK
    return lines[min(line, len(lines) - 1)] << LINE_SHIFT | column


def placed_problem(problem: Problem, lines: tuple[int, ...]) -> Problem:
    """The problem at the line of the template that made it."""
    line = lines[min(problem.mark.line, len(lines)) - 1] + 1
    return replace(problem, mark=replace(problem.mark, line=line))


def _render(text: str, variables: Mapping[str, Any]) -> str:
    steps = _Steps()
    template = _environment().from_string(text, globals={"range": steps.range})
    chunks, size = [], 0
    for chunk in template.generate(**variables):
        chunks.append(chunk)
        size += len(chunk)
        if size > MAX_FILE_BYTES:
            raise ValueError(f"it makes more than {MAX_FILE_BYTES // 1_000_000} MB of text")
    return "".join(chunks)


class _Steps:
    """Counts what the ranges of one template count, so that nested loops end."""

    def __init__(self) -> None:
        self._left = MAX_TEMPLATE_STEPS

    def range(self, *bounds: int) -> range:
        wanted = range(*bounds)
        if wanted and (wanted[-1] - wanted[0]) // wanted.step >= self._left:
            raise ValueError(f"its ranges count more than {MAX_TEMPLATE_STEPS:,} items")
        self._left -= len(wanted)
        return wanted


@cache
def _environment() -> "ImmutableSandboxedEnvironment":
    from jinja2 import StrictUndefined
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Environment(ImmutableSandboxedEnvironment):
        intercepted_binops = frozenset({"*", "**", "%"})

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            if not _is_number(left) or not _is_number(right):
                raise SecurityError(f"{operator} is for numbers alone")
            if operator == "**" and (abs(left) > 1_000_000 or abs(right) > 100):
                raise SecurityError("numbers of that size have no use in a price")
            return super().call_binop(context, operator, left, right)

    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True, finalize=_yaml_word)
    environment.globals.pop("lipsum")  # the same manifests must always say the same
    environment.filters.pop("random")
    return environment


def _is_number(value: Any) -> bool:
    return hasattr(value, "as_integer_ratio")


def _yaml_word(value: Any) -> Any:
    """YAML's word for None and booleans, which Python would spell its own way."""
    return _WORDS[value] if value is None or isinstance(value, bool) else value


def _lines(text: str, plain: str, variables: Mapping[str, Any]) -> tuple[int, ...]:
    """Which line of the template each line of `plain` comes from.

    The template is rendered again with a mark before the text of each line. Where marks would change what it says
    (text that it compares or measures), all lines are said to come from the first one.
    """
    try:
        marked = _render(_marked(text), variables)
    except Exception:  # a mark got in the way of an expression
        marked = ""
    if _LINE_MARK.sub("", marked) != plain:
        return (0,) * (plain.count("\n") + 1)
    lines, last = [], -1
    for line in marked.split("\n"):
        found = _LINE_MARK.search(line)
        last = int(found[1]) if found else last + 1
        lines.append(last)
    return tuple(lines)


def _marked(text: str) -> str:
    """The template with the number of each line before the first character of its own text."""
    pieces = []
    for line, kind, value in _environment().lex(text):
        pieces.append(_marked_lines(value, line - 1) if kind == "data" else value)
    return "".join(pieces)


def _marked_lines(text: str, first: int) -> str:
    return "\n".join(_marked_line(line, number) for number, line in enumerate(text.split("\n"), first))


def _marked_line(text: str, line: int) -> str:
    blanks = len(text) - len(text.lstrip())
    return text if blanks == len(text) else f"{text[:blanks]}\ue000{line}\ue001{text[blanks:]}"


def _line(error: Exception) -> int:
    """The line of the template at which `error` was raised, counted from 1; jinja2 puts it into the traceback."""
    frames = [frame.lineno for frame in extract_tb(error.__traceback__) if frame.filename == _FILE_NAME]
    return (frames[-1] if frames else 1) or 1
