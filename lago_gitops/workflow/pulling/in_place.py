"""Writing what Lago has into the project: into existing manifests, and into new files for the rest."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from lago_gitops.access import Access
from lago_gitops.core.assessment.unavailable import reason
from lago_gitops.core.comparison.compare import Comparison, compare_as_is, with_value
from lago_gitops.core.comparison.desired import desired
from lago_gitops.core.comparison.pulling.pulled import PullFate, Resource
from lago_gitops.core.comparison.pulling.revise import revised
from lago_gitops.core.model.field_walk import keyed_at
from lago_gitops.core.model.problem import Problem
from lago_gitops.core.model.resources import Address, Create, Delete, Desired, FieldChange, Update
from lago_gitops.core.validation.from_environment import WORD, with_texts
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.manifest import Path as Way
from lago_gitops.core.validation.validate import Checked, address_of, is_tombstone
from lago_gitops.kinds import KINDS
from lago_gitops.lago.client import Reader
from lago_gitops.lago.reading.organization import Inventory
from lago_gitops.manifests.reading.reader import read_text
from lago_gitops.manifests.sources.files import FileText, is_template, text_of
from lago_gitops.manifests.writing.editing import edited
from lago_gitops.project import Environment, Project
from lago_gitops.workflow.organization.asking import asked_for_licence
from lago_gitops.workflow.organization.reading import read_organization
from lago_gitops.workflow.pulling.expressible import Expressible, exported, expressible
from lago_gitops.workflow.pulling.new_files import new_files, variables_of

Reasons = Mapping[Address, str]
"""Why manifests are left unchanged."""


@dataclass(frozen=True, slots=True)
class Placed:
    """`texts` are the contents of files to write, by path within the project."""

    resources: tuple[Resource, ...]
    texts: Mapping[str, str]
    left_out: tuple[Problem, ...]
    dangling: Mapping[Address, Address]


def read_beside(checked: Checked, client: Reader, access: Access, environment: Environment) -> Inventory:
    """What Lago has, and whether it has the licence that manifests need: fields that it leaves out without one
    aren't missing. Raises LagoError, ForeignOrganizationError."""
    return asked_for_licence(read_organization(client, access, environment), tuple(_wanted(checked)), client)


def placed(project: Project, environment: Environment, checked: Checked, inventory: Inventory, folder: Path) -> Placed:
    """The project's files, changed so that they describe what Lago has.

    `checked` are the manifests of the environment. Nothing is described twice, and external resources aren't
    described; changes needed in templates, overlays or JSON are reported. New files are below `folder`.
    """
    compared = compare_as_is(_wanted(checked), inventory.live, KINDS, inventory.server)
    unknown, reasons = _unavailable(checked, inventory), _by_hand(project, environment, checked)
    changed = {one.address: _revision(one, checked) for one in _updates(compared) if one.address not in reasons}
    there = {address for address, one in compared.live.items() if not one.pending_deletion}
    new = there.difference(checked.external.addresses).intersection(compared.unmanaged)
    possible = expressible(
        (*changed.values(), *(exported(compared.live[address]) for address in compared.unmanaged if address in new)),
        checked.manifests.values(),
        there,
        checked.external,
        inventory.defaults,
    )
    inexpressible = {address: words for address in changed if (words := possible.reason(address))}
    files = _files(project, checked, possible, folder)
    described = _described(checked, compared, unknown, {**reasons, **inexpressible, **files.unfit})
    resources = tuple(sorted((*described, *files.new), key=lambda one: one.mark))
    return Placed(resources, files.texts, possible.left_out, possible.dangling)


@dataclass(frozen=True, slots=True)
class _Files:
    """The texts to write, their new resources, and why some manifests can't be changed in place."""

    texts: Mapping[str, str]
    new: tuple[Resource, ...]
    unfit: Reasons


def _files(project: Project, checked: Checked, possible: Expressible, folder: Path) -> _Files:
    manifests = {address_of(manifest, KINDS): manifest for manifest in possible.manifests}
    described = {address: one for address, one in manifests.items() if address in checked.manifests}
    new = {address: one for address, one in manifests.items() if address not in described}
    texts, unfit = _changed_files(project, checked, described)
    resources, new_texts = new_files(project, folder, new, variables_of(checked))
    return _Files(texts | new_texts, resources, unfit)


def _wanted(checked: Checked) -> Iterator[Desired]:
    return (desired(manifest, KINDS[address.kind]) for address, manifest in checked.manifests.items())


def _updates(compared: Comparison) -> Iterator[Update]:
    """The changes to a manifest, except a new code: Lago will get that."""
    return (change for change in compared.changes if isinstance(change, Update) and _pulled_changes(change))


def _pulled_changes(change: Update) -> tuple[FieldChange, ...]:
    """Fields that Lago has and the manifest lacks."""
    fields = (one for one in change.fields if one.keys[:1] != KINDS[change.address.kind].identity)
    return tuple(replace(one, before=one.after, after=one.before) for one in fields)


