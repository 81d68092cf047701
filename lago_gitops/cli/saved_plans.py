"""Saved plans: written, read, and held against what is to be done now."""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from lago_gitops.cli.exits import Exit, StoppedError
from lago_gitops.core.assessment.guard import Verdict
from lago_gitops.core.identity import change_id
from lago_gitops.core.model.resources import Address
from lago_gitops.core.plan import Plan
from lago_gitops.core.saved_plan import PlanFileError, check, check_target
from lago_gitops.core.validation.validate import Checked
from lago_gitops.disk import write_whole
from lago_gitops.lago.redaction import redact_urls
from lago_gitops.render.document import Document, saved
from lago_gitops.render.json import dump

GOOD_FOR = timedelta(hours=24)
GIT_HEAD = ("git", "rev-parse", "HEAD")
DIGEST = re.compile("(?:sha256:)?([0-9a-f]{12,64})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Approved:
    """What a saved plan allows of the plan of now: `held` has changed since; `done` is already as it was to be.

    `shown` are the classes of effects that whoever approved it has seen, each with the change's address.
    """

    held: frozenset[Address]
    done: tuple[str, ...]
    lost: tuple[str, ...]
    shown: frozenset[tuple[str, str]] = frozenset()

    def answers(self, verdict: Verdict) -> bool:
        """Whether all that makes the guard ask was shown."""
        return all((verdict.waiver, redact_urls(str(address))) in self.shown for address in verdict.addresses)


def write_plan(document: Document, path: Path) -> None:
    """Save a plan without the secrets of URLs; the seal is over what is saved. Raises NotWrittenError."""
    now = datetime.now(UTC)
    about = {
        "tool": f"lago-gitops {version('lago-gitops')}",
        "commit": _commit(),
        "created_at": _text(now),
        "expires_at": _text(now + GOOD_FOR),
    }
    masked = json.loads(redact_urls(json.dumps(document, ensure_ascii=False)))
    write_whole(path, dump(saved(masked, about)) + "\n")


def read_plan(path: Path) -> Document:
    """A plan as `write_plan` left it. Raises StoppedError for anything else, and for one that is too old."""
    document = document_in(path)
    try:
        check(document, _text(datetime.now(UTC)))
    except (PlanFileError, KeyError, TypeError) as error:
        raise StoppedError(Exit.STALE, f"{path}: {_words(error)}; nothing was changed") from None
    return document


def document_in(path: Path) -> Document:
    """The JSON object in a file. Raises StoppedError where there is none."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        document = None
    if not isinstance(document, dict):
        raise StoppedError(Exit.STALE, f"{path}: this is no plan that `plan --out` saved")
    return document


def approved(document: Mapping[str, Any], plan: Plan, checked: Checked) -> Approved:
    """Raises StoppedError where the saved plan is for another organization."""
    try:
        check_target(document, plan.organization.url, plan.organization.lago_id)
    except PlanFileError as error:
        raise StoppedError(Exit.STALE, f"the plan can't be used: {error}; nothing was changed") from None
    ids = {change["id"] for change in document["changes"]}
    addresses = {str(change.address) for change in plan.changes}
    gone = [change["address"] for change in document["changes"] if change["address"] not in addresses]
    wanted = set(_shown(checked))
    return Approved(
        held=frozenset(change.address for change in plan.changes if change_id(change) not in ids),
        done=tuple(address for address in gone if address in wanted),
        lost=tuple(address for address in gone if address not in wanted),
        shown=frozenset(
            (effect["class"], change["address"]) for change in document["changes"] for effect in change["effects"]
        ),
    )


def digest_option(_: click.Context, __: click.Parameter, given: str | None) -> str | None:
    """The digits of --approved. Raises BadParameter for fewer than tell plans apart."""
    if given is None:
        return None
    found = DIGEST.fullmatch(given)
    if found is None:
        raise click.BadParameter("give at least the first 12 hex digits of the plan's digest")
    return found[1].lower()


def check_digest(document: Document, approved: str) -> None:
    """Raises StoppedError where the plan of now is not the one that was approved."""
    if not document["digest"].startswith(approved):
        message = f"approved was {approved}, and the plan is now {document['digest'][:12]}; nothing was changed"
        raise StoppedError(Exit.STALE, message)


def _shown(checked: Checked) -> Iterator[str]:
    """Addresses as a saved plan has them."""
    for address in checked.manifests:
        yield redact_urls(str(address))


def _words(error: Exception) -> str:
    return str(error) if isinstance(error, PlanFileError) else "this is no plan that `plan --out` saved"


def _commit() -> str:
    """The commit that the manifests are at; empty outside of Git."""
    try:
        ran = subprocess.run(GIT_HEAD, capture_output=True, text=True, check=True, timeout=5)  # noqa: S603 a constant
    except (OSError, subprocess.SubprocessError):
        return ""
    return ran.stdout.strip()


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
