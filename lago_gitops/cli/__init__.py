"""The command line: parse, call the workflow, print, exit.

Importing this imports click and nothing slow: each command's module is imported when it is called.
"""

import gc
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from lago_gitops import __version__
from lago_gitops.cli.base.exits import Exit, ended_well
from lago_gitops.cli.base.options import Options, RunRecord, shared_options
from lago_gitops.cli.base.output import Output, format_of
from lago_gitops.cli.base.progress import Progress, on_stderr
from lago_gitops.cli.base.signals import leave_soon

COMMANDS = {
    "apply": "Make Lago match the manifests.",
    "audit": "Check that the fees Lago created follow the price list.",
    "doctor": "Check the server, the API key and its permissions.",
    "export": "Export what Lago billed as partitions: Parquet or CSV.",
    "fmt": "Format manifests in the canonical layout; comments are kept.",
    "import": "Convert data of Terraform, Stripe or Lago's API into manifests.",
    "init": "Start a project in this folder.",
    "plan": "Show what apply would change, and change nothing.",
    "ci": "Run a pipeline job; the GitHub Action runs this command.",
    "comment": "Show a plan on its pull request: one comment, updated in place.",
    "drift": "Check whether Lago still matches the manifests.",
    "graph": "Draw the references between resources.",
    "price": "Show what usage costs on a plan, item by item.",
    "pull": "Make the manifests match Lago.",
    "rate": "Rate partitions of closed periods, locally or on a cluster.",
    "sandbox": "Serve a look-alike of Lago on this machine.",
    "schema": "Print or write the JSON Schemas of manifests.",
    "show": "Show a saved plan.",
    "simulate": "Show what customers would be invoiced, month by month.",
    "targets": "List projects and environments, also as a matrix for pipelines.",
    "test": "Run pricing tests: usage in, bill out.",
    "validate": "Check manifests without network access.",
}
"""By name, the help that the list of commands shows, so that listing them imports none."""


COLLECTIONS = (1_000_000, 20, 100)
"""How often Python looks for garbage in cycles. A run makes many values that stay and hardly a cycle: at Python's own
pace, looking takes a third of the time."""


_WIDTH = 80  # of help, at most

MODULES = {
    "changes": ("apply", "comment", "drift", "plan", "show"),
    "manifests": ("fmt", "graph", "import", "init", "pull", "schema", "validate"),
    "pipeline": ("ci", "targets"),
    "prices": ("audit", "export", "price", "rate", "simulate", "test"),
}
"""By room, the commands in it; all others are modules beside this one."""

RENAMED = {"import": "imports"}
"""Of commands that can't name a module: theirs is a word of Python's."""


def module_of(command: str) -> str:
    """The dotted name of the module that has a command."""
    rooms = [room for room, commands in MODULES.items() if command in commands]
    return ".".join(("lago_gitops.cli", *rooms, RENAMED.get(command, command)))


class Commands(click.Group):
    """The commands, each imported when it is called."""

    def list_commands(self, _: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(module_of(cmd_name)).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Raises click.UsageError, with the command that was probably meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from lago_gitops.core.model.suggestions import closest

            hint = closest(args[0], COMMANDS)
            raise click.UsageError(f"{error.message} {hint.capitalize()}".rstrip(), ctx) from None

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))


def _version(ctx: click.Context, _: click.Parameter, value: object) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(f"lago-gitops {__version__}")
        ctx.exit()


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@shared_options
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Print the version."
)
def cli(*, options: Options) -> None:
    """Keep the pricing of a Lago organization in Git.

    Manifests say what should exist; `plan` shows how Lago differs from them, and `apply` makes the changes. Without a
    Lago server, all commands work on the built-in sandbox.

    Exit codes: 0 success, 1 unexpected error, 2 changes pending (plan --detailed-exitcode) or fees that differ (audit),
    3 invalid manifests, 4 refused, 5 stale or foreign plan, 6 partly applied, 8 Lago unreachable or key refused,
    64 wrong usage, 130 interrupted.
    """
    del options  # they are for the commands


def main(args: Sequence[str] | None = None) -> None:
    """Entry point of the console script. Raises SystemExit; without arguments of its own it may end the process."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that can't show a character shows its number
    color = False if os.environ.get("NO_COLOR") else None
    progress = on_stderr(os.environ) if args is None else Progress()
    options = Options(
        RunRecord(), Output(format_of(sys.argv[1:] if args is None else args), color=color, progress=progress)
    )
    if args is None:
        leave_soon()
        gc.set_threshold(*COLLECTIONS)
    try:
        with progress.ticking(), progress.doing("Working"), ended_well(options):
            code = cli.main(
                args, prog_name="lago-gitops", standalone_mode=False, obj=options, terminal_width=_help_width()
            )
            raise SystemExit(code if isinstance(code, int) else Exit.FINE)
    except SystemExit as ended:
        if args is None and ended.code == Exit.INTERRUPTED:
            os._exit(Exit.INTERRUPTED)  # Python would wait for threads whose requests hang
        raise


def _help_width() -> int:
    """The width that click chooses for help by itself; to ask the system for it, click imports all of `shutil`."""
    setting = os.environ.get("COLUMNS", "")
    try:
        columns = int(setting) if setting.isdecimal() else os.get_terminal_size().columns
    except OSError:
        columns = 0
    return max(min(columns or _WIDTH, _WIDTH) - 2, 50)