def _described(checked: Checked, compared: Comparison, unknown: Reasons, reasons: Reasons) -> Iterator[Resource]:
    """The result for each resource with a manifest; `reasons` say why a differing manifest isn't changed, and
    `unknown` why it isn't known what Lago has."""
    changes = {change.address: change for change in compared.changes}
    going = {one.address for one in compared.going}
    for address, manifest in checked.manifests.items():
        mark, reason = manifest.mark(KINDS[address.kind].identity), reasons.get(address, "")
        match changes.get(address):
            case _ if address in unknown:
                yield Resource(address, PullFate.LEFT, mark, reason=unknown[address])
            case Delete():
                yield Resource(address, PullFate.LEFT, mark, reason="its manifest deletes it")
            case Create():
                yield Resource(address, PullFate.ABSENT, mark)
            case Update() as change if pulled := _pulled_changes(change):
                yield Resource(address, PullFate.LEFT if reason else PullFate.UPDATED, mark, pulled, reason)
            case _ if address in going:
                yield Resource(address, PullFate.ABSENT, mark, reason="Lago is deleting it")
            case _ if not is_tombstone(manifest):
                yield Resource(address, PullFate.UNCHANGED, mark)


# What is described ------------------------------------------------------------------------------------------------


def _unavailable(checked: Checked, inventory: Inventory) -> dict[Address, str]:
    return {
        address: reason(KINDS[address.kind], inventory.unavailable[address.kind])
        for address in checked.manifests
        if address.kind in inventory.unavailable
    }


def _by_hand(project: Project, environment: Environment, checked: Checked) -> dict[Address, str]:
    """Each manifest that can't be changed in place, with the reason."""
    overlays = tuple((project.root / path).resolve() for path in environment.overlays)
    origins = ((address, _origin(manifest, project.root, overlays)) for address, manifest in checked.manifests.items())
    return {address: origin for address, origin in origins if origin}


def _origin(manifest: Manifest, root: Path, overlays: Collection[Path]) -> str:
    """The origin of a manifest, if that isn't a file that can be edited."""
    sources = manifest.marks.sources or (manifest.source,)
    file = (root / manifest.source).resolve()
    if any(map(is_template, sources)):
        return "template"
    if len(sources) > 1 or not {file, *file.parents}.isdisjoint(overlays):
        return "overlay"
    return "JSON" if manifest.source.lower().endswith(".json") else ""


def _revision(change: Update, checked: Checked) -> Manifest:
    """The manifest with Lago's values, except ignored fields; its source is the address."""
    manifest, kind = checked.manifests[change.address], KINDS[change.address.kind]
    fields = desired(manifest, kind).fields
    for field in _pulled_changes(change):
        fields = with_value(fields, field.keys, field.after)
    return Manifest(str(change.address), revised(kind.object, manifest.data, fields))


def _changed_files(
    project: Project, checked: Checked, revisions: Mapping[Address, Manifest]
) -> tuple[dict[str, str], dict[Address, str]]:
    """The files that change, and why some manifests can't be changed in place."""
    sources: dict[str, dict[Address, Manifest]] = {}
    for address, revision in revisions.items():
        sources.setdefault(checked.manifests[address].source, {})[address] = revision
    texts, unfit = dict[str, str](), dict[Address, str]()
    for source, those in sources.items():
        text = _text(project, source)
        numbers = {manifest.mark(): number for number, manifest in enumerate(read_text(source, text).manifests)}
        written = {address: _as_written(one, checked.manifests[address]) for address, one in those.items()}
        unfit |= {address: "environment variable" for address, one in written.items() if one is None}
        documents = {numbers[checked.manifests[address].mark()]: one for address, one in written.items() if one}
        changed, problems = _changed(source, text, documents)
        texts |= {source: changed} if changed != text else {}
        unfit |= {address: problems[one.source] for address, one in those.items() if one.source in problems}
    return texts, unfit


def _as_written(revision: Manifest, manifest: Manifest) -> Manifest | None:
    """With references in place of the values of environment variables; None when Lago has another value, or that
    can't be told."""
    if any(_at(revision.data, path) != _at(manifest.data, path) for path in manifest.outside):
        return None
    return with_texts(revision, {path: {WORD: name} for path, name in manifest.outside.items()})


def _at(data: Any, path: Way) -> Any:
    """None when there is nothing at the path."""
    for step in path:
        try:
            data = data[step]
        except (LookupError, TypeError):
            return None
    return data


def _changed(source: str, text: str, documents: Mapping[int, Manifest]) -> tuple[str, dict[str, str]]:
    """The text with documents replaced, by number: one by one if they can't be combined; and reasons by source."""
    done = edited(source, text, {number: one.data for number, one in documents.items()}, partial(keyed_at, KINDS))
    if not done.problems:
        return done.text, {}
    if len(documents) == 1:
        return text, {one.source: done.problems[0].message for one in documents.values()}
    problems: dict[str, str] = {}
    for number, one in documents.items():
        text, reasons = _changed(source, text, {number: one})
        problems |= reasons
    return text, problems


def _text(project: Project, source: str) -> str:
    """Of a file that was read just now."""
    file = text_of(project.root / source, project.root)
    return file.text if isinstance(file, FileText) else ""


# What is new ------------------------------------------------------------------------------------------------------
