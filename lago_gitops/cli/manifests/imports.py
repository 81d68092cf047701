"""lago-gitops import"""

import sys
from pathlib import Path

import click

from lago_gitops.cli.base.exits import Exit
from lago_gitops.cli.base.options import Options, shared_options
from lago_gitops.disk import write_whole


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
              help="Folder for the manifests.  [default: the first folder of the project's manifests]")  # fmt: skip
@shared_options
def command(*, options: Options, files: tuple[Path, ...], out: Path | None) -> None:
    """Convert data of Terraform, Stripe or Lago's API into manifests. Needs no network access.

    FILES are files or folders, recognized by their content: Terraform (a state, `terraform show -json`, *.tf.json),
    bodies of Lago's API (as sent by scripts, or as returned by the API and Lago's command line), and Stripe (products,
    prices with tiers, and meters as JSON; prices and products as exported by the dashboard).

    Resources that already have a manifest are left unchanged. What manifests can't express is listed; if a resource is
    skipped because of it, the exit code is 3.
    """
    from lago_gitops.cli.base.places import described, first_folder, scope
    from lago_gitops.cli.base.session import begin_offline, paint
    from lago_gitops.render.manifests.pulled import imported_document, imported_text, resource_text
    from lago_gitops.workflow.pulling.imports import imported

    session = begin_offline(options)
    folder = session.project.root / (out or first_folder(session.project))
    project, environment = scope(session, folder)
    done = imported(project, described(session, project, environment), files, folder)
    for place, text in done.texts.items():
        write_whole(project.root / place, text)
    notes = [(note.where, note.message) for note in done.notes]
    document = session.document(imported_document(done.resources, notes, done.left_out, done.dangling, done.places))
    for resource in document["resources"]:
        session.note(resource_text(resource, paint))
    session.result(imported_text(document))
    sys.exit(Exit.INVALID if done.left_out or not done.resources else Exit.FINE)
