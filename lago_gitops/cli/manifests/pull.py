"""lago-gitops pull"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lago_gitops.cli.base.exits import Exit
from lago_gitops.cli.base.options import Options, shared_options
from lago_gitops.disk import write_whole

if TYPE_CHECKING:  # help and completion don't wait for what the command itself needs
    from lago_gitops.cli.base.session import Session
    from lago_gitops.render.plan.document import Document


@click.command("pull")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
              help="Folder for new manifests.  [default: the first folder of the project's manifests]")  # fmt: skip
@shared_options
def command(*, options: Options, out: Path | None) -> None:
    """Make the manifests match Lago; a plan is empty afterwards.

    Existing manifests are edited in place: comments and layout are kept. New resources are written to new files.
    Whatever comes from a template or an overlay is left unchanged and reported. If DIR is not among the project's
    manifests, the whole organization is written there.

    Nothing is deleted from manifests, and external resources are not added. Objects that can't be expressed as
    manifests, or that contradict another manifest, are listed with the reason, and the exit code is 3.
    """
    from lago_gitops.cli.base.places import described, first_folder, scope
    from lago_gitops.cli.base.session import begin, organization
    from lago_gitops.render.manifests.pulled import pulled_document
    from lago_gitops.workflow.pulling.in_place import placed, read_beside

    session = begin(options)
    folder = session.project.root / (out or first_folder(session.project))
    project, environment = scope(session, folder)
    with organization(session) as way, way.reader() as client:
        session.progress.begin("Reading manifests")
        checked = described(session, project, environment)
        session.progress.begin("Reading Lago")
        inventory = read_beside(checked, client, way, environment)
        session.progress.begin("Comparing")
        done = placed(project, environment, checked, inventory, folder)
    for place, text in done.texts.items():
        write_whole(project.root / place, text)
    name = inventory.organization.name
    tell(session, session.document(pulled_document(name, done.resources, done.left_out, done.dangling)))
    if environment.is_sandbox and not project.environments:
        session.note("That was the sandbox inside the tool: to pull from your Lago, set LAGO_API_KEY")
    sys.exit(Exit.INVALID if done.left_out else Exit.FINE)


def tell(session: Session, document: Document) -> None:
    """Say what became of each resource."""
    from lago_gitops.cli.base.session import paint
    from lago_gitops.core.comparison.pulling.pulled import PullFate
    from lago_gitops.render.manifests.pulled import resource_text, summary_text

    for resource in document["resources"]:
        say = session.note if resource["status"] == PullFate.UNCHANGED else session.result
        say(resource_text(resource, paint))
    session.result(summary_text(document))
