"""lago-gitops sandbox"""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from lago_gitops.cli.base.exits import Exit, StoppedError
from lago_gitops.cli.base.options import Options, shared_options
from lago_gitops.sandbox.base.settings import Settings

if TYPE_CHECKING:  # help and completion don't wait for what the command itself needs
    from lago_gitops.sandbox.serving.fault_rules import FaultRule

DEFAULTS = Settings()


def _rules(_: click.Context, __: click.Parameter, texts: tuple[str, ...]) -> tuple[FaultRule, ...]:
    from lago_gitops.sandbox.serving.fault_rules import parse_rule

    try:
        return tuple(parse_rule(text) for text in texts)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _instant(_: click.Context, __: click.Parameter, text: str | None) -> datetime | None:
    from lago_gitops.sandbox.base.clock import moment

    instant = None if text is None else moment(text)
    if text is not None and instant is None:
        raise click.BadParameter(f"{text!r} is not a date or time: write it like 2026-10-01 or 2026-10-01T12:00:00Z")
    return instant


@click.command("sandbox")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=3000,
    show_default=True,
    help="Port to listen on; 0 picks a free one.",
)
@click.option(
    "--db", "database", default=":memory:", show_default=True, metavar="FILE", help="SQLite file to keep data in."
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="Address to listen on. Inside a container, use 0.0.0.0; others can then reach it.",
)
@click.option(
    "--webhook-host",
    "webhook_hosts",
    multiple=True,
    metavar="HOST",
    help="Host that webhooks may be sent to, besides this machine; repeatable.",
)
@click.option("--organization", default=DEFAULTS.organization, show_default=True, metavar="NAME")
@click.option(
    "--jobs",
    type=click.Choice(("auto", "manual")),
    default="auto",
    show_default=True,
    help="Whether background jobs (plan deletes) run at once or wait for POST /sandbox/drain.",
)
@click.option(
    "--clock",
    "starts_at",
    callback=_instant,
    metavar="ISO",
    help="Start time; the clock stands still until POST /sandbox/clock moves it.  [default: now, with a running clock]",
)
@click.option("--premium", is_flag=True, help="Enable licensed (premium) features.")
@click.option("--lago-version", default=DEFAULTS.lago_version, show_default=True, metavar="VERSION")
@click.option(
    "--fault",
    "faults",
    multiple=True,
    callback=_rules,
    metavar="RULE",
    help="Inject a fault: FAULT[=SECONDS][@METHOD,PATH,NUMBER…], as in 500-after@PUT,2 or latency=0.2@/plans*.",
)
@shared_options
def command(*, options: Options, host: str, port: int, faults: tuple[FaultRule, ...], **settings: Any) -> None:
    """Serve a look-alike of Lago on this machine, for lago-gitops and other programs.

    The API key is LAGO_API_KEY, or `sandbox` where that is not set.
    """
    from lago_gitops.cli.base.session import begin_offline
    from lago_gitops.core.project_schema import KEY_VARIABLE
    from lago_gitops.render.plan.document import FORMAT
    from lago_gitops.sandbox.base.storage.store import UnusableFileError
    from lago_gitops.sandbox.serving.app import Sandbox
    from lago_gitops.sandbox.serving.faults import Faulty
    from lago_gitops.sandbox.serving.server import LOOPBACK, serve_forever

    session = begin_offline(options)
    key = os.environ.get(KEY_VARIABLE) or DEFAULTS.api_key
    try:
        sandbox = Sandbox(replace(DEFAULTS, api_key=key, **settings))
    except UnusableFileError as error:
        raise StoppedError(Exit.UNEXPECTED, str(error)) from None
    if host not in LOOPBACK:
        session.note(f"Warning: everyone who can reach {host} can use this sandbox; its key is not a secret.")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for url in serve_forever(Faulty(sandbox, faults) if faults else sandbox, host, port):
            own = "" if key == DEFAULTS.api_key else "LAGO_API_KEY as it is set; "
            options.output.progress.end()
            session.document({"format_version": FORMAT, "url": url, "api_key": _shown(key)})
            session.result(f"Lago look-alike at {url}\n  {own}export LAGO_API_URL={url} LAGO_API_KEY={_shown(key)}")
    except OSError as error:
        raise StoppedError(Exit.UNEXPECTED, f"can't listen on {host}, port {port}: {error.strerror}") from None
    finally:
        sandbox.close()


def _shown(key: str) -> str:
    """The default key is not a secret; any other is."""
    return key if key == DEFAULTS.api_key else "***"
