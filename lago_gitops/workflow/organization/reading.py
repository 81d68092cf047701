"""The current state of an environment's organization."""

from collections.abc import Iterable
from dataclasses import replace

from lago_gitops.access import Access
from lago_gitops.core.model.resources import Desired
from lago_gitops.core.plan import Organization
from lago_gitops.kinds import KINDS
from lago_gitops.lago.client import Reader
from lago_gitops.lago.connect import CONCURRENCY
from lago_gitops.lago.reading.organization import Inventory, inventory
from lago_gitops.project import Environment


class ForeignOrganizationError(Exception):
    """The key opens another organization than the environment names."""


def read_organization(
    client: Reader, access: Access, environment: Environment, expected: Iterable[Desired] = ()
) -> Inventory:
    """The whole organization. Resources equal to `expected` ones share their memory.

    Raises LagoError, and ForeignOrganizationError when the key opens another.
    """
    like = {one.address: one.fields for one in expected}
    live_inventory = inventory(client, str(access.target), KINDS.values(), concurrency=CONCURRENCY, like=like)
    live_inventory = replace(live_inventory, server=live_inventory.server.said_to_be(environment.lago_version))
    pinned, organization = environment.organization, live_inventory.organization
    if pinned and pinned not in {organization.lago_id, organization.slug}:
        raise ForeignOrganizationError(
            f"environment {environment.name!r} is for organization {pinned!r}, but the key in "
            f"{environment.key_variable} opens {_named(organization)}: use the key of the first; or, if the "
            f"organization's slug has changed, write its id, which never changes: `organization: "
            f"{organization.lago_id}`"
        )
    return live_inventory


def _named(organization: Organization) -> str:
    return f"{organization.name!r} ({organization.slug or organization.lago_id})"
