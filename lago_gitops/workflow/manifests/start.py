"""The files that a project starts with."""

from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath

from lago_gitops.bills.price_list import price_list
from lago_gitops.core.model.resources import Address
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.manifests.sources.files import TEST_SUFFIXES
from lago_gitops.manifests.writing.places import file_name
from lago_gitops.manifests.writing.writer import flow_text
from lago_gitops.pricetests.drafting import drafted
from lago_gitops.project import Environment
from lago_gitops.render.base.json import dump
from lago_gitops.workflow.manifests.schemas import schemas

Texts = Mapping[str, str]
STARTERS = files("lago_gitops") / "starters"
FOR_PROGRAMS = ("plan-file", "-output")  # schemas of files that nobody writes by hand
ENTRY = "          {name}: ${{{{ secrets.{name} }}}}\n"
IGNORED = (".lago-gitops/", "*.lagoplan.json", "lago-gitops-output/", ".env")
WORKFLOW = ".github/workflows/pricing.yml"
FOR_EDITORS = {"settings.json": ".vscode/settings.json", "extensions.json": ".vscode/extensions.json"}

PROJECT = """\
# yaml-language-server: $schema=schemas/project.schema.json
# What belongs to this project, and which Lago organizations it describes.
manifests: [manifests]
"""
NO_ENVIRONMENT = """
# Without --env, commands work on the built-in sandbox: no server, no account, no key.
# environments:
#   production:
#     url: https://api.getlago.com        # or https://api.eu.getlago.com, or your own
#     organization: my-company            # the slug or id that the key must open
#     key_from: LAGO_API_KEY_PRODUCTION   # the environment variable with the key; never the key itself
"""


def starter(model: str) -> Texts:
    """The price list of a business model, with its price tests."""
    return dict(_below(STARTERS / model, ""))


def common(environment: Environment | None, variables: Iterable[str] = (), folder: str = "") -> Texts:
    """Files that every project gets: for editors, and a workflow, which also applies if there is an environment.

    `folder` is where the project is below the root of its repository.
    `variables` are environment variables in its manifests: the workflow sets them from secrets of the same names.
    """
    kept = {name: schema for name, schema in schemas().items() if not name.endswith(FOR_PROGRAMS)}
    editors = {place: (STARTERS / "common" / name).read_text(encoding="utf-8") for name, place in FOR_EDITORS.items()}
    return {
        **{f"schemas/{name}.schema.json": dump(schema) + "\n" for name, schema in kept.items()},
        **editors,
        WORKFLOW: _in_folder(_workflow(environment, variables), folder),
    }


def first_price_tests(manifests: Mapping[Address, Manifest]) -> Texts:
    """A file for each plan, with its current bills; none for a plan that only the server can price."""
    prices = price_list(manifests)
    texts: dict[str, str] = {}
    for code in prices.plans:
        stem = file_name(code, code, {PurePosixPath(place).name.replace(".test.", ".") for place in texts})
        place = f"tests/{stem.removesuffix('.yaml')}{TEST_SUFFIXES[0]}"
        text = drafted(place, code, prices, schema_url="../schemas/price_test.schema.json")
        texts |= {place: text} if text else {}
    return texts


def project_file(environment: Environment | None, external: Iterable[Address]) -> str:
    """`lago-gitops.yaml` for one environment, or for the sandbox only; `external` are resources that others manage."""
    if environment is None:
        return PROJECT + NO_ENVIRONMENT
    codes: dict[str, list[str]] = {}
    for address in external:
        codes.setdefault(address.kind, []).append(address.key)
    named = ["", "external:", *(f"  {kind}: {flow_text(those)}" for kind, those in codes.items())] if codes else []
    release = f"    lago_version: {flow_text(environment.lago_version)}  # remove this line once Lago is updated"
    lines = [
        "environments:",
        f"  {flow_text(environment.name)}:",
        f"    url: {flow_text(environment.url)}",
        f"    organization: {flow_text(environment.organization)}  # the key of any other organization is refused",
        f"    key_from: {environment.key_variable}  # the environment variable with the key; never the key itself",
        *([release] if environment.lago_version else []),
        *named,
    ]
    return PROJECT + "\n".join([*lines, ""])


def with_ignored(text: str) -> str:
    """The .gitignore, extended by what must not be committed."""
    lines = text.splitlines()
    missing = [line for line in IGNORED if line not in lines]
    end = "" if not text or text.endswith("\n") else "\n"
    return text + end + "".join(f"{line}\n" for line in missing)


def _below(folder: Traversable, place: str) -> Iterator[tuple[str, str]]:
    for each in sorted(folder.iterdir(), key=lambda one: one.name):
        name = f"{place}{each.name}"
        if each.is_dir():
            yield from _below(each, f"{name}/")
        else:
            yield name, each.read_text(encoding="utf-8")


def _in_folder(workflow: str, folder: str) -> str:
    """The workflow with its commands run in the project's folder."""
    if not folder:
        return workflow
    return workflow.replace("\njobs:\n", f"\ndefaults:\n  run:\n    working-directory: {flow_text(folder)}\n\njobs:\n")


def _workflow(environment: Environment | None, variables: Iterable[str]) -> str:
    text = (STARTERS / "common" / ("check.yml" if environment is None else "apply.yml")).read_text(encoding="utf-8")
    if environment is None:
        return text
    others = tuple(variables)
    secret, them = ("secret", "it") if len(others) == 1 else ("secrets", "them")
    needed = f"# Both also need the {secret} {', '.join(others)}: manifests refer to {them}.\n" if others else ""
    secrets = "".join(ENTRY.format(name=name) for name in (environment.key_variable, *others))
    words = {ENTRY.format(name="{key}"): secrets, "name: pricing\n": f"{needed}name: pricing\n"}
    for word, value in {**words, "{name}": environment.name, "{key}": environment.key_variable}.items():
        text = text.replace(word, value)
    return text
