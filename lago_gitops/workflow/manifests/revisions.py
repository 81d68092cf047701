"""The manifests at other revisions: the base of a branch, and candidates to compare."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.desired import desired
from lago_gitops.core.comparison.origin import Base, as_live, origins
from lago_gitops.core.model.resources import Address, Change
from lago_gitops.core.plan import Attribution, Organization
from lago_gitops.core.policies.rule import PolicyRule
from lago_gitops.core.validation.validate import Checked
from lago_gitops.kinds import KINDS
from lago_gitops.lago.reading.organization import Inventory
from lago_gitops.manifests.sources.revision import RevisionError, at_commit, commit_of, parted
from lago_gitops.project import Environment, Project, find_project, policies_in
from lago_gitops.workflow.manifests.checking import checked_manifests


@dataclass(frozen=True, slots=True)
class BaseRevision:
    """`ref` as given, and the `commit` it resolved to; its manifests by address."""

    ref: str
    commit: str
    manifests: Base
    data: Mapping[Address, Mapping[str, Any]]  # of the manifests, as they are written
    policies: tuple[PolicyRule, ...] = ()  # that hold there
    checked: Checked = field(default_factory=lambda: Checked({}, ()))  # all of them, with what is wrong


def base_revision(project: Project, environment: Environment, ref: str) -> BaseRevision:
    """The manifests at the merge base of HEAD and `ref`, for the environment of that name.

    Invalid manifests are left out: this branch may be the one that corrects them. Raises RevisionError.
    """
    return _revision(project, environment, ref, parted(project.root, ref))


def candidate_revision(project: Project, environment: Environment, ref: str) -> BaseRevision:
    """The manifests of a branch, tag or commit. Raises RevisionError."""
    return _revision(project, environment, ref, commit_of(project.root, ref))


def _revision(project: Project, environment: Environment, ref: str, commit: str) -> BaseRevision:
    with at_commit(project.root, commit) as at:
        there = find_project(at.folder)
        if there.problems:
            raise RevisionError(f"lago-gitops.yaml at {at.commit[:7]} can't be read: {there.problems[0].message}")
        of_then = there.project.environments.get(environment.name, environment)
        checked = checked_manifests(replace(there.project, variables=project.variables), of_then)
        wanted = {address: desired(one, KINDS[address.kind]) for address, one in checked.manifests.items()}
        data = {address: one.data for address, one in checked.manifests.items()}
        return BaseRevision(ref, at.commit, wanted, data, policies_in(there.project, of_then), checked)


def policies_on(base: BaseRevision | None, own: Iterable[PolicyRule]) -> tuple[PolicyRule, ...]:
    """The policies that judge a branch: those of its base, which it can't loosen for itself, and those that it adds."""
    there = base.policies if base is not None else ()
    names = {one.name for one in there}
    return (*there, *(one for one in own if one.name not in names))


def attributed(changes: Iterable[Change], base: BaseRevision, inventory: Inventory) -> Attribution:
    """The plan with the origin of each change."""
    made = tuple(origins(change, base.manifests) for change in changes)
    return Attribution(base.ref, base.commit, made, stands_in=not inventory.organization.lago_id)


def as_inventory(base: BaseRevision) -> Inventory:
    """The base in the form of an organization, to compare two revisions without Lago."""
    server = Server()
    major, minor = server.version
    organization = Organization("", "", "", f"{base.ref} ({base.commit[:7]}), not Lago", f"{major}.{minor}")
    there = {address: one for address, one in base.manifests.items() if not one.absent}
    live = {address: as_live(one, base.data[address]) for address, one in there.items()}
    return Inventory(organization, server, live)
