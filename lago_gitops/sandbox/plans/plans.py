"""Plans: created as a whole, updated key by key, their charges synced by id, deleted by a job."""

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import Problems, crash, not_found, note, refuse_if_any
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.paging import Listing, page
from lago_gitops.sandbox.base.http.params import Many, One, Schema, Shape, root, scalars
from lago_gitops.sandbox.base.http.routes import Route, read_route, write_route
from lago_gitops.sandbox.base.queue import Task, announce, queue
from lago_gitops.sandbox.base.storage.kinds import ADD_ON, CHARGE, FIXED_CHARGE, METRIC, PLAN
from lago_gitops.sandbox.base.storage.store import Kind, Where
from lago_gitops.sandbox.base.values.casts import assigned, blank, boolean, floating, integer, text
from lago_gitops.sandbox.base.values.currencies import CURRENCIES
from lago_gitops.sandbox.base.values.numerals import is_number
from lago_gitops.sandbox.base.world import Event, World, new_id
from lago_gitops.sandbox.catalog import taxes
from lago_gitops.sandbox.plans import cascades, charge_common, charges, commitments, fixed_charges, thresholds
from lago_gitops.sandbox.plans import shapes as plan_shapes
from lago_gitops.sandbox.plans.lookup import found, is_used
from lago_gitops.sandbox.plans.metadata import checked as checked_metadata

PARENTS = Where("parent IS NULL", ())
_INTERVALS = frozenset({"weekly", "monthly", "quarterly", "semiannual", "yearly"})
_LONG_INTERVALS = frozenset({"semiannual", "yearly"})
_ALWAYS_EDITABLE = {"name": text, "invoice_display_name": text, "description": text, "amount_cents": integer}
_CASTS = {
    **_ALWAYS_EDITABLE,
    "code": text,
    "interval": text,
    "amount_currency": text,
    "trial_period": floating,
    "pay_in_advance": boolean,
}
_MONTHLY_FLAGS = ("bill_charges_monthly", "bill_fixed_charges_monthly")


def _schema(world: World) -> Schema:
    named = world.can.charge_codes
    return {
        **scalars(_CASTS, _MONTHLY_FLAGS, ("cascade_updates",)),
        "tax_codes": Shape.SCALARS,
        "minimum_commitment": One(commitments.SCHEMA),
        "usage_thresholds": Many(thresholds.SCHEMA),
        "charges": Many(charges.SCHEMA_IN_PLAN if named else charges.OLD_SCHEMA_IN_PLAN),
        "fixed_charges": Many(fixed_charges.SCHEMA_IN_PLAN if named else fixed_charges.OLD_SCHEMA_IN_PLAN),
        **({"metadata": Shape.OBJECT} if world.can.plan_metadata else {}),
    }


def _create(world: World, request: Request) -> Doc:
    params = root(request.body, "plan", _schema(world))
    _check_parts(world, params)
    plan = {
        "id": new_id(),
        "created_at": world.stamp(),
        **dict.fromkeys(_CASTS),
        "parent_id": None,
        "pending_deletion": False,
        "tax_ids": [],
        "metadata": None,
        "commitment": None,
        "thresholds": [],
        **_monthly_flags(params),
    }
    plan |= assigned(params, _CASTS)
    _check(world, plan, params)
    world.store.save(PLAN, plan)
    _write_parts(world, plan, params)
    announce(world, "plan.created", plan)
    return {"plan": plan_shapes.rendered(world, plan)}


def _update(world: World, request: Request) -> Doc:
    params = root(request.body, "plan", _schema(world))
    plan = update(world, found(world, request.args[0]), params)
    announce(world, "plan.updated", plan)
    return {"plan": plan_shapes.rendered(world, plan)}


def update(world: World, plan: Doc, params: Doc) -> Doc:
    """Ignores some keys if the plan is in use; otherwise resets the monthly flags unless `interval` is sent.

    Refuses a null interval, as a crash.
    """
    _check_parts(world, params)
    before = dict(plan)
    if is_used(world, plan):
        plan = plan | assigned(params, _ALWAYS_EDITABLE)
    else:
        if "interval" in params and params["interval"] is None:
            raise crash()
        plan = plan | assigned(params, _CASTS) | _monthly_flags(params)
    _check(world, plan, params)
    world.store.save(PLAN, plan)
    _write_parts(world, plan, params)
    if _cascades(params):
        cascades.amount(world, before, plan)
    if before["amount_cents"] != plan["amount_cents"]:
        world.notify(Event.PLAN_AMOUNT_CHANGED, plan)
    return plan


def _cascades(params: Doc) -> bool:
    return boolean(params.get("cascade_updates")) or False


def _monthly_flags(params: Doc) -> Doc:
    """Decided by the interval sent, never by the plan's."""
    if text(params.get("interval")) not in _LONG_INTERVALS:
        return dict.fromkeys(_MONTHLY_FLAGS)
    return {flag: boolean(params.get(flag)) or False for flag in _MONTHLY_FLAGS}


