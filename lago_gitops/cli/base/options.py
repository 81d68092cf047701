"""The options that all commands share, before the command's name or after it."""

import os
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from lago_gitops.cli.base.output import Output

if TYPE_CHECKING:  # this module is imported for `--help`, too
    from click.shell_completion import CompletionItem

    from lago_gitops.core.execution.outcome import Outcome
    from lago_gitops.core.model.problem import Problem
    from lago_gitops.render.run.junit import Suite


Command = Callable[..., None]


class RunRecord:
    """What a run found and did so far, for its reports: as far as it came, when it ends early."""

    def __init__(self) -> None:
        self.command = ""
        self.problems: list[Problem] = []
        self.plan: dict[str, Any] | None = None
        self.outcomes: tuple[Outcome, ...] | None = None
        self.tests: tuple[Suite, ...] | None = None
        self.result: dict[str, Any] | None = None  # what `--format json` prints


class Options(NamedTuple):
    """As given, with the record of the run so far, and where it is shown."""

    record: RunRecord
    output: Output
    environment: str | None = None


def _enter(_: click.Context, __: click.Parameter, folder: str | None) -> None:
    """Evaluated before other options, so all paths are relative to it."""
    if folder is not None:
        os.chdir(folder)


def _environments(_: click.Context, __: click.Parameter, begun: str) -> "list[CompletionItem]":
    """The names that the project file has; of one with mistakes, only that of the sandbox."""
    from pathlib import Path

    from click.shell_completion import CompletionItem

    from lago_gitops.project import SANDBOX, find_project

    names = dict.fromkeys((*find_project(Path()).project.environments, SANDBOX))
    return [CompletionItem(name) for name in names if name.startswith(begun)]


def _shared(formats: tuple[str, ...]) -> tuple[Callable[[Command], Command], ...]:
    return (
        click.option(
            "-C",
            "folder",
            type=click.Path(exists=True, file_okay=False),
            metavar="DIR",
            is_eager=True,
            expose_value=False,
            callback=_enter,
            help="Work in this folder; all other paths are relative to it.",
        ),
        click.option(
            "--env",
            "environment",
            metavar="NAME",
            shell_complete=_environments,
            help="Environment of lago-gitops.yaml, or `sandbox`.",
        ),
        click.option("--format", type=click.Choice(formats), help="Output format.  [default: text]"),
        click.option("-q", "--quiet", is_flag=True, default=None, help="Print only results and errors."),
        click.option("--color/--no-color", default=None, help="Force colour on or off. NO_COLOR is respected."),
    )


def shared_options(function: Command) -> Command:
    """Hands a command its `options`: what stands after its name wins over what stands before."""
    return with_formats("text", "json")(function)


def with_formats(*formats: str) -> Callable[[Command], Command]:
    """As `shared_options`, for a command that has formats of its own."""
    return lambda function: _with_options(function, formats)


def _with_options(function: Command, formats: tuple[str, ...]) -> Command:
    @click.pass_context
    @wraps(function)
    def with_options(ctx: click.Context, /, **arguments: Any) -> None:
        environment, format_, quiet, color = (
            arguments.pop(name) for name in ("environment", "format", "quiet", "color")
        )
        options = ctx.obj if environment is None else ctx.obj._replace(environment=environment)
        options.record.command = ctx.info_name or ""
        options.output.format = format_ or options.output.format
        options.output.quiet = options.output.quiet or bool(quiet)
        if options.output.quiet:
            options.output.progress.silence()
        options.output.color = options.output.color if color is None else color
        ctx.obj = options
        function(options=options, **arguments)

    for option in reversed(_shared(formats)):
        with_options = option(with_options)
    return with_options
