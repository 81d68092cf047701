"""Finds a plan, and whether it is or ever was in use."""

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.lookup import with_code
from lago_gitops.sandbox.base.storage.kinds import PLAN, SUBSCRIPTION
from lago_gitops.sandbox.base.world import World


def found(world: World, code: str) -> Doc:
    """The plan itself, not one of its overrides, which share the code."""
    return with_code(world, PLAN, code)


def is_used(world: World, plan: Doc) -> bool:
    """Subscriptions of any status count, except those to its overrides."""
    return world.store.has_referrer(SUBSCRIPTION, plan["id"])
