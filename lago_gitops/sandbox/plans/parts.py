"""Routes of a plan's charges, their filters, its fixed charges and its metadata, all since 1.39."""

from dataclasses import dataclass

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import not_found
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.paging import Listing, page, page_of
from lago_gitops.sandbox.base.http.params import Schema, root
from lago_gitops.sandbox.base.http.routes import Route, read_route, write_route
from lago_gitops.sandbox.base.lookup import with_code
from lago_gitops.sandbox.base.storage.kinds import CHARGE, FIXED_CHARGE, METRIC, PLAN
from lago_gitops.sandbox.base.storage.store import Kind, Where
from lago_gitops.sandbox.base.values.casts import boolean, text
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.plans import cascades, charge_common, charge_filters, charges, fixed_charges, plans
from lago_gitops.sandbox.plans import metadata as plan_metadata
from lago_gitops.sandbox.plans.lookup import found, is_used

_SINCE = "nested_plan_routes"


@dataclass(frozen=True, slots=True)
class _Parts:
    """Requests about the charges or fixed charges of a plan. Changes cascade to its overrides if requested."""

    kind: Kind
    part: charge_common.Part
    schema: Schema

    def create(self, world: World, request: Request) -> Doc:
        """Unlike within a plan, no code is generated."""
        params = root(request.body, self.kind.name, self.schema)
        plan = found(world, request.args[0])
        charge = self.part.create(world, plan, params)
        if self._cascades(request):
            cascades.create(world, self.kind, plan, charge)
        return self._shown(world, charge)

    def update(self, world: World, request: Request) -> Doc:
        params = root(request.body, self.kind.name, self.schema)
        plan, charge = _found(world, request, self.kind)
        update = self.part.update_used if is_used(world, plan) else self.part.update_unused
        changed = update(world, charge, params)
        if self._cascades(request):
            cascades.update(world, self.kind, charge, changed, plan)
        return self._shown(world, changed)

    def show(self, world: World, request: Request) -> Doc:
        _, charge = _found(world, request, self.kind)
        return self._shown(world, charge)

    def index(self, world: World, request: Request) -> Doc:
        where = Where("parent = ?", (found(world, request.args[0])["id"],))
        return page(world, request, Listing(self.kind, f"{self.kind.name}s", self.part.rendered), where)

    def delete(self, world: World, request: Request) -> Doc:
        plan, charge = _found(world, request, self.kind)
        if self._cascades(request):
            cascades.delete(world, self.kind, plan, charge)
        return self._shown(world, self.part.delete(world, charge))

    def _shown(self, world: World, charge: Doc) -> Doc:
        return {self.kind.name: self.part.rendered(world, charge)}

    def _cascades(self, request: Request) -> bool:
        """In the root of the body or, as a DELETE may have none, in the query."""
        inside = request.body.get(self.kind.name)
        sent = inside.get("cascade_updates") if isinstance(inside, dict) else None
        return boolean(request.query.get(f"{self.kind.name}[cascade_updates]", sent)) or False


def _routes(parts: _Parts) -> tuple[Route, ...]:
    all_ = f"plans/{{code}}/{parts.kind.name}s"
    one = f"{all_}/{{code}}"
    return (
        read_route(all_, parts.index, _SINCE),
        Route("POST", all_, parts.create, _SINCE),
        read_route(one, parts.show, _SINCE),
        write_route(one, parts.update, _SINCE),
        Route("DELETE", one, parts.delete, _SINCE),
    )


def _found(world: World, request: Request, kind: Kind) -> tuple[Doc, Doc]:
    """The plan, and its charge or fixed charge."""
    plan = found(world, request.args[0])
    return plan, with_code(world, kind, request.args[1], plan["id"])


def _create_filter(world: World, request: Request) -> Doc:
    """Sending the same values twice creates two filters."""
    params = root(request.body, "filter", charge_filters.SCHEMA)
    _, charge = _found(world, request, CHARGE)
    new = charge_filters.new(world, charge, _metric(world, charge), params)
    charge["filters"].append(new)
    world.store.save(CHARGE, charge)
    return {"filter": charge_filters.rendered(world, charge, new)}


