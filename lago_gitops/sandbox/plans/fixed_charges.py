"""Fixed charges: add-ons billed with each period of a plan."""

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import Problems, crash, not_found, note, refuse_if_any
from lago_gitops.sandbox.base.http.params import Shape, scalars
from lago_gitops.sandbox.base.storage.kinds import ADD_ON, FIXED_CHARGE
from lago_gitops.sandbox.base.values.casts import blank, boolean, exact, text
from lago_gitops.sandbox.base.values.numerals import is_number
from lago_gitops.sandbox.base.world import Event, World
from lago_gitops.sandbox.catalog import taxes
from lago_gitops.sandbox.plans import charge_common, charge_models

UNITS = exact(10, 30)
_MODELS = frozenset({"standard", "graduated", "volume"})
# Its charge models are rated without events, so there is no metric.
NO_METRIC: Doc = {"aggregation_type": None}

_SCHEMA = {
    **scalars(
        (
            "add_on_id",
            "invoice_display_name",
            "charge_model",
            "pay_in_advance",
            "prorated",
            "units",
            "apply_units_immediately",
        )
    ),
    "properties": Shape.OBJECT,
    "tax_codes": Shape.SCALARS,
}
NESTED_SCHEMA = {**_SCHEMA, "code": Shape.SCALAR, "add_on_code": Shape.SCALAR}
OLD_SCHEMA_IN_PLAN = {**_SCHEMA, "id": Shape.SCALAR}
SCHEMA_IN_PLAN = {**_SCHEMA, "id": Shape.SCALAR, "code": Shape.SCALAR}


def create(world: World, plan: Doc, params: Doc) -> Doc:
    """Raises RefusedError: 500 without an add-on, 404 for an unknown one, 422 otherwise."""
    add_on = _add_on(world, params)
    charge = charge_common.new(world, plan, params, NO_METRIC) | {"add_on_id": add_on["id"]}
    check(world, charge, params.get("units") or 0)
    charge["units"] = UNITS(params.get("units") or 0)
    charge["tax_ids"] = taxes.ids_of_codes(world, params.get("tax_codes", ()))
    world.store.save(FIXED_CHARGE, charge)
    notify_units(world, charge, params)
    return charge


def notify_units(world: World, charge: Doc, params: Doc) -> None:
    """Notify subscriptions on its plan of the new number of units."""
    at_once = boolean(params.get("apply_units_immediately")) or False
    world.notify(Event.UNITS_CHANGED, {"charge": charge, "subscription": None, "immediately": at_once})


def create_in_plan(world: World, plan: Doc, params: Doc) -> Doc:
    """Like `create`, but Lago generates a code if none is sent."""
    if charge_common.lacks_code(world, params):
        params = charge_common.coded(world, FIXED_CHARGE, plan, params, _add_on(world, params)["code"])
    return create(world, plan, params)


def _add_on(world: World, params: Doc) -> Doc:
    if not blank(params.get("add_on_id")):
        add_on = world.store.get(ADD_ON, params["add_on_id"])
    elif not blank(params.get("add_on_code")):
        add_on = world.store.by_code(ADD_ON, text(params["add_on_code"]) or "")
    else:
        raise crash()
    if add_on is None:
        raise not_found("add_on")
    return add_on


def update_unused(world: World, charge: Doc, params: Doc) -> Doc:
    return update_used(world, charge_common.remodelled(charge, params), params)


def update_used(world: World, charge: Doc, params: Doc) -> Doc:
    """Never changes add-on, pay_in_advance or prorated. Omitted units are an error, omitted properties cost nothing."""
    before, charge = charge["units"], charge_common.priced(world, charge, params, NO_METRIC)
    check(world, charge, params.get("units"))
    charge["units"] = UNITS(params.get("units"))
    if "tax_codes" in params:
        charge["tax_ids"] = taxes.ids_of_codes(world, params["tax_codes"])
    world.store.save(FIXED_CHARGE, charge)
    if charge["units"] != before:
        notify_units(world, charge, params)
    return charge


def check(world: World, charge: Doc, units: object) -> None:
    """Raises RefusedError."""
    problems: Problems = {}
    charge_common.note_code(world, FIXED_CHARGE, charge, problems)
    if not is_number(units):
        note(problems, "units", "is not a number")
    elif (UNITS(units) or "").startswith("-"):
        note(problems, "units", "value_is_out_of_range")
    _check_model(world, charge, problems)
    refuse_if_any(problems)


def _check_model(world: World, charge: Doc, problems: Problems) -> None:
    model = charge["charge_model"]
    if blank(model):
        note(problems, "charge_model", "value_is_mandatory")
        return
    if model not in _MODELS:
        raise crash()
    if not charge["properties"]:
        note(problems, "properties", "value_is_mandatory")
    elif codes := charge_models.problems(world, model, NO_METRIC, charge["properties"]):
        note(problems, "properties", *codes)
    if model == "volume" and charge["pay_in_advance"]:
        note(problems, "pay_in_advance", "invalid_charge_model")
    if model == "graduated" and charge["pay_in_advance"] and charge["prorated"]:
        note(problems, "prorated", "invalid_charge_model")


def delete(world: World, charge: Doc) -> Doc:
    world.store.save(FIXED_CHARGE, charge | {"deleted_at": world.stamp()})
    return charge


def rendered(world: World, charge: Doc) -> Doc:
    return charge_common.rendered(world, charge, ADD_ON, charge["add_on_id"]) | {"units": charge["units"]}