def _check(world: World, plan: Doc, params: Doc) -> None:
    problems: Problems = {}
    for field in ("name", "code"):
        if blank(plan[field]):
            note(problems, field, "value_is_mandatory")
    if plan["parent_id"] is None and world.store.code_is_taken(PLAN, plan):
        note(problems, "code", "value_already_exist")
    if plan["amount_currency"] not in CURRENCIES:
        note(problems, "amount_currency", "value_is_invalid")
    if plan["interval"] not in _INTERVALS:
        note(problems, "interval", "value_is_invalid")
    if plan["pay_in_advance"] is None:
        note(problems, "pay_in_advance", "value_is_invalid")
    _check_amount(world, plan, params, problems)
    refuse_if_any(problems)


def _check_amount(world: World, plan: Doc, params: Doc, problems: Problems) -> None:
    sent = params.get("amount_cents")
    if plan["amount_cents"] is None:
        if world.can.amount_is_mandatory:
            note(problems, "amount_cents", "value_is_mandatory")
        else:
            note(problems, "amount_cents", "is not a number")
            note(problems, "amount", "is not a number")
    elif sent is not None and not is_number(sent):
        note(problems, "amount_cents", "is not a number")


def _check_parts(world: World, params: Doc) -> None:
    """All metrics and add-ons named by id must exist; checked first."""
    _check_ids(world, METRIC, params.get("charges", ()), "billable_metric_id")
    _check_ids(world, ADD_ON, params.get("fixed_charges", ()), "add_on_id")


def _check_ids(world: World, kind: Kind, items: list[Doc], key: str) -> None:
    ids = {str(item[key]) for item in items if item.get(key) is not None}
    if any(world.store.get(kind, id_) is None for id_ in ids):
        raise not_found(f"{kind.name}s")


def _write_parts(world: World, plan: Doc, params: Doc) -> None:
    """Those of taxes, metadata, commitment and thresholds that are sent, then all charges and fixed charges."""
    if "tax_codes" in params:
        plan["tax_ids"] = taxes.ids_of_codes(world, params["tax_codes"])
    if "metadata" in params:
        plan["metadata"] = checked_metadata(params["metadata"])
    if "minimum_commitment" in params and world.premium:
        plan["commitment"] = commitments.written(world, plan["commitment"], params["minimum_commitment"])
    if "usage_thresholds" in params and world.has("progressive_billing"):
        plan["thresholds"] = thresholds.written(world, plan["thresholds"], params["usage_thresholds"])
    world.store.save(PLAN, plan)
    for kind, part in _PARTS:
        if f"{kind.name}s" in params:
            _sync(world, plan, kind, part, params)


_PARTS: tuple[tuple[Kind, charge_common.Part], ...] = ((CHARGE, charges), (FIXED_CHARGE, fixed_charges))


def _sync(world: World, plan: Doc, kind: Kind, part: charge_common.Part, params: Doc) -> None:
    """By id: known ones are updated, others created, and then those not named are deleted."""
    known = {charge["id"]: charge for charge in world.store.children(kind, plan["id"])}
    named = set()
    change = part.update_used if known and is_used(world, plan) else part.update_unused
    cascading = _cascades(params)
    for item in params[f"{kind.name}s"]:
        charge = known.get(str(item.get("id")))
        if charge is not None:
            named.add(charge["id"])
            changed = change(world, charge, item)
            if cascading:
                cascades.update(world, kind, charge, changed, plan)
            continue
        created = part.create_in_plan(world, plan, item)
        if cascading:
            cascades.create(world, kind, plan, created)
    for gone in (charge for id_, charge in known.items() if id_ not in named):
        part.delete(world, gone)
        if cascading:
            cascades.delete(world, kind, plan, gone)


def _show(world: World, request: Request) -> Doc:
    return {"plan": plan_shapes.rendered(world, found(world, request.args[0]))}


def _index(world: World, request: Request) -> Doc:
    """Includes plans about to be deleted, but not fixed charges."""
    return page(world, request, Listing(PLAN, "plans", plan_shapes.rendered_in_list), PARENTS)


def _delete(world: World, request: Request) -> Doc:
    """Marks it for deletion; a job does the rest."""
    plan = found(world, request.args[0])
    if not plan["pending_deletion"]:
        plan["pending_deletion"] = True
        world.store.save(PLAN, plan)
        for child in world.store.children(PLAN, plan["id"]):
            world.store.save(PLAN, child | {"pending_deletion": True})
        queue(world, Task.DELETE_PLAN, plan)
    announce(world, "plan.deleted", plan)
    return {"plan": plan_shapes.rendered(world, plan)}


ROUTES = (
    Route("POST", "plans", _create),
    read_route("plans", _index),
    read_route("plans/{code}", _show),
    write_route("plans/{code}", _update),
    Route("DELETE", "plans/{code}", _delete),
)
