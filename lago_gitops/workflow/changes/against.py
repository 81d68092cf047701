"""Comparison of a plan's organization with another environment's."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lago_gitops.access import Access
from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.desired import desired
from lago_gitops.core.comparison.organization_diff import BothSides, compared_parts, differences, once_applied, standing
from lago_gitops.core.comparison.origin import as_live
from lago_gitops.core.model.resources import Address, Desired, Live
from lago_gitops.core.plan import Against
from lago_gitops.core.validation.validate import Checked
from lago_gitops.kinds import KINDS
from lago_gitops.lago.client import Reader
from lago_gitops.lago.reading.organization import Inventory
from lago_gitops.project import Environment
from lago_gitops.workflow.changes.plan import Planned
from lago_gitops.workflow.organization.reading import read_organization


@dataclass(frozen=True, slots=True)
class Other:
    """An environment with its organization's resources and its manifests."""

    environment: str
    inventory: Inventory
    checked: Checked


def read_other(checked: Checked, environment: Environment, client: Reader, access: Access) -> Other:
    """Raises LagoError, ForeignOrganizationError."""
    return Other(environment.name, read_organization(client, access, environment), checked)


def held_against(planned: Planned, checked: Checked, other: Other) -> Planned:
    """The plan, with the differences between its organization and the other one, now and afterwards."""
    plan, inventory = planned.plan, planned.inventory
    here, there = _wanted(checked), _there(other.checked)
    described = here.keys() | there.keys()
    live = compared_parts(other.inventory.live, described, KINDS)
    server = _older(inventory.server, other.inventory.server)
    now = standing(compared_parts(inventory.live, described, KINDS), here)
    renamed = standing(compared_parts(plan.comparison.live, described, KINDS), here)
    after = once_applied(renamed, plan.changes)
    manifests = BothSides(here, there)
    left = differences(BothSides(after, live), manifests, KINDS, server)
    against = Against(
        environment=other.environment,
        organization=other.inventory.organization,
        now=differences(BothSides(now, live), manifests, KINDS, server),
        after=left,
        same=len(after.keys() | live.keys()) - len(left),
    )
    return replace(planned, plan=replace(plan, against=against))


def _wanted(checked: Checked) -> Mapping[Address, Desired]:
    all_ = (desired(one, KINDS[address.kind]) for address, one in checked.manifests.items())
    return {one.address: one for one in all_ if not one.absent}


def _there(checked: Checked) -> Mapping[Address, Live]:
    wanted = _wanted(checked)
    return {address: as_live(one, checked.manifests[address].data) for address, one in wanted.items()}


def _older(one: Server, other: Server) -> Server:
    """The features that both support; a missing licence on one side doesn't hide what the other bills."""
    return Server(min(one.version, other.version))
