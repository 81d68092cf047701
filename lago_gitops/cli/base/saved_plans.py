"""Saved plans: written, read, and compared with the current plan."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import isfinite
from pathlib import Path
from typing import Any

import click

from lago_gitops import __version__
from lago_gitops.cli.base.exits import Exit, StoppedError
from lago_gitops.cli.base.options import Options
from lago_gitops.core.assessment.guard import Requirement, Verdict
from lago_gitops.core.comparison.desired import desired
from lago_gitops.core.identity import change_id
from lago_gitops.core.model.resources import Address
from lago_gitops.core.saved_plan import PlanFileError, check_target, verify
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.validate import Checked, is_tombstone
from lago_gitops.disk import write_whole
from lago_gitops.kinds import KINDS
from lago_gitops.lago.redaction import Redaction
from lago_gitops.manifests.sources.files import SUFFIXES, manifest_files
from lago_gitops.project import ENVIRONMENT_VARIABLE
from lago_gitops.render.base.json import dump
from lago_gitops.render.plan.document import Document, saved
from lago_gitops.render.plan.reached import contradicts
from lago_gitops.workflow.changes.plan import Planned

GOOD_FOR = timedelta(hours=24)
NO_PLAN = "this is not a plan saved by `plan --out`"
GIT_HEAD = ("git", "rev-parse", "HEAD")
Redact = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Approved:
    """What a saved plan allows of the plan of now: `held` has changed since; `done` is already as it was to be; `lost`
    is neither, since its manifest is another one or gone.

    `shown` is what whoever approved it has seen of what guards ask about: classes of effects, each with the change's
    address.
    """

    held: frozenset[Address]
    done: tuple[str, ...]
    lost: tuple[str, ...]
    shown: frozenset[tuple[str, Address]] = frozenset()
    saved_at: datetime | None = None

    def is_about(self, *addresses: Address) -> bool:
        """Whether some of what is to be done is meant: what is held back is no reason to stop."""
        return not self.held.issuperset(addresses)

    def answers(self, verdict: Verdict) -> bool:
        """Whether all that makes the guard ask was shown."""
        mine = (address for address in verdict.addresses if address not in self.held)
        return all((verdict.waiver, address) in self.shown for address in mine)

    def has_waited(self, wanted: Requirement, now: datetime) -> bool:
        """Whether nothing but time was wanted, and the plan has been there for so long."""
        is_all = self.saved_at is not None and not wanted.label
        return is_all and now - (self.saved_at or now) >= timedelta(seconds=wanted.wait_s)


def write_plan(document: Document, path: Path, paths: tuple[str, ...]) -> None:
    """Save a plan of the manifests at `paths`, without secrets; its seal is over what is saved.

    Raises NotWrittenError.
    """
    chosen = {"paths": list(paths)} if paths else {}
    write_whole(path, dump(saved(document | chosen, about_now())) + "\n")


def about_now() -> dict[str, str]:
    """What is known of a document that is made now."""
    now = datetime.now(UTC)
    return {
        "tool": f"lago-gitops {__version__}",
        "commit": _commit(),
        "created_at": _text(now),
        "expires_at": _text(now + GOOD_FOR),
    }


def plan_in(paths: tuple[str, ...]) -> Document | None:
    """The saved plan, where the path is one; None where the paths are those of manifests.

    Raises StoppedError for a plan that can't be used, UsageError for more than one path with a plan among them.
    """
    plans = [path for path in map(Path, paths) if path.is_file() and not _may_be_manifest(path)]
    if plans and len(paths) > 1:
        raise click.UsageError(f"{plans[0]} is a saved plan: pass it alone, or pass paths of manifests")
    return read_plan(plans[0]) if plans else None


def _may_be_manifest(path: Path) -> bool:
    """JSON can be either; a manifest says of what kind it is."""
    if path.suffix.lower() != ".json":
        return path.name.lower().endswith(SUFFIXES)
    return "kind" in (_json(path) or {})


def planned_for(document: Document, options: Options) -> Options:
    """The options, with the environment that the plan is for. Raises StoppedError where they name another."""
    planned = document["environment"]
    sources = (("--env", options.environment), (ENVIRONMENT_VARIABLE, os.environ.get(ENVIRONMENT_VARIABLE)))
    way, named = next((source for source in sources if source[1]), ("", planned))
    if named != planned:
        message = f"the plan is for environment {planned!r}, but {way} is {named!r}; nothing was changed"
        raise StoppedError(Exit.STALE, message)
    return options._replace(environment=planned)


def paths_of(document: Document, root: Path) -> tuple[str, ...]:
    """The paths that the plan is of, where manifests still are; none for a plan of the whole project."""
    return tuple(path for path in document.get("paths", ()) if manifest_files((root / path,), root).files)


def has_change(document: Document, redact: Redact) -> Callable[[Address], bool]:
    """Whether a saved plan has a change of the resource, by its address as it is shown."""
    addresses = {change["address"] for change in document["changes"]}
    return lambda address: redact(str(address)) in addresses


def read_plan(path: Path) -> Document:
    """A plan as `write_plan` left it. Raises StoppedError for anything else, and for one that is too old."""
    try:
        return _plan(path, _text(datetime.now(UTC)))
    except PlanFileError as error:
        raise StoppedError(Exit.STALE, f"{path}: {error}; nothing was changed") from None


def intact(path: Path) -> Document:
    """A saved plan that nobody edited, however old. Raises StoppedError for anything else."""
    try:
        return _plan(path, now="")
    except PlanFileError as error:
        raise StoppedError(Exit.STALE, f"{path}: {error}") from None


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """What puts a plan of this file into words: a seal tells that nobody edited it, not that we wrote it.

    Raises StoppedError where it has what no plan has.
    """
    try:
        yield
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError):
        raise StoppedError(Exit.STALE, f"{path}: {NO_PLAN}") from None


def _plan(path: Path, now: str) -> Document:
    """Raises PlanFileError."""
    from lago_gitops.render.plan_file import is_plan  # with all that draws a plan, which a new one doesn't wait for

    document = _json(path)
    if document is None or "format_version" not in document:
        raise PlanFileError(NO_PLAN)
    verify(document, now)
    if not is_plan(document):
        raise PlanFileError(NO_PLAN)
    return document


def _json(path: Path) -> Document | None:
    """The JSON object in a file, or None."""
    try:
        document = json.loads(path.read_bytes(), parse_float=_finite, parse_constant=_finite)
    except (OSError, ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _finite(written: str) -> float:
    """A fraction. Raises ValueError for infinity and NaN, which JSON doesn't have: a seal can't tell them from null."""
    number = float(written)
    if not isfinite(number):
        raise ValueError(written)
    return number


def approved(document: Mapping[str, Any], planned: Planned, checked: Checked, redact: Redaction) -> Approved:
    """Addresses are compared as they are shown. Raises StoppedError for the plan of another organization."""
    plan = planned.plan
    try:
        check_target(document, plan.organization.url, plan.organization.lago_id)
    except PlanFileError as error:
        raise StoppedError(Exit.STALE, f"the plan can't be used: {error}; nothing was changed") from None
    ids = {change["id"] for change in document["changes"]}
    addresses = {redact(str(change.address)) for change in plan.changes}
    over = [change for change in document["changes"] if change["address"] not in addresses]
    there = {redact(str(address)) for address in planned.inventory.live}
    seen = {(effect["class"], change["address"]) for change in document["changes"] for effect in change["effects"]}
    wanted = {redact(str(address)): one for address, one in checked.manifests.items() if not is_tombstone(one)}

    def is_done(change: Mapping[str, Any]) -> bool:
        address = change["address"]
        if change["action"] == "delete":
            return address not in there | wanted.keys()
        return address in there & wanted.keys() and not is_newer(change, wanted[address])

    def is_newer(change: Mapping[str, Any], manifest: Manifest) -> bool:
        kind = KINDS[manifest.kind]
        return contradicts(change, desired(manifest, kind), kind, redact.document)

    return Approved(
        held=frozenset(change.address for change in plan.changes if change_id(change) not in ids),
        done=tuple(change["address"] for change in over if is_done(change)),
        lost=tuple(change["address"] for change in over if not is_done(change)),
        shown=frozenset(
            (verdict.waiver, address)
            for verdict in plan.verdicts
            for address in verdict.addresses
            if (verdict.waiver, redact(str(address))) in seen
        ),
        saved_at=datetime.fromisoformat(document["created_at"]),
    )


def check_digest(document: Document, approved: str) -> None:
    """Raises StoppedError where the plan of now is not the one that was approved."""
    if not any(document[name].startswith(approved) for name in ("digest", "money_digest")):
        message = f"you approved plan {approved}, but the plan is now {document['digest'][:12]}; nothing was changed"
        raise StoppedError(Exit.STALE, message)


def _commit() -> str:
    """The commit that the manifests are at; empty outside of Git."""
    try:
        ran = subprocess.run(GIT_HEAD, capture_output=True, text=True, check=True, timeout=5)  # noqa: S603 a constant
    except (OSError, subprocess.SubprocessError):
        return ""
    return ran.stdout.strip()


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
