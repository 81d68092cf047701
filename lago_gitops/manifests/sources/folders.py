"""Folders looked through: a link may lead elsewhere in the project and not out of it, and there is an end."""

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
    """A file that is a regular one. `source` is its path as marks and problems show it, `real` is where it is, whatever
    links lead there."""

    path: Path
    source: str
    real: str


def files_below(folder: Path, root: Path, is_wanted: Callable[[str], bool]) -> Iterator[File | Problem]:
    """Every wanted file below a folder, by folder and name, each folder once, and what can't be looked at.

    Hidden folders are passed over. What a link leads to has to be in the project, or in the folder itself.
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
    """They know what they are, so that nobody has to ask the disk. Raises OSError."""
    with os.scandir(place) as found:
        return sorted(found, key=attrgetter("name"))


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    """Or a link to one. False for what can't be followed."""
    try:
        return entry.is_dir()
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class _Folder:
    """`source` is what the sources of its files begin with."""

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
    """Whether what the path leads to is in one of the real folders. False for what can't be followed."""
    try:
        real = path.resolve()
    except (OSError, ValueError, RuntimeError):  # too long, with a NUL, in a circle
        return False
    return any(real.is_relative_to(bound) for bound in bounds)


def source_of(path: Path, root: Path) -> str:
    """The path relative to the project's root, with slashes; the path as it is when it lies elsewhere."""
    absolute, base = os.path.abspath(path), os.path.join(os.path.abspath(root), "")
    if absolute.startswith(base):  # nearly always, and without making paths of them a tenth of the time
        return absolute.removeprefix(base).replace(os.sep, "/")
    whole = Path(absolute)
    return whole.relative_to(base).as_posix() if whole.is_relative_to(base) else path.as_posix()


def regular(path: Path, source: str) -> File | Problem:
    """The file at a path, or why there is none with an end. A pipe is no file: nobody may ever write to it."""
    try:
        is_regular = stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError) as error:
        return unreadable(source, error)
    return File(path, source, os.path.realpath(path)) if is_regular else _irregular(source)


def unreadable(source: str, error: Exception) -> Problem:
    """What the system says; a path that it can't even look for is a ValueError."""
    words = error.strerror if isinstance(error, OSError) else None
    return Problem(Mark(source), f"can't be read: {words or error}")


def _irregular(source: str) -> Problem:
    return Problem(Mark(source), "this is not a regular file", "pipes and devices are not read: they may never end")


def _stray(source: str) -> Problem:
    return Problem(Mark(source), f"the link {OUTSIDE}", PUT_INSIDE)
