"""Finds the files with manifests, and reads their text."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from io import FileIO
from operator import attrgetter
from pathlib import Path

from lago_gitops.core.model.problem import Mark, Problem, Severity
from lago_gitops.core.model.suggestions import closest
from lago_gitops.manifests.characters import mark_at
from lago_gitops.manifests.limits import MAX_FILE_BYTES
from lago_gitops.manifests.sources.folders import File, files_below, regular, source_of, unreadable

TEMPLATE_SUFFIXES = (".yaml.j2", ".yml.j2")
FOLDER_SUFFIXES = (".yaml", ".yml", *TEMPLATE_SUFFIXES)
SUFFIXES = (*FOLDER_SUFFIXES, ".json")  # JSON files serve many purposes, such as saved plans, so they must be named
TEST_SUFFIXES = (".test.yaml", ".test.yml")  # price tests are in the same folders
SIMULATION_SUFFIXES = (".simulation.yaml", ".simulation.yml")  # and so are simulations
PROJECT_FILE = "lago-gitops.yaml"
EMPTY = "empty"  # the rule of problems that a first manifest solves
WAYS_TO_START = "`lago-gitops init` writes an example, `lago-gitops pull` writes what your Lago has"
_OTHER_TEMPLATES = ("jinja", "jinja2", "tmpl", "tpl")  # other tools' suffixes of templates, after .yaml
_PIECE_BYTES = 65_536
_LARGEST_JSON_BYTES = 1_000_000  # of a JSON file checked for looking like a manifest, which is far smaller


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """Files with manifests, each once, sorted by folder and name; and problems with other files."""

    files: tuple[File, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class FileText:
    """The text of one file. `source` is its path as shown in marks and problems."""

    source: str
    text: str


def is_manifest(name: str) -> bool:
    """Whether a file with that name in a folder is a manifest. Case-insensitive."""
    return name.lower().endswith(FOLDER_SUFFIXES) and not name.startswith(".") and not is_other(name)


def is_other(name: str) -> bool:
    """Whether a file with that name is other YAML of this tool: a price test, a simulation, the project file."""
    return name.lower().endswith((*TEST_SUFFIXES, *SIMULATION_SUFFIXES)) or name.lower() == PROJECT_FILE


def is_template(source: str) -> bool:
    return source.lower().endswith(TEMPLATE_SUFFIXES)


def manifest_files(paths: Iterable[Path], root: Path) -> FoundFiles:
    """The manifests among `paths` and below folders among them.

    Hidden files and folders are skipped, and so are circular links. A file in `paths` is read
    from any folder, if its suffix is that of a manifest. A JSON file in a folder that looks like a
    manifest is skipped with a warning.
    """
    files: dict[str, File] = {}
    problems: list[Problem] = []
    for path in paths:
        below = _below(path, root)
        problems.extend(below.problems)
        for file in below.files:
            files.setdefault(file.real, file)
    sources = frozenset(file.source for file in files.values())
    kept = (one for one in problems if one.severity is Severity.ERROR or one.mark.source not in sources)
    odd = (_capitals(file.source) for file in files.values() if _is_oddly_named(file.path.name))
    return FoundFiles(tuple(sorted(files.values(), key=attrgetter("source"))), (*kept, *odd))


def text_of(path: Path, root: Path) -> FileText | Problem:
    """The text of a file, or the problem with it."""
    file = regular(path, source_of(path, root))
    return text_in(file) if isinstance(file, File) else file


def text_in(file: File) -> FileText | Problem:
    """Its text, or the problem with it."""
    try:
        return read(file.path, file.source)
    except OSError as error:
        return unreadable(file.source, error)


def read(path: Path, source: str) -> FileText | Problem:
    """The text of a file or pipe. Raises OSError and ValueError."""
    with path.open("rb", buffering=0) as file:
        raw = _bytes(file, MAX_FILE_BYTES + 1)
    if len(raw) > MAX_FILE_BYTES:
        return _too_large(source)
    try:
        return FileText(source, raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        return _not_utf_8(source, raw, error.start)


def _bytes(file: FileIO, most: int) -> bytes:
    """All bytes, or at most `most`; a small file doesn't allocate more than it needs."""
    raw = file.read(min(os.fstat(file.fileno()).st_size + 1, most))
    while len(raw) < most and (more := file.read(min(_PIECE_BYTES, most - len(raw)))):
        raw += more
    return raw


