"""lago-gitops doctor"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from lago_gitops.cli.base.exits import Exit
from lago_gitops.cli.base.options import Options, shared_options

if TYPE_CHECKING:  # help and completion don't wait for what the command itself needs
    from lago_gitops.access import Access
    from lago_gitops.cli.base.session import Session
    from lago_gitops.lago.reading.diagnosis import Check


NAME_WIDTH = 27
FOUND_WIDTH = 80  # characters; without a licence it is a long list


@click.command("doctor")
@shared_options
def command(*, options: Options) -> None:
    """Check the server, API key, permissions, organization, version and clock.

    Changes nothing: write permission is probed with a request that Lago always rejects.
    """
    from lago_gitops.cli.base.session import begin, organization
    from lago_gitops.render.plan.document import FORMAT

    session = begin(options)
    checks: list[Check] = []
    with organization(session) as way:
        for check in _checks(session, way):
            checks.append(check)
            session.result(_line(check))
    rows = [{"name": one.name, "well": one.is_well, "found": one.found, "fix": one.fix} for one in checks]
    session.document({"format_version": FORMAT, "checks": rows})
    sys.exit(_exit(checks))


def _checks(session: Session, way: Access) -> Iterator[Check]:
    from lago_gitops.kinds import KINDS
    from lago_gitops.lago.reading.diagnosis import (
        Check,
        key_checks,
        licence_check,
        permission_checks,
        server_checks,
        version_check,
    )
    from lago_gitops.lago.reading.organization import inventory

    environment = session.environment
    server = tuple(server_checks(way.target, way.transport))
    yield from server
    if not all(check.is_well for check in server if check.name == "server"):
        return
    with way.writer() as client:
        key = tuple(key_checks(client, environment.organization))
        yield from key
        if not environment.organization and not environment.is_sandbox:
            yield Check.well("pin", "none: add `organization` to the environment, so that a wrong key can do no harm")
        if key[0].is_well:
            live = inventory(client, str(way.target), KINDS.values(), concurrency=2)
            yield version_check(live.server, environment.lago_version)
            yield licence_check(client, KINDS.values(), live.server)
            yield from permission_checks(client, KINDS.values(), _needed(session))


def _needed(session: Session) -> frozenset[str]:
    """The kinds that the project is about; all of them where its manifests don't say."""
    from lago_gitops.kinds import KINDS
    from lago_gitops.workflow.manifests.checking import checked_manifests

    checked = checked_manifests(session.project, session.environment)
    described = {address.kind for address in (*checked.manifests, *session.project.external.addresses)}
    scopes = {scope.kind for scope in session.project.prune}
    return frozenset(described | scopes) if checked.manifests else frozenset(KINDS)


def _line(check: Check) -> str:
    from lago_gitops.cli.base.session import paint
    from lago_gitops.render.base.values import printable

    mark = paint("ok  ", "green") if check.is_well else paint("FAIL", "red")
    fix = f"\n       {printable(check.fix)}" if check.fix else ""
    first, *more = textwrap.wrap(printable(check.found), FOUND_WIDTH, break_long_words=False) or [""]
    rest = "".join(f"\n{'':<{NAME_WIDTH + 6}}{line}" for line in more)
    return f"{mark} {check.name:<{NAME_WIDTH}} {first}{rest}{fix}"


def _exit(checks: list[Check]) -> Exit:
    bad = {check.name for check in checks if not check.is_well}
    if "organization" in bad:
        return Exit.STALE
    return Exit.UNREACHABLE if bad & {"server", "key"} else Exit.REFUSED if bad else Exit.FINE
