"""Templates → text, in a separate process with limited time and memory, and without an environment.

Run as a program: it reads pickled tuples (a template, its variables, the limits) from stdin and writes a line of JSON
for each. It imports nothing from the package, so it starts quickly, wherever the package is installed.
"""

import faulthandler
import json
import pickle
import re
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from math import ceil
from traceback import extract_tb
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

if TYPE_CHECKING:
    from types import FrameType

    from jinja2.sandbox import ImmutableSandboxedEnvironment

_LINE_MARK = re.compile("\ue000([0-9]+)\ue001")
_FILE_NAME = "<template>"  # jinja2's name, in tracebacks, of a template that isn't a file
_WORDS = {None: "null", True: "true", False: "false"}
_NO_USE = "prices don't need numbers of that size"
_MOST_BITS = 4096
_GRACE_S = 1  # of processor time, until a process in an uninterruptible operation is killed


class Limits(NamedTuple):
    """`steps` are items in ranges; `seconds` are processor time, so a busy machine makes no difference."""

    text: int
    steps: int
    seconds: float
    memory: int


class Question(NamedTuple):
    template: str
    variables: Mapping[str, Any]
    limits: Limits


class Rendering(TypedDict, total=False):
    """`lines` maps each line of the text to a line of the template, both counted from 0. After a failure, there is a
    `failure` ("syntax", "undefined" or "other"), its `message` and its `line`, counted from 1.

    `begun` comes before: lines of the template, each with its first line of compiled code. If the process is killed
    in an uninterruptible operation, its stderr has the line of code.
    """

    begun: list[tuple[int, int]]
    text: str
    lines: list[int]
    failure: str
    message: str
    line: int


def answered(question: Question) -> Rendering:
    from jinja2 import TemplateSyntaxError, UndefinedError

    try:
        with _limited(question.limits):
            plain = _render(question.template, question)
            return {"text": plain, "lines": _lines(question, plain)}
    except TemplateSyntaxError as error:
        return {"failure": "syntax", "message": str(error.message), "line": error.lineno}
    except UndefinedError as error:
        return {"failure": "undefined", "message": str(error.message), "line": _line(error)}
    except MemoryError as error:
        return {"failure": "other", "message": "it needs more memory than a template may use", "line": _line(error)}
    except _Overtime as error:
        return {"failure": "other", "message": str(error), "line": error.line}
    except Exception as error:  # a template's expressions can raise anything
        return {"failure": "other", "message": str(error) or type(error).__name__, "line": _line(error)}


class _Overtime(BaseException):
    """Not an Exception, which filters may catch. `line` is a line of the template."""

    line = 1


@contextmanager
def _limited(limits: Limits) -> Iterator[None]:
    """Raises _Overtime inside; MemoryError is raised by Python.

    Without such limits in the system, only the template's output and ranges are limited.
    """
    if sys.platform == "win32":
        yield
        return
    import resource

    def stop(_: int, __: "FrameType | None") -> None:
        raise _Overtime(f"it takes more than {limits.seconds:g} s")

    used, (memory, most) = resource.getrusage(resource.RUSAGE_SELF), resource.getrlimit(resource.RLIMIT_AS)
    _lower(resource.RLIMIT_AS, limits.memory)
    _lower(resource.RLIMIT_CPU, ceil(used.ru_utime + used.ru_stime + limits.seconds) + _GRACE_S)
    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, limits.seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_AS, (memory, most))  # reporting the failure takes memory, too


