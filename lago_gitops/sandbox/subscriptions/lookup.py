"""The subscription in the path of a request."""

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import not_found
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.storage.kinds import SUBSCRIPTION
from lago_gitops.sandbox.base.storage.store import Where
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.subscriptions.relations import STATUS


def requested(world: World, request: Request) -> Doc:
    """The active one, or one with the requested status; of several, the last that ended."""
    query = request.query
    return with_status(world, request.args[0], query.get("subscription_status") or query.get("status") or "active")


def with_status(world: World, external_id: str, status: str) -> Doc:
    """Raises RefusedError if there is none."""
    known = world.store.newest(SUBSCRIPTION, Where(f"code = ? AND {STATUS} = ?", (external_id, status)))
    if not known:
        raise not_found("subscription")
    return max(known, key=lambda each: each["terminated_at"] or "")
