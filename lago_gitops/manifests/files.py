"""Which files are manifests, and their text."""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lago_gitops.core.model.problem import Mark, Problem, Severity
from lago_gitops.manifests.characters import mark_at
from lago_gitops.manifests.limits import MAX_FILE_BYTES

TEMPLATE_SUFFIXES = (".yaml.j2", ".yml.j2")
FOLDER_SUFFIXES = (".yaml", ".yml", *TEMPLATE_SUFFIXES)
SUFFIXES = (*FOLDER_SUFFIXES, ".json")  # JSON lies around for many reasons (saved plans, too), so it has to be named
TEST_SUFFIXES = (".test.yaml", ".test.yml")  # pricing tests live beside the manifests they test
PROJECT_FILE = "lago-gitops.yaml"
EMPTY = "empty"  # the rule of problems that a first manifest solves
_LARGEST_JSON_BYTES = 1_000_000  # of a JSON file in a folder that is looked into: a manifest is far smaller


@dataclass(frozen=True, slots=True)
class Found:
    """The files that manifests are read from, each once, sorted by folder and name; and what could not be looked at."""

    paths: tuple[Path, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """The text of one file. `source` is its path as marks and problems show it."""

    source: str
    text: str


def is_manifest(name: str) -> bool:
    """Whether a file of that name, met in a folder, is a manifest. Capitals don't matter."""
    return name.lower().endswith(FOLDER_SUFFIXES) and not name.startswith(".") and not is_other(name)


def is_other(name: str) -> bool:
    """Whether a file of that name is YAML of ours that is no manifest: a pricing test or the project file."""
    return name.lower().endswith(TEST_SUFFIXES) or name.lower() == PROJECT_FILE


def is_template(source: str) -> bool:
    return source.lower().endswith(TEMPLATE_SUFFIXES)


def manifest_files(paths: Iterable[Path], root: Path) -> Found:
    """The manifests below the folders and among the files that `paths` name.

    Hidden files and folders are passed over, so are links that lead back. A file that is named itself is taken
    whatever folder it is in, provided that its name ends like a manifest's. A JSON file in a folder that looks like a
    manifest is passed over with a warning.
    """
    files: dict[str, Path] = {}
    problems: list[Problem] = []
    for path in paths:
        found = _below(path, root)
        problems.extend(found.problems)
        for file in found.paths:
            files.setdefault(os.path.realpath(file), file)
    named = {source_of(file, root) for file in files.values()}
    kept = (one for one in problems if one.severity is Severity.ERROR or one.mark.source not in named)
    return Found(tuple(sorted(files.values(), key=lambda file: source_of(file, root))), tuple(kept))


def source_of(path: Path, root: Path) -> str:
    """The path relative to the project's root, with slashes; the path as it is when it lies elsewhere."""
    absolute, base = (Path(os.path.abspath(place)) for place in (path, root))
    return absolute.relative_to(base).as_posix() if absolute.is_relative_to(base) else path.as_posix()


def text_of(path: Path, root: Path) -> Text | Problem:
    """The text of a file, or why it can't be had."""
    source = source_of(path, root)
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            return _too_large(source)
        with path.open("rb") as file:
            raw = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        return _unreadable(source, error)
    if len(raw) > MAX_FILE_BYTES:
        return _too_large(source)
    try:
        return Text(source, raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        return _not_utf_8(source, raw, error.start)


def _below(path: Path, root: Path) -> Found:
    source = source_of(path, root)
    if path.is_dir():
        return _in_folder(path, source, root)
    if not os.path.lexists(path):
        return Found(problems=(Problem(Mark(source), "there is no such file or folder", rule=EMPTY),))
    if is_other(path.name):
        return Found()
    if not path.name.lower().endswith(SUFFIXES):
        hint = "their names end in " + ", ".join(SUFFIXES)
        return Found(problems=(Problem(Mark(source), "this is no manifest", hint),))
    return Found((path,))


def _in_folder(folder: Path, source: str, root: Path) -> Found:
    problems: list[Problem] = []

    def note(error: OSError) -> None:
        problems.append(_unreadable(source_of(Path(error.filename), root), error))

    every = tuple(_walk(folder, note))
    files = tuple(file for file in every if is_manifest(file.name))
    if not files and not problems:
        hint = "manifests are files with names that end in " + ", ".join(FOLDER_SUFFIXES)
        problems.append(Problem(Mark(source), "no manifests in this folder", hint, EMPTY))
    problems.extend(_passed_over(source_of(file, root)) for file in every if _is_json_manifest(file))
    return Found(files, tuple(problems))


def _is_json_manifest(file: Path) -> bool:
    if not file.name.lower().endswith(".json") or file.name.startswith("."):
        return False
    try:
        if not file.is_file() or file.stat().st_size > _LARGEST_JSON_BYTES:
            return False
        data = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(data, dict) and isinstance(data.get("kind"), str)


def _passed_over(source: str) -> Problem:
    message = "this looks like a manifest and is passed over: in folders only YAML is read"
    hint = "name the file under `manifests` in lago-gitops.yaml, or save it as YAML"
    return Problem(Mark(source), message, hint, severity=Severity.WARNING)


def _walk(folder: Path, note: Callable[[OSError], None]) -> Iterator[Path]:
    """Every file below `folder`, links followed, each folder once."""
    seen: set[str] = set()
    for place, folders, names in os.walk(folder, followlinks=True, onerror=note):
        real = os.path.realpath(place)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(place, name) for name in sorted(names))


def _unreadable(source: str, error: OSError) -> Problem:
    return Problem(Mark(source), f"can't be read: {error.strerror}")


def _too_large(source: str) -> Problem:
    message = f"a file of more than {MAX_FILE_BYTES // 1_000_000} MB is not read"
    return Problem(Mark(source), message, "split it: any number of files will do")


def _not_utf_8(source: str, raw: bytes, start: int) -> Problem:
    before = raw[:start].decode("utf-8")
    return Problem(mark_at(source, before, len(before)), "the file is not UTF-8 from here on", "save it as UTF-8")
