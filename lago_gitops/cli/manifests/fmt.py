"""lago-gitops fmt"""

from __future__ import annotations

import sys
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lago_gitops.cli.base.exits import Exit
from lago_gitops.cli.base.options import Options, shared_options
from lago_gitops.disk import write_whole

if TYPE_CHECKING:  # help and completion don't wait for what the command itself needs
    from lago_gitops.core.model.problem import Problem
    from lago_gitops.manifests.sources.files import FileText
    from lago_gitops.manifests.sources.folders import File
    from lago_gitops.manifests.writing.formatter import Order


@click.command("fmt")
@click.argument("paths", nargs=-1)
@click.option("--check", is_flag=True, help="Write nothing; exit with 3 when a file is not in the canonical layout.")
@shared_options
def command(*, options: Options, paths: tuple[str, ...], check: bool) -> None:
    """Format manifests in the canonical layout: order of fields, indentation, quotes. Comments are kept.

    PATHS are files or folders; without any, those of the project and its overlays. A file is left unchanged if
    formatting would alter its data or comments.
    """
    from lago_gitops.cli.base.session import begin_offline, report
    from lago_gitops.core.model.field_walk import key_order
    from lago_gitops.core.model.plurals import counted
    from lago_gitops.core.model.problem import Severity
    from lago_gitops.kinds import KINDS
    from lago_gitops.manifests.reading.reader import collection_paused
    from lago_gitops.manifests.sources.files import FileText, manifest_files
    from lago_gitops.render.plan.document import FORMAT

    session = begin_offline(options)
    overlays = (path for each in session.project.environments.values() for path in each.overlays)
    chosen = paths or (*session.project.manifests, *overlays)
    found = manifest_files([Path(path) for path in chosen], session.project.root)
    problems = [one for one in found.problems if one.severity is Severity.ERROR]
    changed: list[str] = []
    order = cache(partial(key_order, KINDS))
    with collection_paused():
        for file in found.files:
            match _laid_out(file, order):
                case FileText(source, text):
                    changed.append(source)
                    session.result(f"{'would change' if check else 'changed'} {source}")
                    if not check:
                        write_whole(file.path, text)
                case more:
                    problems += more
    if problems:
        report(session, tuple(problems))
    session.document({"format_version": FORMAT, "files": len(found.files), "changed": changed, "is_written": not check})
    session.result(f"{len(changed)} of {counted(len(found.files), 'file')} {'would change' if check else 'changed'}.")
    sys.exit(Exit.INVALID if check and changed else Exit.FINE)


def _laid_out(file: File, order: Order) -> FileText | tuple[Problem, ...]:
    """The text in its layout where it is in another; else what keeps it from being laid out, if anything."""
    from lago_gitops.manifests.sources.files import FileText, text_in
    from lago_gitops.manifests.writing.formatter import format_text

    text = text_in(file)
    if not isinstance(text, FileText):
        return (text,)
    made = format_text(text.source, text.text, order)
    return made.problems if made.problems or made.text == text.text else FileText(text.source, made.text)
