"""Searches folders: follows links within the project but not out of it, up to a limit."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from lago_gitops.core.model.problem import Mark, Problem
from lago_gitops.manifests.limits import MAX_ENTRIES

OUTSIDE = "points outside the project"
PUT_INSIDE = "move its target into the project's folder, or list the folders with manifests under `manifests`"
NAME_FOLDERS = "list the folders with manifests under `manifests` in lago-gitops.yaml"


@dataclass(frozen=True, slots=True)
class File:
    """A regular file. `source` is its path as shown in marks and problems, `real` its path with all
    links resolved."""

    path: Path
    source: str
    real: str


def files_below(folder: Path, root: Path, is_wanted: Callable[[str], bool]) -> Iterator[File | Problem]:
    """Every wanted file below a folder, by folder and name, each folder once, and problems with others.

    Hidden folders are skipped. The target of a link must be in the project, or in the folder itself.
    """
    bounds, seen, left = (root.resolve(), folder.resolve()), set[str](), MAX_ENTRIES
    errors: list[Problem] = []
    waiting = [folder]
    while waiting:
        place = waiting.pop()
        source = source_of(place, root)
        try:
            entries = _entries(place)
        except OSError as error:
            errors.append(unreadable(source, error))
            continue
        left -= len(entries)
        if left < 0:
            message = f"there are more than {MAX_ENTRIES:,} files and folders here"
            yield Problem(Mark(source_of(folder, root)), message, NAME_FOLDERS)
            return
        real = os.path.realpath(place)
        if real in seen:
            continue
        seen.add(real)
        here = _Folder(place, "" if source == "." else f"{source.rstrip('/')}/", real)
        folders = {one.name for one in entries if _is_folder(one)}
        inside = {name: is_inside(place / name, bounds) for name in sorted(folders) if not name.startswith(".")}
        yield from (_stray(here.source + name) for name, is_in in inside.items() if not is_in)
        yield from (here.file(one, bounds) for one in entries if is_wanted(one.name) and one.name not in folders)
        waiting += [place / name for name in reversed(inside) if inside[name]]
    yield from errors


def _entries(place: Path) -> list["os.DirEntry[str]"]:
    """Sorted entries, which know their type without a further system call. Raises OSError."""
    with os.scandir(place) as found:
        return sorted(found, key=attrgetter("name"))


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    """Whether it is a folder or a link to one. False for a broken link."""
    try:
        return entry.is_dir()
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class _Folder:
    """`source` is the prefix of its files' sources."""

    path: Path
    source: str
    real: str

    def file(self, entry: "os.DirEntry[str]", bounds: Iterable[Path]) -> File | Problem:
        path, source = self.path / entry.name, self.source + entry.name
        if entry.is_symlink():
            return regular(path, source) if is_inside(path, bounds) else _stray(source)
        if entry.is_file():
            return File(path, source, os.path.join(self.real, entry.name))
        return _irregular(source)


def is_inside(path: Path, bounds: Iterable[Path]) -> bool:
    """Whether the path's target is in one of the real folders. False for a broken link."""
    try:
        real = path.resolve()
    except (OSError, ValueError, RuntimeError):  # too long, with a NUL, or circular
        return False
    return any(real.is_relative_to(bound) for bound in bounds)


def source_of(path: Path, root: Path) -> str:
    """The path relative to the project's root, with slashes; the unchanged path if it is outside."""
    absolute, base = os.path.abspath(path), os.path.join(os.path.abspath(root), "")
    if absolute.startswith(base):  # nearly always, and ten times as fast as with Path objects
        return absolute.removeprefix(base).replace(os.sep, "/")
    whole = Path(absolute)
    return whole.relative_to(base).as_posix() if whole.is_relative_to(base) else path.as_posix()


def regular(path: Path, source: str) -> File | Problem:
    """The regular file at a path, or a problem. Pipes aren't regular files: reading one might never end."""
    try:
        is_regular = stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError) as error:
        return unreadable(source, error)
    return File(path, source, os.path.realpath(path)) if is_regular else _irregular(source)


def unreadable(source: str, error: Exception) -> Problem:
    """The system's message; ValueError is for a path that isn't even valid."""
    words = error.strerror if isinstance(error, OSError) else None
    return Problem(Mark(source), f"can't be read: {words or error}")


def _irregular(source: str) -> Problem:
    return Problem(Mark(source), "this is not a regular file", "pipes and devices are not read: they may never end")


def _stray(source: str) -> Problem:
    return Problem(Mark(source), f"the link {OUTSIDE}", PUT_INSIDE)
