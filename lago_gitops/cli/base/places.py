"""Where manifests come into being, and which are there already."""

from dataclasses import replace
from pathlib import Path

from lago_gitops.cli.base.exits import Exit, StoppedError
from lago_gitops.cli.base.session import Session, report
from lago_gitops.core.model.problem import Severity
from lago_gitops.core.validation.validate import Checked
from lago_gitops.manifests.sources.files import EMPTY
from lago_gitops.project import Environment, Project
from lago_gitops.workflow.manifests.checking import checked_manifests

FOLDER = Path("manifests")
HARMLESS = (EMPTY, "reference")  # what new manifests may put right


def first_folder(project: Project) -> Path:
    """Where new manifests go. Raises StoppedError where the project reads no folder."""
    places = (Path(path) for path in project.manifests)
    folder = next((path for path in places if (project.root / path).is_dir() or not path.suffix), None)
    if folder is None:
        words = "the project's manifests are single files: add a folder to `manifests` in lago-gitops.yaml"
        raise StoppedError(Exit.USAGE, f"{words}, or pass --out DIR")
    return folder if folder != Path() else FOLDER


def scope(session: Session, folder: Path) -> tuple[Project, Environment]:
    """What has the manifests to bring up to date: the project; of a folder apart from its manifests, that folder.

    Raises StoppedError where the folder is an overlay.
    """
    project, environment = session.project, session.environment
    around = {folder.resolve(), *folder.resolve().parents}
    for name, each in project.environments.items():
        if not around.isdisjoint((project.root / path).resolve() for path in each.overlays):
            words = f"{folder} is an overlay of environment {name!r}: it only patches manifests"
            raise StoppedError(Exit.USAGE, f"{words}. Choose another --out")
    if around.isdisjoint((project.root / path).resolve() for path in project.manifests):
        return replace(project, manifests=(str(folder),)), replace(environment, overlays=())
    return project, environment


def described(session: Session, project: Project, environment: Environment) -> Checked:
    """The manifests that there are. Raises StoppedError where it can't be told what they describe."""
    checked = checked_manifests(project, environment)
    errors = (problem for problem in checked.problems if problem.severity is Severity.ERROR)
    if problems := tuple(problem for problem in errors if problem.rule not in HARMLESS):
        report(session, problems)
    return checked
