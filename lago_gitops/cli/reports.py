"""`--report FORMAT=PATH`: what a run found and did, as files, whichever way it ends."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any

import click

from lago_gitops.cli.exits import Exit, StoppedError
from lago_gitops.cli.options import Options, Told
from lago_gitops.disk import NotWrittenError, write_whole

FORMATS = ("text", "markdown", "html", "json", "sarif", "junit", "github")


class ReportType(click.ParamType[tuple[str, Path]]):
    """FORMAT=PATH"""

    name = "report"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Path]:
        format_, equals, path = str(value).partition("=")
        if format_ not in FORMATS or not equals or not path:
            known = ", ".join(FORMATS)
            self.fail(f"{value!r} is not a report: write FORMAT=PATH, with one of {known}", param, ctx)
        return format_, Path(path)


def reported(command: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A command with `--report`. It says what it found to `options.told`; the files are written when it ends."""

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        @click.option(
            "--report",
            "reports",
            type=ReportType(),
            multiple=True,
            metavar="FORMAT=PATH",
            help=f"Also write a report, whatever the result: {', '.join(FORMATS)}. Repeatable.",
        )
        @wraps(function)
        def run(*, options: Options, reports: Sequence[tuple[str, Path]], **given: Any) -> None:
            told = Told(command)
            try:
                function(options=replace(options, told=told), **given)
            except BaseException as ending:
                _write(told, reports, ending)
                raise
            _write(told, reports, None)

        return run

    return decorate


def _write(told: Told, reports: Sequence[tuple[str, Path]], ending: BaseException | None) -> None:
    """What can't be written is said, and makes a failure only of a run that is none already."""
    if not reports:
        return
    from lago_gitops.cli.saved_plans import masked
    from lago_gitops.lago.redaction import redact_urls
    from lago_gitops.render.facts import Facts
    from lago_gitops.render.reports.formats import FORMATS as RENDERERS

    code, stopped = _ended(ending)
    facts = Facts(
        command=told.command,
        about=_about(told.plan),
        exit_code=code,
        stopped=redact_urls(stopped),
        problems=tuple(told.problems),
        plan=None if told.plan is None else masked(told.plan),
        outcomes=told.outcomes,
        tests=told.tests,
        result=told.result,
    )
    for format_, path in reports:
        try:
            write_whole(path, redact_urls(RENDERERS[format_](facts)))
        except NotWrittenError as error:
            if code == Exit.FINE:
                raise
            click.echo(f"lago-gitops: {redact_urls(str(error))}", err=True)


def _about(plan: Mapping[str, Any] | None) -> dict[str, str]:
    """Of a saved plan when and by what it was made; else what is known of now."""
    from lago_gitops.cli.saved_plans import about_now

    if plan is None or "created_at" not in plan:
        return about_now()
    return {name: str(plan.get(name, "")) for name in ("tool", "commit", "created_at", "expires_at")}


def _ended(ending: BaseException | None) -> tuple[int, str]:
    """The exit code that an ending comes to, and why it stopped; nothing for one that is as it should be."""
    match ending:
        case None:
            return Exit.FINE, ""
        case SystemExit(code=code):
            return code if isinstance(code, int) else Exit.FINE, ""
        case StoppedError(code=code):
            return code, str(ending)
        case click.UsageError():
            return Exit.USAGE, ending.format_message()
        case click.Abort() | KeyboardInterrupt():
            return Exit.INTERRUPTED, "interrupted"
        case _:
            return Exit.UNEXPECTED, str(ending) or type(ending).__name__