def _lower(which: int, wanted: int) -> None:
    """Lower a limit, never above the system's."""
    import resource

    _, hard = resource.getrlimit(which)
    resource.setrlimit(which, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


def _render(template: str, question: Question) -> str:
    steps, most = _Steps(question.limits.steps), question.limits.text
    compiled = _environment().from_string(template, globals={"range": steps.range})
    _tell({"begun": compiled.debug_info})
    chunks, size = [], 0
    try:
        for chunk in compiled.generate(**question.variables):
            chunks.append(chunk)
            size += len(chunk)
            if size > most:
                raise ValueError(f"it produces more than {most // 1_000_000} MB of text")
    except _Overtime as error:
        error.line = compiled.get_corresponding_lineno(_line(error))
        raise
    return "".join(chunks)


class _Steps:
    """Counts the items of all ranges of one template, so nested loops end."""

    def __init__(self, most: int) -> None:
        self._most = self._left = most

    def range(self, *bounds: int) -> range:
        wanted = range(*bounds)
        if wanted and (wanted[-1] - wanted[0]) // wanted.step >= self._left:
            raise ValueError(f"its ranges have more than {self._most:,} items")
        self._left -= len(wanted)
        return wanted


@cache
def _environment() -> "ImmutableSandboxedEnvironment":
    from jinja2 import StrictUndefined, pass_context
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Environment(ImmutableSandboxedEnvironment):
        intercepted_binops = frozenset({"*", "**", "%"})

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            if not _is_number(left) or not _is_number(right):
                raise SecurityError(f"{operator} works on numbers only")
            if operator == "**" and (abs(left) > 1_000_000 or abs(right) > 100):
                raise SecurityError(_NO_USE)
            if operator == "*" and _bits(left) + _bits(right) > _MOST_BITS:
                raise SecurityError(_NO_USE)
            return super().call_binop(context, operator, left, right)

    environment = Environment(
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        finalize=pass_context(_yaml_word),  # without the context, it would run while compiling
        optimized=False,  # and so would other expressions, before there is a line to report
    )
    environment.globals.pop("lipsum")  # random: manifests must be reproducible
    environment.filters.pop("random")
    return environment


def _is_number(value: Any) -> bool:
    return hasattr(value, "as_integer_ratio")


def _bits(value: Any) -> int:
    return value.bit_length() if isinstance(value, int) else 0


def _yaml_word(_: object, value: Any) -> Any:
    """YAML's spelling of None and booleans, which differs from Python's."""
    return _WORDS[value] if value is None or isinstance(value, bool) else value


def _lines(question: Question, plain: str) -> list[int]:
    """For each line of `plain`, the line of the template.

    The template is rendered again with a mark before the text of each line. If marks would change the result
    (because the template compares or measures text), all lines are attributed to the first one.
    """
    try:
        marked = _render(_marked(question.template), question)
    except (Exception, _Overtime):  # a mark broke an expression
        marked = ""
    if _LINE_MARK.sub("", marked) != plain:
        return [0] * (plain.count("\n") + 1)
    lines, last = [], -1
    for line in marked.split("\n"):
        match = _LINE_MARK.search(line)
        last = int(match[1]) if match else last + 1
        lines.append(last)
    return lines


def _marked(text: str) -> str:
    """The template with the number of each line before the line's first character of text."""
    pieces = []
    for line, sort, value in _environment().lex(text):
        pieces.append(_marked_lines(value, line - 1) if sort == "data" else value)
    return "".join(pieces)


def _marked_lines(text: str, first: int) -> str:
    return "\n".join(_marked_line(line, number) for number, line in enumerate(text.split("\n"), first))


def _marked_line(text: str, line: int) -> str:
    blanks = len(text) - len(text.lstrip())
    return text if blanks == len(text) else f"{text[:blanks]}\ue000{line}\ue001{text[blanks:]}"


def _line(error: BaseException) -> int:
    """The line of the template at which `error` was raised, counted from 1; jinja2 puts it into the traceback."""
    frames = [frame.lineno for frame in extract_tb(error.__traceback__) if frame.filename == _FILE_NAME]
    return (frames[-1] if frames else 1) or 1


def main() -> None:
    """Answers until stdin is closed. Arguments are further folders with packages for Python's path."""
    sys.path.extend(sys.argv[1:])
    if hasattr(signal, "SIGXCPU"):
        faulthandler.register(signal.SIGXCPU, chain=True)
    while True:
        try:
            template, variables, limits = pickle.load(sys.stdin.buffer)  # noqa: S301 -- from the process that started this one
        except EOFError:
            return
        _tell(answered(Question(template, variables, Limits(*limits))))


def _tell(answer: Rendering) -> None:
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
