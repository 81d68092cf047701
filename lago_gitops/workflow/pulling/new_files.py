"""New manifests in separate files, with references to environment variables for secrets."""

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

from lago_gitops.core.comparison.pulling.pulled import PullFate, Resource
from lago_gitops.core.model.problem import Mark
from lago_gitops.core.model.resources import Address, joined
from lago_gitops.core.validation.from_environment import WORD, with_texts
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.manifest import Path as Way
from lago_gitops.core.validation.validate import Checked
from lago_gitops.kinds import KINDS
from lago_gitops.lago.redaction import redact_url, redact_urls
from lago_gitops.manifests.sources.folders import source_of
from lago_gitops.manifests.writing.places import file_name
from lago_gitops.manifests.writing.writer import write
from lago_gitops.project import Project

SCHEMAS = "schemas"
NONE_MARKED: Mapping[Address, Collection[str]] = {}


def new_files(
    project: Project,
    folder: Path,
    manifests: Mapping[Address, Manifest],
    taken: Iterable[str],
    marked: Mapping[Address, Collection[str]] = NONE_MARKED,
) -> tuple[tuple[Resource, ...], dict[str, str]]:
    """New manifests, each in its own file below the folder; and the texts of these files.

    Secrets are replaced by references to environment variables that no manifest has `taken` yet: URLs with tokens, and
    texts in fields that are `marked` as secret.
    """
    names, resources, texts = set(taken), list[Resource](), dict[str, str]()
    for address, place in _new_places(project, folder, manifests):
        secrets = _secrets(manifests[address], names, marked.get(address, ()))
        names |= set(secrets.values())
        to_set = tuple((name, joined([str(step) for step in path])) for path, name in secrets.items())
        kept = with_texts(manifests[address], {path: {WORD: name} for path, name in secrets.items()})
        resources.append(Resource(address, PullFate.NEW, Mark(place), to_set=to_set))
        texts[place] = _new_text(project, place, kept)
    return tuple(resources), texts


def variables_of(checked: Checked) -> Iterator[str]:
    """The environment variables that manifests refer to."""
    return (name for manifest in checked.manifests.values() for name in manifest.outside.values())


def _secrets(manifest: Manifest, taken: Collection[str], marked: Collection[str]) -> dict[Way, str]:
    """Places of secrets, each with a new environment variable, named after its field and host."""
    secrets: dict[Way, str] = {}
    for field in KINDS[manifest.kind].fields:
        value = manifest.data.get(field.name)
        if field.secret and isinstance(value, str) and (field.name in marked or redact_url(value) != value):
            stem = _variable_name(f"{field.name}_{_host(value)}")
            names = (f"{stem}_{number}" if number > 1 else stem for number in count(1))
            secrets[field.name,] = next(name for name in names if name not in {*taken, *secrets.values()})
    return secrets


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _variable_name(text: str) -> str:
    """The name of an environment variable: capitals, digits and underscores."""
    return re.sub("[^A-Z0-9]+", "_", text.upper()).strip("_")


def usual_place(project: Project, folder: Path, address: Address) -> str:
    """Where a new manifest is written, unless the file exists."""
    return source_of(_place(folder, _overlays(project), address) / _file_name(address, ()), project.root)


def _new_places(project: Project, folder: Path, addresses: Iterable[Address]) -> Iterator[tuple[Address, str]]:
    """A file for each, below the folder: not an existing one, nor one in an overlay, which only patches."""
    overlays = _overlays(project)
    taken: dict[Path, set[str]] = {}
    for address in addresses:
        place = _place(folder, overlays, address)
        if place not in taken:
            taken[place] = {name.lower() for name in os.listdir(place)} if place.is_dir() else set()
        name = _file_name(address, taken[place])
        taken[place].add(name)
        yield address, source_of(place / name, project.root)


def _overlays(project: Project) -> set[Path]:
    return {(project.root / path).resolve() for each in project.environments.values() for path in each.overlays}


def _place(folder: Path, overlays: set[Path], address: Address) -> Path:
    collection = KINDS[address.kind].collection
    places = (folder / collection, folder / f"lago-{collection}", folder)
    return next(place for place in places if overlays.isdisjoint((place.resolve(), *place.resolve().parents)))


def _file_name(address: Address, taken: Collection[str]) -> str:
    named = address.key or address.kind  # the organization has no key
    return file_name(named, redact_urls(named), taken)


def _new_text(project: Project, place: str, manifest: Manifest) -> str:
    """The first line names the schema for editors, if the project has it."""
    schema = project.root / SCHEMAS / f"{manifest.kind}.schema.json"
    if not schema.is_file():
        return write(manifest.data)
    way = os.path.relpath(schema, (project.root / place).parent)
    return write(manifest.data, schema_url=Path(way).as_posix())
