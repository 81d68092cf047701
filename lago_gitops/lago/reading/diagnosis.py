"""Checks of the set-up: server, key, permissions, organization, clock."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from lago_gitops.core.assessment.unavailable import Why, reason, way_out
from lago_gitops.core.comparison.abilities.licence import missing_without_licence
from lago_gitops.core.comparison.abilities.server import Server, Version, version
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.lago.client import Reader, Writer
from lago_gitops.lago.connect import open_http
from lago_gitops.lago.errors import Forbidden, LagoError, NotFound, Rejected, Unauthorized
from lago_gitops.lago.http.payload import decode
from lago_gitops.lago.http.transport import failure_text
from lago_gitops.lago.reading.expected import whoami
from lago_gitops.lago.reading.licence import has_licence
from lago_gitops.lago.reading.organization import why_unavailable
from lago_gitops.lago.target import Target

CLOCK_TOLERANCE = timedelta(minutes=2)
TIMEOUT_S = 10.0
MOST_OF_HEALTH = 100_000  # bytes; the rest isn't read


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one check. `fix` says what to do if it failed."""

    name: str
    is_well: bool
    found: str
    fix: str = ""

    @classmethod
    def well(cls, name: str, found: str) -> "Check":
        return cls(name, is_well=True, found=found)

    @classmethod
    def ill(cls, name: str, found: str, fix: str) -> "Check":
        return cls(name, is_well=False, found=found, fix=fix)


def server_checks(target: Target, transport: httpx.BaseTransport | None) -> Iterator[Check]:
    """Without a key: is there a Lago, which version does it report, and do the clocks agree? Raises MachineError."""
    try:
        with open_http(target, transport) as http, http.stream("GET", "/health", timeout=TIMEOUT_S) as answer:
            body = next(answer.iter_bytes(MOST_OF_HEALTH), b"")
    except httpx.HTTPError as error:
        yield Check.ill(
            "server", f"{target}: {failure_text(error)}", "is the URL right, and the server reachable from here?"
        )
        return
    says = _version(body)
    yield Check.well("server", f"{target} answers" + (f", and reports version {says}" if says else ""))
    theirs = _date(answer.headers.get("date", ""))
    if theirs is not None:
        yield _clock(theirs)


def _version(body: bytes) -> str:
    """The version that /health reports, or ""."""
    try:
        said = decode(body)
    except ValueError:
        return ""
    release = said.get("version") if isinstance(said, dict) else None
    return release if isinstance(release, str) else ""


def _date(header: str) -> datetime | None:
    """None for an invalid date. Without a zone it is UTC, like all dates in HTTP."""
    try:
        date = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def key_checks(reader: Reader, pinned: str) -> Iterator[Check]:
    """Does Lago know the key, and is it for the expected organization?"""
    try:
        about = whoami(reader)
    except Unauthorized:
        yield Check.ill("key", "Lago doesn't know it", "copy it again from Lago's page Developers, API keys")
        return
    except Forbidden:
        yield Check.ill("key", "it isn't allowed to read the organization", "give it read permission on organization")
        return
    except LagoError as error:
        yield Check.ill("key", str(error), "check that the URL is a Lago server's")
        return
    yield Check.well("key", "Lago knows it")
    slug = about.get("slug") or ""
    words = f"{about['name']} ({slug or 'no slug'}, {about['lago_id']})"
    if pinned in {"", about["lago_id"], slug}:
        yield Check.well("organization", words)
    else:
        fix = (
            f"the environment is for {pinned}: use the key of that one; or write `organization: {about['lago_id']}`, "
            "the id, which stays when the slug changes"
        )
        yield Check.ill("organization", words, fix)


def version_check(server: Server, said: str) -> Check:
    """Which release is it, and does it match the environment's `lago_version`?"""
    words = f"{_release(server.version)} or later, judging by its answers"
    if not said or (server.version <= version(said) and not server.lacks(said)):
        return Check.well("version", words)
    fix = f"the environment says `lago_version: {said!r}`: correct it, or leave it out where Lago is the newest"
    most = f", and {_release(server.at_most)} at most" if server.before is not None else ""
    return Check.ill("version", words + most, fix)


def licence_check(reader: Reader, kinds: Iterable[ResourceKind], server: Server) -> Check:
    """Does Lago have a licence, and what is missing without one?"""
    licence = has_licence(reader)
    if licence:
        return Check.well("licence", "there is one")
    missing = missing_without_licence(kinds, server.has)
    without = f"Lago leaves out {', '.join(missing.left_out)}; it refuses {', '.join(missing.refused)}"
    return Check.well("licence", f"none: {without}" if licence is False else f"Lago doesn't say; without one {without}")


def permission_checks(writer: Writer, kinds: Iterable[ResourceKind], needed: Collection[str]) -> Iterator[Check]:
    """For each kind, may the key read and write? Missing permissions that no manifest needs aren't failures.

    Write permission is probed with a body that Lago always rejects: nothing is created. Then the lists that tell
    how much an object is in use.
    """
    all_ = tuple(kinds)
    for kind in all_:
        yield _permission(writer, kind, is_needed=kind.name in needed)
    for collection in sorted({asked for kind in all_ if kind.name in needed for asked in kind.asked_beside}):
        yield _beside(writer, collection)


def _permission(writer: Writer, kind: ResourceKind, *, is_needed: bool) -> Check:
    why, writes = _unlisted(writer, kind.collection), _writes(writer, kind)
    name = f"permission {kind.name}"
    granted = ", ".join(word for word, is_so in (("read", why is None), ("write", writes)) if is_so) or "nothing"
    if why is None and writes:
        return Check.well(name, granted)
    problem = why or Why.PERMISSION
    if is_needed:
        return Check.ill(name, f"{granted}: {reason(kind, problem)}" if why else granted, way_out(kind, problem))
    return Check.well(name, f"{granted}; no manifest needs it" + (f" ({reason(kind, why)})" if why else ""))


def _beside(reader: Reader, collection: str) -> Check:
    name = f"permission {collection}"
    if _unlisted(reader, collection) is None:
        return Check.well(name, "read")
    fix = f"give the key read permission on {collection}: without it, plans assume that everything is in use"
    return Check.ill(name, "nothing", fix)


def _unlisted(reader: Reader, collection: str) -> Why | None:
    """Why the list can't be read; None if it can."""
    try:
        reader.get(collection, params={"per_page": 1})
    except (Forbidden, NotFound) as error:
        return why_unavailable(error) or Why.PERMISSION
    return None


def _writes(writer: Writer, kind: ResourceKind) -> bool:
    """Lago checks permissions before the body: 403 means no, 400 (no root key) means yes."""
    try:
        if kind.fixed:
            writer.put(kind.collection, body={})
        else:
            writer.post(kind.collection, body={})
    except Rejected:
        return True
    except (Forbidden, NotFound):
        return False
    return True


def _release(release: Version) -> str:
    return ".".join(map(str, release))


def _clock(theirs: datetime) -> Check:
    apart = abs(datetime.now(UTC) - theirs)
    words = f"{apart.total_seconds():.0f} s from the server's"
    if apart <= CLOCK_TOLERANCE:
        return Check.well("clock", words)
    return Check.ill("clock", words, "set this machine's clock: the expiry of plans depends on it")
