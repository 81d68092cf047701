"""Background jobs: kept in the database until they run."""

from datetime import datetime

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.kinds import CUSTOMER, ENTITLEMENT, JOB, PLAN, SUBSCRIPTION, WALLET
from lago_gitops.sandbox.base.queue import Task
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.invoicing import invoices
from lago_gitops.sandbox.subscriptions import life
from lago_gitops.sandbox.wallets import transactions


def run_all(world: World) -> int:
    """How many ran, those included that they queued themselves; each in a transaction of its own."""
    done = 0
    while (job := world.store.first(JOB)) is not None:
        with world.store.transaction():
            world.store.erase(JOB, job["id"])
            _run(world, job)
        done += 1
    return done


def tick(world: World) -> None:
    """What Lago's clock does every few minutes."""


def hour(world: World) -> None:
    """What Lago's clock does every hour."""


def run_until(world: World, end: datetime) -> None:
    """All that falls due from now to `end`."""


def _run(world: World, job: Doc) -> None:
    match Task(job["task"]):
        case Task.DELETE_PLAN:
            _delete_plan(world, world.store.with_deleted(PLAN, job["subject_id"]))
        case Task.END_CUSTOMER:
            life.customer_is_gone(world, world.store.with_deleted(CUSTOMER, job["subject_id"]))
        case Task.BILL:
            for id_ in job["subscription_ids"]:
                subscription = world.store.with_deleted(SUBSCRIPTION, id_)
                if subscription["status"] == "terminated":
                    invoices.bill_end(world, subscription, world.store.with_deleted(PLAN, subscription["plan_id"]))
        case Task.BILL_FIXED_CHARGES:
            pass
        case Task.TOP_UP:
            transactions.create(world, world.store.with_deleted(WALLET, job["subject_id"]), job["params"])
        case Task.BILL_CREDITS | Task.REFRESH_WALLETS:
            pass
        case Task.ANNOUNCE:
            pass


def _delete_plan(world: World, plan: Doc) -> None:
    """Overrides first: subscriptions end, entitlements go, then the plan. Its charges stay where they hang."""
    for doomed in (*world.store.children(PLAN, plan["id"]), plan):
        life.end_all(world, doomed)
        deleted = {"deleted_at": world.stamp()}
        for entitlement in world.store.children(ENTITLEMENT, doomed["id"]):
            world.store.save(ENTITLEMENT, entitlement | deleted)
        world.store.save(PLAN, doomed | deleted | {"pending_deletion": False})
