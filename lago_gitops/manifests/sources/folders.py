"""Folders looked through: a link may lead elsewhere in the project and not out of it, and there is an end."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from lago_gitops.core.model.problem import Mark, Problem
from lago_gitops.manifests.limits import MAX_ENTRIES

OUTSIDE = "leads out of the project"
PUT_INSIDE = "put what it leads to into the project's folder, or name under `manifests` the folders that hold manifests"
NAME_FOLDERS = "name under `manifests` in lago-gitops.yaml the folders that hold manifests"


def files_below(folder: Path, root: Path, is_wanted: Callable[[str], bool]) -> Iterator[Path | Problem]:
    """Every wanted file below a folder, by folder and name, each folder once, and what can't be looked at.

    Hidden folders are passed over. What a link leads to has to be in the project, or in the folder itself.
    """
    bounds, seen, left = (root.resolve(), folder.resolve()), set[str](), MAX_ENTRIES
    errors: list[OSError] = []
    for place, folders, names in os.walk(folder, followlinks=True, onerror=errors.append):
        left -= len(folders) + len(names)
        if left < 0:
            message = f"there are more than {MAX_ENTRIES:,} files and folders here"
            yield Problem(Mark(source_of(folder, root)), message, NAME_FOLDERS)
            return
        real = os.path.realpath(place)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        strays = [name for name in folders if not is_inside(Path(place, name), bounds)]
        yield from (_stray(Path(place, name), root) for name in strays)
        folders[:] = [name for name in folders if name not in strays]
        yield from (_checked(Path(place, name), root, bounds) for name in sorted(names) if is_wanted(name))
    yield from (unreadable(source_of(Path(error.filename), root), error) for error in errors)


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


def irregular(path: Path, source: str) -> Problem | None:
    """Why it is no file with an end. Raises OSError."""
    if stat.S_ISREG(path.stat().st_mode):
        return None
    return Problem(Mark(source), "this is not a regular file", "a pipe or a device is not read: it may have no end")


def unreadable(source: str, error: Exception) -> Problem:
    """What the system says; a path that it can't even look for is a ValueError."""
    words = error.strerror if isinstance(error, OSError) else None
    return Problem(Mark(source), f"can't be read: {words or error}")


def _checked(path: Path, root: Path, bounds: Iterable[Path]) -> Path | Problem:
    source = source_of(path, root)
    if path.is_symlink() and not is_inside(path, bounds):
        return _stray(path, root)
    try:
        return irregular(path, source) or path
    except OSError as error:
        return unreadable(source, error)


def _stray(path: Path, root: Path) -> Problem:
    return Problem(Mark(source_of(path, root)), f"the link {OUTSIDE}", PUT_INSIDE)
