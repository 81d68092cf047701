"""Where the journal of an apply is."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from lago_gitops.apply import Journal
from lago_gitops.cli.base.exits import Exit, StoppedError
from lago_gitops.cli.base.session import Session
from lago_gitops.core.plan import ChangePlan
from lago_gitops.disk import write_whole

RUNS = Path(".lago-gitops", "runs")


@contextmanager
def kept(journal: Journal, chosen: Path | None, plan: ChangePlan, session: Session) -> Iterator[None]:
    """The journal is open inside, in the file that was given or a new one of the project; of nothing to do there is
    none. Raises StoppedError or NotWrittenError where it can't be written.
    """
    if not plan.changes:
        yield
        return
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    path = chosen or session.project.root / RUNS / f"{name}.jsonl"
    organization = plan.organization
    about = {
        "run": name,
        "environment": plan.environment,
        "url": organization.url,
        "organization": organization.lago_id,
        "changes": len(plan.changes),
    }
    if chosen is None:
        _keep_out_of_git(session.project.root / RUNS.parts[0])
    try:
        journal.begin(path, about, session.options.output.redaction.line)
    except OSError as error:
        raise StoppedError(
            Exit.UNEXPECTED, f"the journal {path} can't be written: {error.strerror}; nothing was changed"
        ) from None
    try:
        yield
    finally:
        journal.close()
    session.note(f"journal: {path}")


def _keep_out_of_git(folder: Path) -> None:
    """Whoever did not begin with `init` has no line for it in their .gitignore."""
    ignored = folder / ".gitignore"
    if not ignored.exists():
        write_whole(ignored, "*\n")
