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
    """Git doesn't have the revision; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Revision:
    """`folder` has the project's files at `commit`."""

    folder: Path
    commit: str


@dataclass(frozen=True, slots=True)
class Commit:
    """`at` is when it was added to the branch: for a merge, the time of the merge."""

    name: str
    at: datetime


@contextmanager
def revision(root: Path, ref: str) -> Iterator[Revision]:
    """The project at the merge base of HEAD and `ref`, in a temporary folder.

    Without a common history, as in a shallow clone, `ref` itself is used. Raises RevisionError.
    """
    with at_commit(root, parted(root, ref)) as at:
        yield at


def parted(root: Path, ref: str) -> str:
    """The merge base of HEAD and `ref`; `ref` itself without a common history. Raises RevisionError."""
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
    """Files, relative to `root`, that have changed since the merge base of HEAD and `ref`, including deleted
    ones. Raises RevisionError."""
    commit = parted(root, ref)
    changed = _git(root, "diff", "--name-only", "--no-renames", "-z", "--relative", commit)
    added = _git(root, "ls-files", "--others", "--exclude-standard", "-z")
    return frozenset(Path(name) for names in (changed, added) for name in (names or b"").decode().split("\0") if name)


@contextmanager
def at_commit(root: Path, commit: str) -> Iterator[Revision]:
    """The project at a commit, in a temporary folder. Raises RevisionError."""
    archive = _git(root, "archive", "--format=tar", commit, ".")
    with tempfile.TemporaryDirectory(prefix="lago-gitops-") as folder:
        if archive is not None:  # None: the folder doesn't exist at that commit
            with tarfile.open(fileobj=io.BytesIO(archive)) as files:
                files.extractall(folder, filter="data")
        yield Revision(Path(folder), commit)


def history(root: Path) -> tuple[Commit, ...]:
    """The commits of this branch that changed something in the project, oldest first.

    A merge counts as one commit. Raises RevisionError if Git has none, or not all of them.
    """
    listed = _git(root, "log", "--first-parent", "--reverse", "--format=%H %cI", "HEAD", "--", ".")
    if not listed:
        raise RevisionError(_nothing_there(root) or f"Git has no commit of {root.resolve()}: commit the project first")
    if (_git(root, "rev-parse", "--is-shallow-repository") or b"").strip() == b"true":
        raise RevisionError("only the latest commits are here: fetch the whole history (`fetch-depth: 0`)")
    commits = (line.split() for line in listed.decode().splitlines())
    return tuple(Commit(name, datetime.fromisoformat(at).astimezone(UTC)) for name, at in commits)


def _nothing_there(root: Path) -> str:
    """Why Git has no revisions here, in its own words if it can't read a repository; empty if it has some."""
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
    """Git's output; None if it fails. Raises RevisionError if Git is missing or hangs."""
    ran = _run(root, *words)
    return ran.stdout if ran.returncode == 0 else None


def _run(root: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    command = ("git", "-C", str(root), *words)
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=GIT_TIMEOUT_S)  # noqa: S603 no shell
    except (OSError, subprocess.SubprocessError) as error:
        raise RevisionError(f"Git can't be run: {error}") from None
