"""The options that all commands share, before the command's name or after it."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:  # this module is imported for `--help`, too
    from lago_gitops.core.execution.outcome import Outcome
    from lago_gitops.core.model.problem import Problem
    from lago_gitops.render.junit import Suite


@dataclass(slots=True)
class Told:
    """What a run found and did so far, for its reports: as far as it came, when it ends early."""

    command: str = ""
    problems: list["Problem"] = field(default_factory=list)
    plan: dict[str, Any] | None = None
    outcomes: "tuple[Outcome, ...] | None" = None
    tests: "tuple[Suite, ...] | None" = None
    result: dict[str, Any] | None = None  # what `--format json` prints


@dataclass(frozen=True, slots=True)
class Options:
    """As given; `color` None: as the terminal can."""

    environment: str | None = None
    format: str = "text"
    quiet: bool = False
    color: bool | None = None
    told: Told = field(default_factory=Told)


def _enter(_: click.Context, __: click.Parameter, folder: str | None) -> None:
    """Before any other option is looked at, so that all paths are meant from there."""
    if folder is not None:
        os.chdir(folder)


_SHARED = (
    click.option(
        "-C",
        "folder",
        type=click.Path(exists=True, file_okay=False),
        metavar="DIR",
        is_eager=True,
        expose_value=False,
        callback=_enter,
        help="Work in this folder: all other paths are relative to it.",
    ),
    click.option("--env", "environment", metavar="NAME", help="Environment of lago-gitops.yaml, or `sandbox`."),
    click.option("--format", type=click.Choice(("text", "json")), help="How results are printed.  [default: text]"),
    click.option("--quiet", is_flag=True, default=None, help="Results and errors only."),
    click.option("--color/--no-color", default=None, help="Force colour on or off. NO_COLOR is respected."),
)


def shared_options(function: Callable[..., None]) -> Callable[..., None]:
    """Hands a command its `options`: what stands after its name wins over what stands before."""

    @click.pass_context
    @wraps(function)
    def with_options(ctx: click.Context, /, **given: Any) -> None:
        shared = {name: given.pop(name) for name in ("environment", "format", "quiet", "color")}
        before = ctx.obj or Options(color=False if os.environ.get("NO_COLOR") else None)
        ctx.obj = replace(before, **{name: value for name, value in shared.items() if value is not None})
        function(options=ctx.obj, **given)

    for option in reversed(_SHARED):
        with_options = option(with_options)
    return with_options
