"""Finding a plan, and whether it is or ever was in use."""

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.lookup import with_code
from lago_gitops.sandbox.base.storage.kinds import PLAN, SUBSCRIPTION
from lago_gitops.sandbox.base.world import World


def found(world: World, code: str) -> Doc:
    """The plan itself, never one of the overrides that share its code."""
    return with_code(world, PLAN, code)


def is_used(world: World, plan: Doc) -> bool:
    """A subscription of whatever status counts, one to an override of it doesn't."""
    return world.store.has_referrer(SUBSCRIPTION, plan["id"])
