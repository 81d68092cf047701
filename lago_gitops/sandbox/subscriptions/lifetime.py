"""Lifetime usage of a subscription and its predecessors; updated by jobs, with a licence."""

from lago_gitops.sandbox.base.clock import to_second
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import invalid, not_found
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.params import Shape, root
from lago_gitops.sandbox.base.http.routes import read_route, write_route
from lago_gitops.sandbox.base.storage.kinds import LIFETIME_USAGE, SUBSCRIPTION
from lago_gitops.sandbox.base.values.casts import integer
from lago_gitops.sandbox.base.values.numerals import is_number
from lago_gitops.sandbox.base.world import World, new_id
from lago_gitops.sandbox.subscriptions.lookup import requested

_HISTORICAL = "external_historical_usage_amount_cents"


def begin(world: World, subscription: Doc) -> None:
    """A successor continues the usage of its predecessor."""
    previous = None if subscription["previous_id"] is None else of(world, subscription["previous_id"])
    new = {"id": new_id(), _HISTORICAL: 0, "invoiced_usage_amount_cents": 0, "current_usage_amount_cents": 0}
    again = {"subscription_id": subscription["id"], "awaiting_invoiced_usage": True}
    world.store.save(LIFETIME_USAGE, (previous or new) | again)


def flag(world: World, subscription_id: str) -> None:
    """Flag the invoiced amount as outdated: a scheduled task sums it again."""
    usage = of(world, subscription_id)
    if usage is not None and not usage["awaiting_invoiced_usage"]:
        world.store.save(LIFETIME_USAGE, usage | {"awaiting_invoiced_usage": True})


def of(world: World, subscription_id: str) -> Doc | None:
    kept = world.store.children(LIFETIME_USAGE, subscription_id)
    return kept[0] if kept else None


def _show(world: World, request: Request) -> Doc:
    return {"lifetime_usage": _rendered(world, _found(world, request))}


def _update(world: World, request: Request) -> Doc:
    params = root(request.body, "lifetime_usage", {_HISTORICAL: Shape.SCALAR})
    usage = _found(world, request)
    sent = params.get(_HISTORICAL)
    if not is_number(sent):
        raise invalid({"historical_usage_amount_cents": ["is not a number"]})
    cents = integer(sent) or 0
    if cents < 0:
        raise invalid({"historical_usage_amount_cents": ["value_is_out_of_range"]})
    usage[_HISTORICAL] = cents
    world.store.save(LIFETIME_USAGE, usage)
    return {"lifetime_usage": _rendered(world, usage)}


def _found(world: World, request: Request) -> Doc:
    usage = of(world, requested(world, request)["id"])
    if usage is None:
        raise not_found("lifetime_usage")
    return usage


def _rendered(world: World, usage: Doc) -> Doc:
    subscription = world.store.with_deleted(SUBSCRIPTION, usage["subscription_id"])
    return {
        "lago_id": usage["id"],
        "lago_subscription_id": subscription["id"],
        "external_subscription_id": subscription["external_id"],
        _HISTORICAL: usage[_HISTORICAL],
        "invoiced_usage_amount_cents": usage["invoiced_usage_amount_cents"],
        "current_usage_amount_cents": usage["current_usage_amount_cents"],
        "from_datetime": to_second(subscription["subscription_at"]),
        "to_datetime": to_second(world.stamp()),
    }


ROUTES = (
    read_route("subscriptions/{id}/lifetime_usage", _show),
    write_route("subscriptions/{id}/lifetime_usage", _update),
)
