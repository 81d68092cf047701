"""lago-gitops init"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lago_gitops.cli.base.exits import Exit, StoppedError
from lago_gitops.cli.base.options import Options, shared_options
from lago_gitops.disk import write_whole
from lago_gitops.workflow.manifests.business_models import MODELS

if TYPE_CHECKING:  # help and completion don't wait for what the command itself needs
    from lago_gitops.lago.reading.organization import Inventory
    from lago_gitops.project import Environment
    from lago_gitops.workflow.manifests.start import Texts
    from lago_gitops.workflow.pulling.in_place import Placed

DEFAULT_MODEL = next(iter(MODELS))
IGNORE_FILE = Path(".gitignore")
SCHEMAS = "schemas/"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


@click.command("init")
@click.option(
    "--template",
    "model",
    type=click.Choice(tuple(MODELS)),
    help=f"The business model to start from.  [default: {DEFAULT_MODEL}]",
)
@click.option("--bare", is_flag=True, help="Don't write a price list.")
@click.option("--pull", "is_pulled", is_flag=True, help="Start from the prices in your Lago.")
@shared_options
def command(*, options: Options, model: str | None, bare: bool, is_pulled: bool) -> None:
    """Start a project in this folder: project file, price list, price tests, and files for editors and GitHub.

    With --pull, they describe the Lago at LAGO_API_URL, opened with LAGO_API_KEY: an environment pinned to its
    organization and named by --env (default: production), manifests of what it has, tests of today's prices, and a
    workflow that plans pull requests and applies what is merged.

    \b
    Templates:
      usage-tiers   a fee that includes some usage, with tiers beyond it
      ai-tokens     tokens by model and direction, a price per image
      saas-seats    seats billed monthly or yearly, storage in packages
      payments      a percentage of each payment, by the card's region
      marketplace   commissions by category, fees for listings and payouts

    Existing files are left unchanged; if there is a lago-gitops.yaml, nothing is written.
    """
    from lago_gitops.manifests.sources.files import PROJECT_FILE
    from lago_gitops.workflow.manifests.start import common, project_file, starter

    if sum((model is not None, bare, is_pulled)) > 1:
        raise click.UsageError("--template, --bare and --pull exclude each other")
    if Path(PROJECT_FILE).exists():
        more = "`lago-gitops pull` adds what your Lago has" if is_pulled else "remove it to start again"
        raise StoppedError(Exit.USAGE, f"there is already a {PROJECT_FILE} here: {more}; nothing was written")
    if (around := _reader_of(Path.cwd())) is not None:
        shown = os.path.relpath(around)
        message = f"the project in {shown} reads this folder: choose a folder apart from it; nothing was written"
        raise StoppedError(Exit.USAGE, message)
    if is_pulled:
        _pulled(options)
        return
    price_list = {} if bare else starter(model or DEFAULT_MODEL)
    # the project file last, as with --pull: after a run that ends midway, another one begins
    written = _written({**price_list, **common(None, (), _below_root()), PROJECT_FILE: project_file(None, ())}, options)
    bare_next = f"add your Lago to {PROJECT_FILE}, then run lago-gitops pull --env production"
    _end(options, written, bare_next if bare else "lago-gitops plan, then lago-gitops apply")


def _reader_of(folder: Path) -> Path | None:
    """The folder of the project above that reads manifests in this one; each resource would be described twice."""
    from lago_gitops.project import find_project, project_above

    above = project_above(folder)
    if above is None:
        return None
    read = ((above / path).resolve() for path in find_project(above).project.manifests)
    return None if {folder, *folder.parents}.isdisjoint(read) else above


def _pulled(options: Options) -> None:
    """The project of an organization. Its file is written last: after a run that ends midway, another one begins."""
    from lago_gitops.cli.base.places import FOLDER, described
    from lago_gitops.cli.base.session import Session, organization
    from lago_gitops.cli.manifests.pull import tell
    from lago_gitops.core.model.problem import Mark
    from lago_gitops.core.validation.validate import External
    from lago_gitops.manifests.sources.files import PROJECT_FILE
    from lago_gitops.project import Project
    from lago_gitops.render.manifests.pulled import pulled_document
    from lago_gitops.workflow.manifests.checking import checked_manifests
    from lago_gitops.workflow.manifests.start import common, first_price_tests, project_file
    from lago_gitops.workflow.pulling.in_place import placed, read_beside

    environment = _environment(options, os.environ)
    project = Project(Path(), (str(FOLDER),), environments={environment.name: environment})
    session = Session(project, environment, options)
    with organization(session) as way, way.reader() as client:
        checked = described(session, project, environment)
        inventory = read_beside(checked, client, way, environment)
    pinned = _pinned(environment, inventory)
    done = placed(project, environment, checked, inventory, FOLDER)
    for place, text in done.texts.items():
        write_whole(Path(place), text)
    marks = {address: Mark(PROJECT_FILE) for address in done.dangling}
    complete = checked_manifests(replace(project, external=External(marks)), environment)
    variables = dict.fromkeys(name for one in complete.manifests.values() for name in one.outside.values())
    written = [*done.texts, *_written(common(pinned, variables, _below_root()), options)]
    written += _written(first_price_tests(complete.manifests), options)
    written += _written({PROJECT_FILE: project_file(pinned, done.dangling)}, options)
    # what is only referred to is named in the project file by now
    tell(session, session.redacted(pulled_document(inventory.organization.name, done.resources, done.left_out, {})))
    unset = ", ".join(name for name in variables if not os.environ.get(name))
    _end(options, written, f"{f'set {unset}, then run ' if unset else ''}{_next_plan(environment, done)}")


def _pinned(environment: Environment, inventory: Inventory) -> Environment | None:
    """The environment, of this organization and this release only; None for the sandbox."""
    if environment.is_sandbox:
        return None
    organization = inventory.organization
    slug_or_id = organization.slug or organization.lago_id
    return replace(environment, organization=slug_or_id, lago_version=inventory.server.older_release)


def _next_plan(environment: Environment, done: Placed) -> str:
    from lago_gitops.core.comparison.pulling.pulled import PullFate

    is_in_step = {resource.fate for resource in done.resources}.isdisjoint((PullFate.LEFT, PullFate.ABSENT))
    shown = "it is empty" if is_in_step else "it shows where the existing manifests differ from Lago"
    return f"lago-gitops plan --env {environment.name}: {shown}"


def _environment(options: Options, variables: Mapping[str, str]) -> Environment:
    """The environment to write. Raises StoppedError where no Lago is meant."""
    from lago_gitops.core.project_schema import KEY_VARIABLE
    from lago_gitops.project import CLOUD_URL, SANDBOX, URL_VARIABLE, Environment

    name = options.environment or "production"
    if name == SANDBOX:
        return Environment(SANDBOX)
    if not NAME.fullmatch(name):
        raise StoppedError(Exit.USAGE, f"{name!r} can't name an environment: use letters, digits, - and _")
    own = f"{KEY_VARIABLE}_{name.upper().replace('-', '_')}"
    key = own if variables.get(own) else KEY_VARIABLE
    if not variables.get(key):
        words = f"there is no Lago to pull from: set {KEY_VARIABLE}, and {URL_VARIABLE} for a server of your own"
        raise StoppedError(Exit.USAGE, words)
    return Environment(name, variables.get(URL_VARIABLE) or CLOUD_URL, key_variable=key)


def _written(texts: Texts, options: Options) -> list[str]:
    """The files that were not there yet, and what Git must not see."""
    from lago_gitops.core.model.plurals import counted
    from lago_gitops.workflow.manifests.start import with_ignored

    new = {name: text for name, text in texts.items() if not Path(name).exists()}
    for name, text in new.items():
        write_whole(Path(name), text)
    before = IGNORE_FILE.read_text(encoding="utf-8") if IGNORE_FILE.exists() else ""
    if (after := with_ignored(before)) != before:
        write_whole(IGNORE_FILE, after)
        new[str(IGNORE_FILE)] = after
    if not options.output.quiet:
        for name in new:
            if not name.startswith(SCHEMAS):
                options.output.result(f"wrote {name}")
        if schemas := [name for name in new if name.startswith(SCHEMAS)]:
            options.output.result(f"wrote {counted(len(schemas), 'schema')} for editors to {SCHEMAS}")
    return list(new)


def _end(options: Options, written: list[str], following: str) -> None:
    from lago_gitops.render.plan.document import FORMAT
    from lago_gitops.workflow.manifests.start import WORKFLOW

    if _below_root() and WORKFLOW in written:
        options.output.note(f"GitHub runs no workflow from here: move {WORKFLOW} to the root of the repository")
    options.output.document({"format_version": FORMAT, "written": written})
    options.output.result(f"Next: {following}")


def _below_root() -> str:
    """The way from the root of the Git repository to this folder; empty where it is the root, or in none."""
    here = Path.cwd()
    root = next((each for each in (here, *here.parents) if (each / ".git").exists()), here)
    return "" if root == here else here.relative_to(root).as_posix()