def _update_filter(world: World, request: Request) -> Doc:
    """Changes the keys sent, but never the values. The filter moves to the end of the list."""
    params = root(request.body, "filter", charge_filters.SCHEMA)
    charge, old = _found_filter(world, request)
    changed = dict(old)
    if "invoice_display_name" in params:
        changed["invoice_display_name"] = text(params["invoice_display_name"])
    if "properties" in params:
        changed["properties"] = charge_filters.checked_properties(world, charge, _metric(world, charge), params)
    charge["filters"] = [other for other in charge["filters"] if other is not old] + [changed]
    world.store.save(CHARGE, charge)
    return {"filter": charge_filters.rendered(world, charge, changed)}


def _show_filter(world: World, request: Request) -> Doc:
    charge, old = _found_filter(world, request)
    return {"filter": charge_filters.rendered(world, charge, old)}


def _index_filters(world: World, request: Request) -> Doc:
    _, charge = _found(world, request, CHARGE)
    shown = [charge_filters.rendered(world, charge, each) for each in charge["filters"]]
    return page_of(world, request, "filters", shown)


def _delete_filter(world: World, request: Request) -> Doc:
    """The answer has no values."""
    charge, old = _found_filter(world, request)
    charge["filters"].remove(old)
    world.store.save(CHARGE, charge)
    return {"filter": charge_filters.rendered(world, charge, old | {"values": {}})}


def _found_filter(world: World, request: Request) -> tuple[Doc, Doc]:
    _, charge = _found(world, request, CHARGE)
    for each in charge["filters"]:
        if each["id"] == request.args[2]:
            return charge, each
    raise not_found("charge_filter")


def _metric(world: World, charge: Doc) -> Doc:
    return world.store.with_deleted(METRIC, charge["metric_id"])


def _replace_metadata(world: World, request: Request) -> Doc:
    plan = found(world, request.args[0])
    given = _given_metadata(request)
    return _with_metadata(world, plan, plan["metadata"] if given is None else given)


def _merge_metadata(world: World, request: Request) -> Doc:
    plan = found(world, request.args[0])
    given = _given_metadata(request)
    return _with_metadata(world, plan, {**(plan["metadata"] or {}), **given} if given else plan["metadata"])


def _drop_metadata(world: World, request: Request) -> Doc:
    return _with_metadata(world, found(world, request.args[0]), None)


def _given_metadata(request: Request) -> Doc | None:
    given = request.body.get("metadata")
    return given if isinstance(given, dict) else None


def _with_metadata(world: World, plan: Doc, metadata: Doc | None) -> Doc:
    """An update of the plan without `interval`, which resets the monthly flags of an unused plan."""
    checked = None if metadata is None else plan_metadata.checked(metadata)
    plan = plans.update(world, plan | {"metadata": checked}, {})
    return {"metadata": plan["metadata"]}


def _drop_metadata_key(world: World, request: Request) -> Doc:
    """Unlike the others, it doesn't change the rest of the plan."""
    plan = found(world, request.args[0])
    if plan["metadata"] is None:
        raise not_found("metadata")
    plan["metadata"].pop(request.args[1], None)
    world.store.save(PLAN, plan)
    return {"metadata": plan["metadata"]}


_FILTERS = "plans/{code}/charges/{code}/filters"
_METADATA = "plans/{code}/metadata"

ROUTES = (
    read_route(_FILTERS, _index_filters, _SINCE),
    Route("POST", _FILTERS, _create_filter, _SINCE),
    read_route(f"{_FILTERS}/{{id}}", _show_filter, _SINCE),
    write_route(f"{_FILTERS}/{{id}}", _update_filter, _SINCE),
    Route("DELETE", f"{_FILTERS}/{{id}}", _delete_filter, _SINCE),
    *_routes(_Parts(CHARGE, charges, charges.NESTED_SCHEMA)),
    *_routes(_Parts(FIXED_CHARGE, fixed_charges, fixed_charges.NESTED_SCHEMA)),
    Route("POST", _METADATA, _replace_metadata, _SINCE),
    write_route(_METADATA, _merge_metadata, _SINCE),
    Route("DELETE", _METADATA, _drop_metadata, _SINCE),
    Route("DELETE", f"{_METADATA}/{{code}}", _drop_metadata_key, _SINCE),
)