def _below(path: Path, root: Path) -> FoundFiles:
    source = source_of(path, root)
    try:
        is_folder, is_there = path.is_dir(), os.path.lexists(path)
    except (OSError, ValueError) as error:
        return FoundFiles(problems=(unreadable(source, error),))
    if is_folder:
        return _in_folder(path, source, root)
    if not is_there:
        return FoundFiles(problems=(Problem(Mark(source), "there is no such file or folder", _beside(path), EMPTY),))
    if is_other(path.name):
        return FoundFiles()
    if not path.name.lower().endswith(SUFFIXES):
        hint = "their names end in " + ", ".join(SUFFIXES)
        return FoundFiles(problems=(Problem(Mark(source), "this is not a manifest", hint),))
    file = regular(path, source)
    return FoundFiles((file,)) if isinstance(file, File) else FoundFiles(problems=(file,))


def _beside(path: Path) -> str:
    """Similar names in the same folder; else how to get manifests."""
    try:
        names = os.listdir(path.parent)
    except OSError:
        names = []
    return closest(path.name, names) or f"correct the name; or, if there are no manifests yet, {WAYS_TO_START}"


def _in_folder(folder: Path, source: str, root: Path) -> FoundFiles:
    inside = tuple(files_below(folder, root, lambda name: is_manifest(name) or _is_looked_at(name)))
    problems = [one for one in inside if isinstance(one, Problem) and not _is_looked_at(Path(one.mark.source).name)]
    every = [one for one in inside if isinstance(one, File)]
    files = tuple(file for file in every if not _is_looked_at(file.path.name))
    if not files and not problems:
        hint = f"manifests are files with names that end in {', '.join(FOLDER_SUFFIXES)}; {WAYS_TO_START}"
        problems.append(Problem(Mark(source), "no manifests in this folder", hint, EMPTY))
    others = [file for file in every if _is_looked_at(file.path.name)]
    problems.extend(_passed_over(file.source) for file in others if _is_json_manifest(file.path))
    problems.extend(_no_template(file.source) for file in others if _is_like_template(file.path.name))
    return FoundFiles(files, tuple(problems))


def _is_looked_at(name: str) -> bool:
    """Whether a file with that name may be meant as a manifest."""
    return _is_json(name) or _is_like_template(name)


def _is_json(name: str) -> bool:
    return name.lower().endswith(".json") and not name.startswith(".")


def _is_json_manifest(file: Path) -> bool:
    try:
        if file.stat().st_size > _LARGEST_JSON_BYTES:
            return False
        data = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    items = data if isinstance(data, list) else [data]
    return any(isinstance(item, dict) and isinstance(item.get("kind"), str) for item in items)


def _is_like_template(name: str) -> bool:
    """Whether it is named like another tool's template of YAML."""
    stem, dot, last = name.lower().rpartition(".")
    return bool(dot) and last in _OTHER_TEMPLATES and is_manifest(stem)


def _no_template(source: str) -> Problem:
    message = "this looks like a template but is skipped: templates of manifests end in .yaml.j2"
    hint = f"rename it to {Path(source).stem}.j2"
    return Problem(Mark(source), message, hint, severity=Severity.WARNING)


def _passed_over(source: str) -> Problem:
    message = "this looks like a manifest but is skipped: only YAML files are read from folders"
    hint = "name the file under `manifests` in lago-gitops.yaml, or save it as YAML"
    return Problem(Mark(source), message, hint, severity=Severity.WARNING)


def _is_oddly_named(name: str) -> bool:
    return not name.endswith(FOLDER_SUFFIXES) and is_manifest(name)


def _capitals(source: str) -> Problem:
    message = "its name ends in capitals: it is read here, but editors and other tools may skip it"
    return Problem(Mark(source), message, f"let it end in {FOLDER_SUFFIXES[0]}", severity=Severity.WARNING)


def _too_large(source: str) -> Problem:
    message = f"a file of more than {MAX_FILE_BYTES // 1_000_000} MB is not read"
    return Problem(Mark(source), message, "split it: any number of files will do")


def _not_utf_8(source: str, raw: bytes, start: int) -> Problem:
    before = raw[:start].decode("utf-8")
    return Problem(mark_at(source, before, len(before)), "the file is not UTF-8 from here on", "save it as UTF-8")
