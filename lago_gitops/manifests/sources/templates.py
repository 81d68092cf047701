"""Templates → text: jinja2 in a sandbox, in a separate process with access only to the given variables."""

import json
import os
import pickle
import re
import sys
import threading
from array import array
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from lago_gitops.core.model.problem import Mark, Problem
from lago_gitops.core.validation.manifest import COLUMN_MASK, LINE_SHIFT, Manifest, Marks, place_slots
from lago_gitops.manifests.limits import (
    MAX_FILE_BYTES,
    MAX_TEMPLATE_BYTES_OF_MEMORY,
    MAX_TEMPLATE_SECONDS,
    MAX_TEMPLATE_STEPS,
)
from lago_gitops.manifests.sources import rendering

if TYPE_CHECKING:  # most projects have no templates
    import subprocess

RULE = "template"
LIMITS = rendering.Limits(MAX_FILE_BYTES, MAX_TEMPLATE_STEPS, MAX_TEMPLATE_SECONDS, MAX_TEMPLATE_BYTES_OF_MEMORY)
TOO_MUCH = "it needs more time or memory than a template may use"
LAST_RESORT_S = 60.0  # for systems without limits on processor time
_AT = re.compile(rb'File "<template>", line (\d+)')


@dataclass(frozen=True, slots=True)
class Rendered:
    """A template's text, and the line of the template for each line of it, both counted from 0."""

    text: str
    lines: tuple[int, ...]


class Renderer:
    """Renders templates in a process, and starts another if a template ends it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def rendered(self, source: str, text: str, variables: Mapping[str, Any]) -> Rendered | Problem:
        """The text of a template. Unknown variables are problems, and so is anything that the sandbox refuses."""
        answer = self._asked(rendering.Question(text, dict(variables), LIMITS))
        if "text" in answer:
            return Rendered(answer["text"], tuple(answer["lines"]))
        mark, message = Mark(source, answer["line"]), answer["message"]
        match answer["failure"]:
            case "syntax":
                return Problem(mark, f"the template can't be read: {message}", rule=RULE)
            case "undefined":
                known = ", ".join(sorted(variables)) or "none"
                hint = f"the variables of this environment are: {known}"
                return Problem(mark, f"the template can't be rendered: {message}", hint, RULE)
            case _:
                return Problem(mark, f"the template can't be rendered: {message}", rule=RULE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._end(self._process)

    def _asked(self, question: rendering.Question) -> rendering.Rendering:
        process = self._process = self._process or _started()
        watch = threading.Timer(LAST_RESORT_S, process.kill)
        watch.start()
        try:
            answer = _exchanged(process, question)
        finally:
            watch.cancel()
        if "begun" not in answer:
            return answer
        return {"failure": "other", "message": TOO_MUCH, "line": _line(answer["begun"], self._end(process))}

    def _end(self, process: "subprocess.Popen[bytes]") -> bytes:
        """Its remaining stderr."""
        self._process = None
        process.kill()
        return process.communicate()[1]


def _started() -> "subprocess.Popen[bytes]":
    """Started without the environment, so a template can't reveal keys."""
    import subprocess

    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return subprocess.Popen(  # noqa: S603 -- this program itself
        [sys.executable, "-I", str(Path(rendering.__file__)), *_places()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=kept,
    )


def _places() -> Iterator[str]:
    """Where jinja2 is installed: in a zipapp or a folder on the path, Python doesn't find it by itself."""
    for name in ("jinja2", "markupsafe"):
        found = find_spec(name)
        if found is not None and found.origin is not None:
            yield str(Path(found.origin).parents[1])


def _exchanged(process: "subprocess.Popen[bytes]", question: rendering.Question) -> rendering.Rendering:
    """The process's last answer to the question; unless the process has died, not just `begun`."""
    answer: rendering.Rendering = {"begun": []}
    if process.stdin is None or process.stdout is None:
        return answer
    with suppress(OSError):  # it has ended
        pickle.dump((question.template, question.variables, tuple(question.limits)), process.stdin)
        process.stdin.flush()
        while "begun" in answer and (line := process.stdout.readline()):
            answer = json.loads(line)
    return answer


def _line(begun: list[tuple[int, int]], trace: bytes) -> int:
    """The template line being rendered when the process died, from its traceback."""
    match = _AT.search(trace)
    at = int(match[1]) if match else 0
    return max((line for line, code in begun if code <= at), default=1)


def placed(manifest: Manifest, lines: tuple[int, ...]) -> Manifest:
    """The manifest with its marks on lines of the template, not of the rendered text."""
    slots = array("Q", manifest.marks.slots)
    for slot in place_slots(manifest.data, slots):
        slots[slot] = _moved(slots[slot], lines)
    written: dict[int, str] = {}
    for place, text in manifest.marks.written.items():
        if written.setdefault(_moved(place, lines), text) != text:  # a loop wrote several texts there
            written[_moved(place, lines)] = ""
    return replace(manifest, marks=Marks(manifest.marks.sources, slots, written))


def _moved(place: int, lines: tuple[int, ...]) -> int:
    line, column = place >> LINE_SHIFT, place & COLUMN_MASK
    return lines[min(line, len(lines) - 1)] << LINE_SHIFT | column


def placed_problem(problem: Problem, lines: tuple[int, ...]) -> Problem:
    """The problem at the line of the template that produced it."""
    line = lines[min(problem.mark.line, len(lines)) - 1] + 1
    return replace(problem, mark=replace(problem.mark, line=line))
