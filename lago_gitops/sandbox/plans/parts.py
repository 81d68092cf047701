"""The routes of a plan's charges, their filters, its fixed charges and its metadata, all since 1.39."""

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import not_found
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.paging import Listing, page, page_of
from lago_gitops.sandbox.base.http.params import root
from lago_gitops.sandbox.base.http.routes import Route, read_route, write_route
from lago_gitops.sandbox.base.storage.kinds import CHARGE, FIXED_CHARGE, METRIC, PLAN
from lago_gitops.sandbox.base.storage.store import Kind, Where
from lago_gitops.sandbox.base.values.casts import boolean, text
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.plans import cascades, charge_filters, charges, fixed_charges, plans
from lago_gitops.sandbox.plans import metadata as plan_metadata
from lago_gitops.sandbox.plans.lookup import found, is_used

_SINCE = "nested_plan_routes"


def _create_charge(world: World, request: Request) -> Doc:
    """Unlike in a plan, no code is made up."""
    params = root(request.body, "charge", charges.NESTED_SCHEMA)
    plan = found(world, request.args[0])
    charge = charges.create(world, plan, params)
    if _cascades(request, "charge"):
        cascades.create(world, CHARGE, plan, charge)
    return {"charge": charges.rendered(world, charge)}


def _update_charge(world: World, request: Request) -> Doc:
    params = root(request.body, "charge", charges.NESTED_SCHEMA)
    plan, charge = _found(world, request, CHARGE)
    update = charges.update_used if is_used(world, plan) else charges.update_unused
    changed = update(world, charge, params)
    if _cascades(request, "charge"):
        cascades.update(world, CHARGE, charge, changed, plan)
    return {"charge": charges.rendered(world, changed)}


def _show_charge(world: World, request: Request) -> Doc:
    _, charge = _found(world, request, CHARGE)
    return {"charge": charges.rendered(world, charge)}


def _index_charges(world: World, request: Request) -> Doc:
    return page(world, request, Listing(CHARGE, "charges", charges.rendered), _of_plan(world, request))


def _delete_charge(world: World, request: Request) -> Doc:
    plan, charge = _found(world, request, CHARGE)
    if _cascades(request, "charge"):
        cascades.delete(world, CHARGE, plan, charge)
    return {"charge": charges.rendered(world, charges.delete(world, charge))}


def _create_fixed_charge(world: World, request: Request) -> Doc:
    params = root(request.body, "fixed_charge", fixed_charges.NESTED_SCHEMA)
    plan = found(world, request.args[0])
    charge = fixed_charges.create(world, plan, params)
    if _cascades(request, "fixed_charge"):
        cascades.create(world, FIXED_CHARGE, plan, charge)
    return {"fixed_charge": fixed_charges.rendered(world, charge)}


def _update_fixed_charge(world: World, request: Request) -> Doc:
    params = root(request.body, "fixed_charge", fixed_charges.NESTED_SCHEMA)
    plan, charge = _found(world, request, FIXED_CHARGE)
    update = fixed_charges.update_used if is_used(world, plan) else fixed_charges.update_unused
    changed = update(world, charge, params)
    if _cascades(request, "fixed_charge"):
        cascades.update(world, FIXED_CHARGE, charge, changed, plan)
    return {"fixed_charge": fixed_charges.rendered(world, changed)}


def _show_fixed_charge(world: World, request: Request) -> Doc:
    _, charge = _found(world, request, FIXED_CHARGE)
    return {"fixed_charge": fixed_charges.rendered(world, charge)}


def _index_fixed_charges(world: World, request: Request) -> Doc:
    where = _of_plan(world, request)
    return page(world, request, Listing(FIXED_CHARGE, "fixed_charges", fixed_charges.rendered), where)


def _delete_fixed_charge(world: World, request: Request) -> Doc:
    plan, charge = _found(world, request, FIXED_CHARGE)
    if _cascades(request, "fixed_charge"):
        cascades.delete(world, FIXED_CHARGE, plan, charge)
    return {"fixed_charge": fixed_charges.rendered(world, fixed_charges.delete(world, charge))}


