"""Files that are written whole, or not at all."""

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # this module is imported for `--help`, too
    from pathlib import Path


class NotWrittenError(Exception):
    """A file can't be written. What it had before is still there, whole; the text says so."""


def write_whole(path: "Path", content: str | bytes) -> None:
    """Give a file its content: whoever reads it meanwhile, or after a crash, finds the old one or the new one.

    Folders that are missing are created. The content goes to a hidden file beside, which then replaces the old one:
    permissions stay, and where a link leads elsewhere, that file is written. What is no file (a terminal, a pipe) is
    written to as it is. Raises NotWrittenError.
    """
    from pathlib import Path

    place, data = Path(os.path.realpath(path)), content.encode() if isinstance(content, str) else content
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists() and not place.is_file():
            place.write_bytes(data)
        else:
            _replace(place, data)
    except OSError as error:
        left = "; it was left unchanged" if os.path.isfile(place) else ""
        raise NotWrittenError(f"{path} can't be written: {error.strerror or error}{left}") from error


def _replace(place: "Path", content: bytes) -> None:
    beside = place.with_name(f".{os.urandom(6).hex()}.tmp")  # whatever its name, one of this length can be had
    try:
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if place.exists():
            _take_after(beside, place.stat())
        beside.replace(place)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _take_after(new: "Path", old: os.stat_result) -> None:
    """Owner and permissions of the file that is replaced; giving a file away is for the superuser alone."""
    if hasattr(os, "chown"):
        with suppress(PermissionError):
            os.chown(new, old.st_uid, old.st_gid)
    new.chmod(stat.S_IMODE(old.st_mode))
