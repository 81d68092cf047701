"""`--report FORMAT=PATH`: what a run found and did, as files, however it ends."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from lago_gitops.cli.base.exits import Exit, found
from lago_gitops.cli.base.options import Options
from lago_gitops.disk import NotWrittenError, write_whole

if TYPE_CHECKING:  # this module is imported for `--help`, too
    from pathlib import Path

FORMATS = ("text", "markdown", "html", "json", "sarif", "junit", "github")


class ReportType(click.ParamType["tuple[str, Path]"]):
    """FORMAT=PATH"""

    name = "report"

    def __init__(self, formats: Sequence[str] = FORMATS) -> None:
        self._formats = formats

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> "tuple[str, Path]":
        format_, equals, path = str(value).partition("=")
        if format_ not in self._formats or not equals or not path:
            known = ", ".join(self._formats)
            self.fail(f"{value!r} is not a report: write FORMAT=PATH, where FORMAT is one of {known}", param, ctx)
        from pathlib import Path

        return format_, Path(path)


def reported(command: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A command with `--report`. It says what it found to `options.record`; the files are written when it ends."""

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
        def run(*, options: Options, reports: "Sequence[tuple[str, Path]]", **arguments: Any) -> None:
            options.record.command = command
            try:
                function(options=options, **arguments)
            except BaseException as error:
                _write(options, reports, error)
                raise
            _write(options, reports, None)

        return run

    return decorate


def _write(options: Options, reports: "Sequence[tuple[str, Path]]", ended_by: BaseException | None) -> None:
    """What can't be written is said, and makes a failure only of a run that is none already."""
    if not reports:
        return
    from lago_gitops.render.reports.formats import FORMATS as RENDERERS

    facts = found(options, ended_by, _about(options.record.plan))
    for format_, path in reports:
        try:
            write_whole(path, RENDERERS[format_](facts))
        except NotWrittenError as error:
            if facts.exit_code == Exit.FINE:
                raise
            options.output.error(f"lago-gitops: {error}")


def _about(plan: Mapping[str, Any] | None) -> dict[str, str]:
    """Of a saved plan when and by what it was made; else what is known of now."""
    from lago_gitops.cli.base.saved_plans import about_now

    if plan is None or "created_at" not in plan:
        return about_now()
    return {name: str(plan.get(name, "")) for name in ("tool", "commit", "created_at", "expires_at")}
