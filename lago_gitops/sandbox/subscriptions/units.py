"""Units of fixed charges over time: each subscription stores its numbers of units and when they began."""

from datetime import datetime, timedelta

from lago_gitops.sandbox.base.clock import stamp, unstamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.queue import Task, queue
from lago_gitops.sandbox.base.storage.kinds import FIXED_CHARGE, SUBSCRIPTION, UNITS
from lago_gitops.sandbox.base.storage.store import Where
from lago_gitops.sandbox.base.world import World, new_id
from lago_gitops.sandbox.subscriptions import periods
from lago_gitops.sandbox.subscriptions.relations import STATUS

SECOND = timedelta(seconds=1)


def begin(world: World, subscription: Doc) -> None:
    """A subscription starts with the units of its plan, a second after its own start."""
    at = unstamp(subscription["started_at"]) + SECOND
    for charge in world.store.children(FIXED_CHARGE, subscription["plan_id"]):
        _hold(world, subscription, charge, at)


def changed(world: World, payload: Doc) -> None:
    """For one subscription, or all active ones on the plan: from the next period on, or at once."""
    charge, only = payload["charge"], payload["subscription"]
    for subscription in _on_plan(world, charge) if only is None else (only,):
        if subscription["status"] != "active":
            continue
        now = world.now().replace(microsecond=0)
        _hold(world, subscription, charge, now if payload["immediately"] else _next_start(world, subscription, now))
        if payload["immediately"] and charge["pay_in_advance"]:
            queue(world, Task.BILL_FIXED_CHARGES, subscription, at=stamp(now))


def _on_plan(world: World, charge: Doc) -> list[Doc]:
    return world.store.newest(SUBSCRIPTION, Where(f"ref = ? AND {STATUS} = 'active'", (charge["plan_id"],)))


def _next_start(world: World, subscription: Doc, now: datetime) -> datetime:
    period = periods.fixed_charges_period(world, subscription, now)
    return periods.midnight(period.last + timedelta(days=1), periods.zone(world, subscription))


def _hold(world: World, subscription: Doc, charge: Doc, at: datetime) -> None:
    held = {"subscription_id": subscription["id"], "charge_id": charge["id"], "units": charge["units"]}
    world.store.save(UNITS, {"id": new_id(), "at": stamp(at), **held})
