"""The charges and fixed charges of a subscription: its plan's, or its own prices (with a licence)."""

from collections.abc import Callable
from typing import NamedTuple

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import forbidden
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.paging import Listing, page
from lago_gitops.sandbox.base.http.params import Schema, root
from lago_gitops.sandbox.base.http.routes import Handler, Route, read_route, write_route
from lago_gitops.sandbox.base.lookup import with_code
from lago_gitops.sandbox.base.storage.kinds import CHARGE, FIXED_CHARGE, SUBSCRIPTION
from lago_gitops.sandbox.base.storage.store import Kind, Where
from lago_gitops.sandbox.base.values.casts import boolean
from lago_gitops.sandbox.base.world import Event, World
from lago_gitops.sandbox.plans import charges, fixed_charges, overrides
from lago_gitops.sandbox.subscriptions.lookup import requested
from lago_gitops.sandbox.subscriptions.relations import plan_of

_SINCE = "nested_plan_routes"


class _Part(NamedTuple):
    """What charges and fixed charges have in common."""

    kind: Kind
    render: Callable[[World, Doc], Doc]
    schema: Schema
    change: Callable[[World, Doc, Doc], Doc]


_CHARGE = _Part(CHARGE, charges.rendered, overrides.CHARGE_SCHEMA, overrides.changed_charge)
_FIXED = _Part(FIXED_CHARGE, fixed_charges.rendered, overrides.FIXED_CHARGE_SCHEMA, overrides.changed_fixed_charge)


def _index(part: _Part) -> Handler:
    def index(world: World, request: Request) -> Doc:
        plan = plan_of(world, requested(world, request))
        listing = Listing(part.kind, f"{part.kind.name}s", part.render)
        if not world.can.nested_plan_routes:
            return {listing.root: [part.render(world, each) for each in world.store.children(part.kind, plan["id"])]}
        return page(world, request, listing, Where("parent = ?", (plan["id"],)))

    return index


def _show(part: _Part) -> Handler:
    def show(world: World, request: Request) -> Doc:
        return {part.kind.name: part.render(world, _found(world, request, part, requested(world, request)))}

    return show


def _update(part: _Part) -> Handler:
    """The first own price creates an override of the whole plan; later ones change it."""

    def update(world: World, request: Request) -> Doc:
        params = root(request.body, part.kind.name, part.schema)
        subscription = requested(world, request)
        charge = _found(world, request, part, subscription)
        if not world.premium:
            raise forbidden("feature_unavailable")
        plan = plan_of(world, subscription)
        if plan["parent_id"] is None:
            plan = overrides.child(world, plan, {})
            subscription["plan_id"] = plan["id"]
            world.store.save(SUBSCRIPTION, subscription)
        own = charge if charge["plan_id"] == plan["id"] else overrides.counterpart(world, part.kind, plan, charge["id"])
        changed = part.change(world, own or charge, params)
        if "units" in params:
            now = boolean(params.get("apply_units_immediately")) or False
            world.notify(Event.UNITS_CHANGED, {"charge": changed, "subscription": subscription, "immediately": now})
        return {part.kind.name: part.render(world, changed)}

    return update


def _found(world: World, request: Request, part: _Part, subscription: Doc) -> Doc:
    return with_code(world, part.kind, request.args[1], subscription["plan_id"])


ROUTES: tuple[Route, ...] = tuple(
    route
    for part, path in ((_CHARGE, "subscriptions/{id}/charges"), (_FIXED, "subscriptions/{id}/fixed_charges"))
    for route in (
        read_route(path, _index(part), None if part is _FIXED else _SINCE),
        read_route(f"{path}/{{code}}", _show(part), _SINCE),
        write_route(f"{path}/{{code}}", _update(part), _SINCE),
    )
)
