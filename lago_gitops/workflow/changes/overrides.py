"""The subscriptions of an organization that don't follow their plan."""

from lago_gitops.kinds.plan.overrides import Override, overrides
from lago_gitops.lago.client import Reader
from lago_gitops.lago.reading.audience import read_own_plans
from lago_gitops.workflow.changes.plan import Planned
from lago_gitops.workflow.organization.asking import SUBSCRIBED


def read_overrides(planned: Planned, client: Reader) -> tuple[Override, ...] | None:
    """None when the server doesn't tell. Raises LagoError."""
    inventory = planned.inventory
    own = read_own_plans(client, SUBSCRIBED, inventory.server)
    return None if own is None else overrides(own, inventory.live, inventory.server)
