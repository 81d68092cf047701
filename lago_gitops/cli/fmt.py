"""lago-gitops fmt"""

import sys
from pathlib import Path

import click

from lago_gitops.cli.exits import Exit
from lago_gitops.cli.options import Options, shared_options
from lago_gitops.cli.session import Session, begin_offline, report
from lago_gitops.core.model.field_walk import key_order
from lago_gitops.core.model.problem import Problem, Severity
from lago_gitops.disk import write_whole
from lago_gitops.kinds import KINDS
from lago_gitops.manifests.files import Text, manifest_files, text_of
from lago_gitops.manifests.formatter import format_text


@click.command("fmt")
@click.argument("paths", nargs=-1)
@click.option("--check", is_flag=True, help="Write nothing; exit with 3 when a file is not in the canonical layout.")
@shared_options
def command(*, options: Options, paths: tuple[str, ...], check: bool) -> None:
    """Write manifests in the canonical layout: order of fields, indentation, quotes. Comments stay.

    PATHS are files or folders; without any, those of the project and its overlays. A file whose data or
    comments would not be the same afterwards is left as it is.
    """
    session = begin_offline(options)
    overlays = (path for each in session.project.environments.values() for path in each.overlays)
    chosen = paths or (*session.project.manifests, *overlays)
    found = manifest_files([Path(path) for path in chosen], session.project.root)
    problems, changed = [one for one in found.problems if one.severity is Severity.ERROR], 0
    for path in found.paths:
        problem, is_changed = _format(session, path, check=check)
        problems += problem
        changed += is_changed
    if problems:
        report(session, tuple(problems))
    session.result(f"{changed} of {len(found.paths)} files {'would change' if check else 'changed'}.")
    sys.exit(Exit.INVALID if check and changed else Exit.FINE)


def _format(session: Session, path: Path, *, check: bool) -> tuple[tuple[Problem, ...], bool]:
    """What keeps the file from being laid out, and whether its layout changes."""
    text = text_of(path, session.project.root)
    if not isinstance(text, Text):
        return (text,), False
    made = format_text(text.source, text.text, lambda where: key_order(KINDS, where))
    is_changed = not made.problems and made.text != text.text
    if is_changed:
        session.result(f"{'would change' if check else 'changed'} {text.source}")
        if not check:
            write_whole(path, made.text)
    return made.problems, is_changed
