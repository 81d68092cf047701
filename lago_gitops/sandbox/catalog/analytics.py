"""Figures that Lago has with a licence only."""

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import forbidden
from lago_gitops.sandbox.base.http import Request
from lago_gitops.sandbox.base.routes import read_route
from lago_gitops.sandbox.base.world import World


def _recurring_revenue(world: World, _: Request) -> Doc:
    """Recorded: an-mrr. The sandbox reckons none."""
    if not world.settings.premium:
        raise forbidden("feature_unavailable")
    return {"mrrs": []}


ROUTES = (read_route("analytics/mrr", _recurring_revenue),)
