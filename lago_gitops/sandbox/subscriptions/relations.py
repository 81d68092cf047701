"""Relations of a subscription: its customer, its plan, and its neighbours with the same external id."""

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.storage.kinds import CUSTOMER, PLAN, SUBSCRIPTION
from lago_gitops.sandbox.base.storage.store import Where
from lago_gitops.sandbox.base.world import World

STATUS = "json_extract(doc, '$.status')"
_PREVIOUS = "json_extract(doc, '$.previous_id')"


def plan_of(world: World, subscription: Doc) -> Doc:
    return world.store.with_deleted(PLAN, subscription["plan_id"])


def customer_of(world: World, subscription: Doc) -> Doc:
    return world.store.with_deleted(CUSTOMER, subscription["customer_id"])


def previous_of(world: World, subscription: Doc) -> Doc | None:
    id_ = subscription["previous_id"]
    return None if id_ is None else world.store.with_deleted(SUBSCRIPTION, id_)


def next_of(world: World, subscription: Doc) -> Doc | None:
    """Its newest successor that wasn't canceled."""
    following = f"code = ? AND {STATUS} <> 'canceled' AND {_PREVIOUS} = ?"
    found = world.store.newest(SUBSCRIPTION, Where(following, (subscription["external_id"], subscription["id"])))
    return found[0] if found else None


def pending_after(world: World, subscription: Doc) -> list[Doc]:
    following = Where(
        f"code = ? AND {STATUS} = 'pending' AND {_PREVIOUS} = ?", (subscription["external_id"], subscription["id"])
    )
    return world.store.newest(SUBSCRIPTION, following)


def active(world: World, external_id: str) -> Doc | None:
    return world.store.first(SUBSCRIPTION, Where(f"code = ? AND {STATUS} = 'active'", (external_id,)))


def of_customer(world: World, customer: Doc, *statuses: str) -> list[Doc]:
    """Oldest first."""
    return [each for each in world.store.children(SUBSCRIPTION, customer["id"]) if each["status"] in statuses]


def first_start(world: World, subscription: Doc) -> str:
    """The start of the first subscription with its external id: trials count from there."""
    starts = [each["started_at"] for each in world.store.of_code(SUBSCRIPTION, subscription["external_id"])]
    return str(min((start for start in starts if start), default=subscription["subscription_at"]))