def _cascades(request: Request, name: str) -> bool:
    """Within the root of the body or, as a DELETE may have none, in the query."""
    inside = request.body.get(name)
    sent = inside.get("cascade_updates") if isinstance(inside, dict) else None
    return boolean(request.query.get(f"{name}[cascade_updates]", sent)) or False


def _of_plan(world: World, request: Request) -> Where:
    return Where("parent = ?", (found(world, request.args[0])["id"],))


def _found(world: World, request: Request, kind: Kind) -> tuple[Doc, Doc]:
    """The plan, and its charge or fixed charge."""
    plan = found(world, request.args[0])
    charge = world.store.by_code(kind, request.args[1], plan["id"])
    if charge is None:
        raise not_found(kind.name)
    return plan, charge


def _create_filter(world: World, request: Request) -> Doc:
    """The same values twice are two filters."""
    params = root(request.body, "filter", charge_filters.SCHEMA)
    _, charge = _found(world, request, CHARGE)
    new = charge_filters.new(world, charge, _metric(world, charge), params)
    charge["filters"].append(new)
    world.store.save(CHARGE, charge)
    return {"filter": charge_filters.rendered(world, charge, new)}


def _update_filter(world: World, request: Request) -> Doc:
    """By key; its values never change. The list has the one touched last at its end."""
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
    """The answer has no values any more."""
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
    """It is an update of the plan without `interval`, which resets the monthly flags of an unused one."""
    checked = None if metadata is None else plan_metadata.checked(metadata)
    plan = plans.update(world, plan | {"metadata": checked}, {})
    return {"metadata": plan["metadata"]}


def _drop_metadata_key(world: World, request: Request) -> Doc:
    """Alone of all these it leaves the rest of the plan as it is."""
    plan = found(world, request.args[0])
    if plan["metadata"] is None:
        raise not_found("metadata")
    plan["metadata"].pop(request.args[1], None)
    world.store.save(PLAN, plan)
    return {"metadata": plan["metadata"]}


_CHARGES = "plans/{code}/charges"
_FIXED_CHARGES = "plans/{code}/fixed_charges"
_FILTERS = "plans/{code}/charges/{code}/filters"
_METADATA = "plans/{code}/metadata"

ROUTES = (
    read_route(_FILTERS, _index_filters, _SINCE),
    Route("POST", _FILTERS, _create_filter, _SINCE),
    read_route(f"{_FILTERS}/{{id}}", _show_filter, _SINCE),
    write_route(f"{_FILTERS}/{{id}}", _update_filter, _SINCE),
    Route("DELETE", f"{_FILTERS}/{{id}}", _delete_filter, _SINCE),
    read_route(_CHARGES, _index_charges, _SINCE),
    Route("POST", _CHARGES, _create_charge, _SINCE),
    read_route(f"{_CHARGES}/{{code}}", _show_charge, _SINCE),
    write_route(f"{_CHARGES}/{{code}}", _update_charge, _SINCE),
    Route("DELETE", f"{_CHARGES}/{{code}}", _delete_charge, _SINCE),
    read_route(_FIXED_CHARGES, _index_fixed_charges, _SINCE),
    Route("POST", _FIXED_CHARGES, _create_fixed_charge, _SINCE),
    read_route(f"{_FIXED_CHARGES}/{{code}}", _show_fixed_charge, _SINCE),
    write_route(f"{_FIXED_CHARGES}/{{code}}", _update_fixed_charge, _SINCE),
    Route("DELETE", f"{_FIXED_CHARGES}/{{code}}", _delete_fixed_charge, _SINCE),
    Route("POST", _METADATA, _replace_metadata, _SINCE),
    write_route(_METADATA, _merge_metadata, _SINCE),
    Route("DELETE", _METADATA, _drop_metadata, _SINCE),
    Route("DELETE", f"{_METADATA}/{{code}}", _drop_metadata_key, _SINCE),
)
