"""Text → manifests and all problems, in one run."""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from yaml.events import DocumentStartEvent, MappingStartEvent, StreamEndEvent

from lago_gitops.core.model.problem import Problem
from lago_gitops.core.validation.from_environment import WORD
from lago_gitops.core.validation.manifest import Manifest, Marks
from lago_gitops.manifests.characters import character_problems, zero_bytes
from lago_gitops.manifests.reading.builder import Builder, Notes, Unreadable
from lago_gitops.manifests.reading.lines import documents_by_line
from lago_gitops.manifests.reading.parser import Events, YAMLError, events
from lago_gitops.manifests.reading.syntax import syntax_problem
from lago_gitops.manifests.sources.files import FileText, is_template, text_in
from lago_gitops.manifests.sources.folders import File
from lago_gitops.manifests.sources.templates import Renderer, placed, placed_problem


@dataclass(frozen=True, slots=True)
class Reading:
    """Manifests and problems. A manifest with a problem is included as far as it could be read, so that other
    problems are found in the same run; manifests must not be used while there are problems.
    """

    manifests: tuple[Manifest, ...] = ()
    problems: tuple[Problem, ...] = ()
    referring: frozenset[str] = frozenset()  # sources that may refer to environment variables


def read_text(source: str, text: str) -> Reading:
    """The documents of one file. Empty documents are skipped, so an empty file has no manifests and no problems.

    A syntax error ends the file: documents before it are returned, the rest is ignored.
    """
    plain = text.removeprefix("\ufeff")
    if problems := character_problems(source, plain):
        return Reading((), problems)
    return _reading(source, plain, _documents)


def read_with_events(source: str, text: str) -> tuple[Reading, list[Any]]:
    """Like `read_text`, plus the parser's events, to build a tree from them.

    The text must have no forbidden characters and no byte order mark.
    """
    noted: list[Any] = []

    def documents(plain: str, notes: Notes) -> Iterator[Manifest]:
        return _parsed(_noted(events(plain), noted).__next__, notes)

    return _reading(source, text, documents), noted


def _noted(get_event: Events, noted: list[Any]) -> Iterator[Any]:
    while True:
        event = get_event()
        noted.append(event)
        yield event


def _reading(source: str, text: str, documents: Callable[[str, Notes], Iterable[Manifest]]) -> Reading:
    notes = Notes(source)
    manifests: list[Manifest] = []
    try:
        manifests.extend(documents(text, notes))
    except YAMLError as error:
        notes.problems.append(syntax_problem(source, text, error))
    except Unreadable as error:
        notes.problems.append(error.problem)
    referring = frozenset({source} if WORD in text or "\\" in text else ())  # an escape may spell the word
    return Reading(tuple(manifests), tuple(notes.problems), referring)


def read_template(source: str, text: str, variables: Mapping[str, Any], renderer: Renderer) -> Reading:
    """The documents that a template produces, with positions in the template."""
    made = renderer.rendered(source, text, variables)
    if isinstance(made, Problem):
        return Reading((), (made,))
    reading = _without_zero_bytes(made.text, read_text(source, made.text))
    return Reading(
        tuple(placed(manifest, made.lines) for manifest in reading.manifests),
        tuple(placed_problem(problem, made.lines) for problem in reading.problems),
        reading.referring,
    )


def read_files(files: Iterable[File], variables: Mapping[str, Any]) -> Reading:
    """The documents of all files, in order. `variables` are for templates."""
    with collection_paused(), Renderer() as renderer:
        readings = tuple(_read_file(file, variables, renderer) for file in files)
    return Reading(
        tuple(manifest for reading in readings for manifest in reading.manifests),
        tuple(problem for reading in readings for problem in reading.problems),
        frozenset[str]().union(*(reading.referring for reading in readings)),
    )


@contextmanager
def collection_paused() -> Iterator[None]:
    """Pause the garbage collector: reading creates many objects, but no reference cycles."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _read_file(file: File, variables: Mapping[str, Any], renderer: Renderer) -> Reading:
    match text_in(file):
        case FileText(source, text) if is_template(source):
            return read_template(source, text, variables, renderer)
        case FileText(source, text):
            return _without_zero_bytes(text, read_text(source, text))
        case problem:
            return Reading((), (problem,))


def _without_zero_bytes(text: str, reading: Reading) -> Reading:
    return replace(reading, problems=(*reading.problems, *zero_bytes(text, reading.manifests)))


def _documents(text: str, notes: Notes) -> Iterable[Manifest]:
    documents, sources = documents_by_line(text), (notes.source,)
    if documents is None:
        return _parsed(events(text), notes)
    return [Manifest(notes.source, data, Marks(sources, slots)) for data, slots in documents]


def _parsed(get_event: Events, notes: Notes) -> Iterator[Manifest]:
    while type(event := get_event()) is not StreamEndEvent:
        if type(event) is DocumentStartEvent:
            if event.version not in {None, (1, 2)}:
                notes.note(event, "manifests are YAML 1.2", "remove the line that starts with %YAML")
            builder, root = Builder(get_event, notes), get_event()
            if type(root) is MappingStartEvent:
                data, slots = builder.run(root)
                yield Manifest(notes.source, data, Marks((notes.source,), slots, builder.written))
            else:
                builder.refuse_root(root)
