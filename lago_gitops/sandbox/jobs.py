"""Background jobs: kept in the database until they run."""

from lago_gitops.sandbox import subscriptions
from lago_gitops.sandbox.kinds import ENTITLEMENT, JOB, PLAN
from lago_gitops.sandbox.values import Doc
from lago_gitops.sandbox.world import World, new_id


def queue_plan_deletion(world: World, plan: Doc) -> None:
    world.store.save(JOB, {"id": new_id(), "plan_id": plan["id"]})


def run_all(world: World) -> int:
    """How many ran; each in a transaction of its own."""
    done = 0
    while (job := world.store.first(JOB)) is not None:
        with world.store.transaction():
            _delete_plan(world, world.store.with_deleted(PLAN, job["plan_id"]))
            world.store.erase(JOB, job["id"])
        done += 1
    return done


def _delete_plan(world: World, plan: Doc) -> None:
    """Overrides first: subscriptions end, entitlements go, then the plan. Its charges stay where they hang."""
    for doomed in (*world.store.children(PLAN, plan["id"]), plan):
        subscriptions.end_all(world, doomed)
        deleted = {"deleted_at": world.stamp()}
        for entitlement in world.store.children(ENTITLEMENT, doomed["id"]):
            world.store.save(ENTITLEMENT, entitlement | deleted)
        world.store.save(PLAN, doomed | deleted | {"pending_deletion": False})
