"""Existing data of other tools, as manifests of the project."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lago_gitops.core.comparison.pulling.pulled import PullFate, Resource
from lago_gitops.core.model.problem import Problem
from lago_gitops.core.model.references import references
from lago_gitops.core.model.resources import Address
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.schema_errors import Shapes
from lago_gitops.core.validation.validate import Checked, address_of
from lago_gitops.imports.files import documents
from lago_gitops.imports.lago import lago_objects
from lago_gitops.imports.resources import Document, Note, Raw
from lago_gitops.imports.shape import Shaped, shaped_all
from lago_gitops.imports.stripe.exports import is_stripe
from lago_gitops.imports.stripe.manifests import stripe_objects
from lago_gitops.imports.terraform import is_terraform, terraform_objects
from lago_gitops.kinds import KINDS
from lago_gitops.project import Project
from lago_gitops.workflow.pulling.expressible import expressible
from lago_gitops.workflow.pulling.new_files import new_files, usual_place, variables_of

SHAPES = Shapes(KINDS.values())


@dataclass(frozen=True, slots=True)
class Imported:
    """`notes` list what manifests can't express; `left_out` the resources that can't be manifests, `places` where these
    are in the imported files.
    """

    resources: tuple[Resource, ...]
    texts: Mapping[str, str]
    notes: tuple[Note, ...]
    left_out: tuple[Problem, ...]
    dangling: Mapping[Address, Address]
    places: Mapping[str, str]


def imported(project: Project, checked: Checked, paths: Iterable[Path], folder: Path) -> Imported:
    """New manifests, below the folder, of everything in the files; existing manifests stay unchanged."""
    read = tuple(one for path in paths for one in documents(path))
    raws = tuple(_raws([one for one in read if not isinstance(one, Note)]))
    shaped = tuple(shaped_all((one for one in raws if isinstance(one, Raw)), KINDS))
    resources_read = tuple(one for one in shaped if isinstance(one, Shaped))
    candidates: dict[Address, Shaped] = {}
    twice = tuple(_collected(resources_read, candidates))
    existing = {address: one for address in candidates if (one := _existing(project, folder, address, checked))}
    known = {
        address: Manifest(str(address), dict(one.data))
        for address, one in candidates.items()
        if address not in existing
    }
    unknown = {id_ for one in resources_read for id_ in one.unknown}
    there = {target for target in _targets(known.values()) if target.key not in unknown}
    possible = expressible(known.values(), checked.manifests.values(), there, checked.external)
    new, texts = new_files(
        project,
        folder,
        {address_of(one, KINDS): one for one in possible.manifests},
        variables_of(checked),
        {address: one.secret for address, one in candidates.items()},
    )
    resources = (*(Resource(address, PullFate.UNCHANGED, one.mark()) for address, one in existing.items()), *new)
    notes = tuple(one for one in (*read, *raws, *shaped, *twice) if isinstance(one, Note))
    left_out = tuple(_with_id(problem, unknown) for problem in possible.left_out)
    places = {str(address): one.where for address, one in candidates.items()}
    return Imported(resources, texts, notes, left_out, possible.dangling, places)


def _with_id(problem: Problem, unknown: Iterable[str]) -> Problem:
    """A reference by an id that no file explains can't be listed as external."""
    is_of_id = any(problem.message.endswith(f" {id_!r}") for id_ in unknown)
    return replace(problem, hint="this is an id: import what has it, too") if is_of_id else problem


def _existing(project: Project, folder: Path, address: Address, checked: Checked) -> Manifest | None:
    """The manifest that describes it already.

    Where its identity is in an environment variable that isn't set, the file's name tells it, which derives from it.
    """
    if address in checked.manifests:
        return checked.manifests[address]
    place = usual_place(project, folder, address)
    hidden = (one for one in checked.manifests.values() if one.kind == address.kind and one.outside)
    return next((one for one in hidden if one.source == place), None)


def _collected(read: Iterable[Shaped], into: dict[Address, Shaped]) -> Iterator[Note]:
    """Each resource by address; a note on duplicates."""
    for one in read:
        address = KINDS[one.data["kind"]].address(one.data)
        known = into.get(address)
        if known is None or _says_all_of(one, known):
            into[address] = one
        elif not _says_all_of(known, one):
            yield Note(one.where, f"{address} appears twice with different content: {known.where} is used")


def _says_all_of(one: Shaped, other: Shaped) -> bool:
    """Whether an object is complete: Lago's lists leave out some of its fields."""
    return all(one.data.get(name) == value for name, value in other.data.items())


def _raws(read: list[Document]) -> Iterator[Raw | Note]:
    """Recognized by content; Stripe's values belong together, since prices refer to products."""
    stripe = [one for one in read if is_stripe(one[1])]
    yield from stripe_objects(stripe)
    strange: list[str] = []
    for source, value in read:
        if is_stripe(value):
            continue
        objects = terraform_objects if is_terraform(value) else lago_objects
        raws = tuple(objects(source, value, KINDS))
        yield from raws
        if not raws and not _is_empty_list(value):
            strange.append(source)
    if strange:
        more = f", nor in {len(strange) - 1} more" if len(strange) > 1 else ""
        yield Note(strange[0], f"nothing from Terraform, Stripe or Lago was recognized here{more}")


def _is_empty_list(value: Any) -> bool:
    """Whether Lago answered that there is nothing of a kind."""
    return isinstance(value, dict) and any(value.get(kind.collection) == [] for kind in KINDS.values())


def _targets(manifests: Iterable[Manifest]) -> Iterator[Address]:
    """References of manifests, as far as these are well-formed."""
    for manifest in (one for one in manifests if not any(SHAPES.problems(one))):
        yield from (target for _, target in references(KINDS[manifest.kind].object, manifest.data))
