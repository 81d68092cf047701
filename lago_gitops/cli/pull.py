"""lago-gitops pull"""

import sys
from dataclasses import replace
from pathlib import Path

import click

from lago_gitops.cli.exits import Exit, StoppedError
from lago_gitops.cli.options import Options, shared_options
from lago_gitops.cli.session import Session, begin, organization, paint, report
from lago_gitops.core.comparison.pulled import Fate
from lago_gitops.core.model.problem import Severity
from lago_gitops.core.validation.validate import Checked
from lago_gitops.disk import write_whole
from lago_gitops.manifests.files import EMPTY
from lago_gitops.project import Environment, Project
from lago_gitops.render.json import dump
from lago_gitops.render.pulled import pulled_document, resource_text, summary_text
from lago_gitops.workflow.in_place import Placed, placed
from lago_gitops.workflow.manifests import checked_manifests
from lago_gitops.workflow.organization import read_organization

FOLDER = Path("manifests")
HARMLESS = (EMPTY, "reference")  # what pull may be asked to put right


@click.command("pull")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
              help="Folder for new manifests.  [default: the first folder of the project's manifests]")  # fmt: skip
@shared_options
def command(*, options: Options, out: Path | None) -> None:
    """Bring the manifests to what Lago has; a plan of them is empty afterwards.

    What a manifest describes already is changed in its file, where it stands: comments and layout stay. New resources
    come into new files. What comes from a template or an overlay is left alone, and told. With a DIR that doesn't
    belong to the project's manifests, all of the organization is written there.

    Nothing is deleted from manifests, and what is external stays out of them. An object that no manifest can hold is
    named, with the reason, and the exit code is then 3.
    """
    session = begin(options)
    folder = session.project.root / (out or _first_folder(session.project))
    project, environment = _scope(session, folder)
    with organization(session) as way, way.reader() as client:
        checked = _described(session, project, environment)
        found = read_organization(client, way, environment)
        done = placed(project, environment, checked, found, folder)
    for place, text in done.texts.items():
        write_whole(project.root / place, text)
    _tell(session, done, found.organization.name)
    sys.exit(Exit.INVALID if done.left_out else Exit.FINE)


def _first_folder(project: Project) -> Path:
    """Where new manifests go. Raises StoppedError where the project reads no folder."""
    places = (Path(path) for path in project.manifests)
    folder = next((path for path in places if (project.root / path).is_dir() or not path.suffix), None)
    if folder is None:
        words = "the project's manifests are single files: add a folder to `manifests` in lago-gitops.yaml"
        raise StoppedError(Exit.USAGE, f"{words}, or say --out DIR")
    return folder if folder != Path() else FOLDER


def _scope(session: Session, folder: Path) -> tuple[Project, Environment]:
    """What has the manifests to bring up to date: the project; of a folder apart from its manifests, that folder."""
    project, environment = session.project, session.environment
    around = {folder.resolve(), *folder.resolve().parents}
    for name, each in project.environments.items():
        if not around.isdisjoint((project.root / path).resolve() for path in each.overlays):
            words = f"{folder} is an overlay of environment {name!r}: it only patches manifests"
            raise StoppedError(Exit.USAGE, f"{words}. Choose another --out")
    if around.isdisjoint((project.root / path).resolve() for path in project.manifests):
        return replace(project, manifests=(str(folder),)), replace(environment, overlays=())
    return project, environment


def _described(session: Session, project: Project, environment: Environment) -> Checked:
    """The manifests that there are. Raises StoppedError where it can't be told what they describe."""
    checked = checked_manifests(project, environment)
    errors = (problem for problem in checked.problems if problem.severity is Severity.ERROR)
    if problems := tuple(problem for problem in errors if problem.rule not in HARMLESS):
        report(session, problems)
    return checked


def _tell(session: Session, done: Placed, organization_name: str) -> None:
    document = pulled_document(organization_name, done.resources, done.left_out, done.unsaid)
    if session.is_json:
        session.result(dump(document))
        return
    for one in document["resources"]:
        say = session.note if one["status"] == Fate.UNCHANGED else session.result
        say(resource_text(one, paint))
    session.result(summary_text(document))
