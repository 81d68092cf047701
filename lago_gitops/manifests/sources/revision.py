"""The files of a project as they were at another revision, from Git."""

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

GIT_TIMEOUT_S = 60
_NO_REPOSITORY = "not a git repository"


class RevisionError(Exception):
    """Git does not have the revision; the text says what would help."""


@dataclass(frozen=True, slots=True)
class Revision:
    """`folder` has the project's files as they were at `commit`."""

    folder: Path
    commit: str


@dataclass(frozen=True, slots=True)
class Commit:
    """`at` is when it came onto the branch: of a merge, when it was merged."""

    name: str
    at: datetime


@contextmanager
def revision(root: Path, ref: str) -> Iterator[Revision]:
    """The project at the commit where HEAD and `ref` parted, in a folder that is gone afterwards.

    Where they have no common history, as in a shallow clone, it is `ref` itself. Raises RevisionError.
    """
    with at_commit(root, parted(root, ref)) as at:
        yield at


def parted(root: Path, ref: str) -> str:
    """The commit where HEAD and `ref` parted; `ref` itself where they have no common history. Raises RevisionError."""
    tip = commit_of(root, ref)
    return (_git(root, "merge-base", "HEAD", tip) or tip.encode()).decode().strip()


def commit_of(root: Path, ref: str) -> str:
    """The commit that a branch, a tag or a commit names. Raises RevisionError."""
    tip = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if tip is None:
        hint = "name a branch, tag or commit; in a pipeline, fetch the whole history (`fetch-depth: 0`)"
        raise RevisionError(_nothing_there(root) or f"Git has no revision {ref!r} here: {hint}")
    return tip.decode().strip()


def changed_since(root: Path, ref: str) -> frozenset[Path]:
    """The files, relative to `root`, that are not as they were where HEAD and `ref` parted, those that are gone
    included. Raises RevisionError."""
    commit = parted(root, ref)
    changed = _git(root, "diff", "--name-only", "--no-renames", "-z", "--relative", commit)
    added = _git(root, "ls-files", "--others", "--exclude-standard", "-z")
    return frozenset(Path(name) for names in (changed, added) for name in (names or b"").decode().split("\0") if name)


@contextmanager
def at_commit(root: Path, commit: str) -> Iterator[Revision]:
    """The project as it was at a commit, in a folder that is gone afterwards. Raises RevisionError."""
    archive = _git(root, "archive", "--format=tar", commit, ".")
    with tempfile.TemporaryDirectory(prefix="lago-gitops-") as folder:
        if archive is not None:  # None: the folder is not there at that commit, so that nothing was
            with tarfile.open(fileobj=io.BytesIO(archive)) as files:
                files.extractall(folder, filter="data")
        yield Revision(Path(folder), commit)


def history(root: Path) -> tuple[Commit, ...]:
    """The commits of this branch that changed something in the project, the oldest first.

    What was merged counts as the merge alone. Raises RevisionError where Git has none, or not all of them.
    """
    listed = _git(root, "log", "--first-parent", "--reverse", "--format=%H %cI", "HEAD", "--", ".")
    if not listed:
        raise RevisionError(_nothing_there(root) or f"Git has no commit of {root.resolve()}: commit the project first")
    if (_git(root, "rev-parse", "--is-shallow-repository") or b"").strip() == b"true":
        raise RevisionError("only the latest commits are here: fetch the whole history (`fetch-depth: 0`)")
    commits = (line.split() for line in listed.decode().splitlines())
    return tuple(Commit(name, datetime.fromisoformat(at).astimezone(UTC)) for name, at in commits)


def _nothing_there(root: Path) -> str:
    """Why Git has no revision at all here, in its own words where it reads no repository; empty where it has some."""
    asked = _run(root, "rev-parse", "--git-dir")
    if asked.returncode:
        said = asked.stderr.decode(errors="replace").partition("\n")[0].removeprefix("fatal: ")
        if said.startswith(_NO_REPOSITORY):
            return "this is not a Git repository: run `git init` and commit the project"
        return f"Git reads no repository here: {said}"
    if _git(root, "rev-parse", "--verify", "--quiet", "HEAD") is None:
        return "there is no Git commit yet: commit the project first"
    return ""


def _git(root: Path, *words: str) -> bytes | None:
    """What Git prints; None where it says no. Raises RevisionError where there is no Git, or it hangs."""
    ran = _run(root, *words)
    return ran.stdout if ran.returncode == 0 else None


def _run(root: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    command = ("git", "-C", str(root), *words)
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=GIT_TIMEOUT_S)  # noqa: S603 no shell
    except (OSError, subprocess.SubprocessError) as error:
        raise RevisionError(f"Git can't be run: {error}") from None
