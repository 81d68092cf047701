"""Charges: creating, updating and deleting one, within a plan or by its own routes."""

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import Problems, crash, invalid, note, refuse_if_any
from lago_gitops.sandbox.base.http.params import Many, One, Shape, scalars
from lago_gitops.sandbox.base.lookup import with_id
from lago_gitops.sandbox.base.storage.kinds import CHARGE, METRIC
from lago_gitops.sandbox.base.values.casts import assigned, blank, boolean, choice, integer, text
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.catalog import taxes
from lago_gitops.sandbox.plans import charge_common, charge_filters, charge_models, pricing_units

_CASTS_OF_UNUSED = {
    "billable_metric_id": text,
    "pay_in_advance": boolean,
    "prorated": boolean,
    "regroup_paid_fees": choice,
}
_IN_ADVANCE = frozenset({"count_agg", "sum_agg", "unique_count_agg", "custom_agg"})
_PRORATED_IN_ADVANCE = frozenset({"standard"})
_PRORATED_IN_ARREARS = frozenset({"standard", "volume", "graduated"})
_METRIC_OF_MODEL = {"dynamic": "sum_agg", "custom": "custom_agg"}

_SCHEMA = {
    **scalars(
        _CASTS_OF_UNUSED,
        ("invoice_display_name", "charge_model", "invoiceable", "min_amount_cents", "accepts_target_wallet"),
    ),
    "properties": Shape.OBJECT,
    "filters": Many(charge_filters.SCHEMA),
    "tax_codes": Shape.SCALARS,
    "applied_pricing_unit": One(scalars(("code", "conversion_rate"))),
}
NESTED_SCHEMA = {**_SCHEMA, "code": Shape.SCALAR}
OLD_SCHEMA_IN_PLAN = {**_SCHEMA, "id": Shape.SCALAR}
SCHEMA_IN_PLAN = {**NESTED_SCHEMA, "id": Shape.SCALAR}


def create(world: World, plan: Doc, params: Doc) -> Doc:
    """Raises RefusedError: 404 for an unknown metric or tax, 422 otherwise."""
    metric = _metric(world, params)
    own = {"metric_id": metric["id"], "filters": [], "pricing_unit": None, **_licensed(world, params)}
    charge = charge_common.new(world, plan, params, metric) | own
    check(world, charge, metric)
    charge["pricing_unit"] = pricing_units.applied(world, params.get("applied_pricing_unit"))
    charge["filters"] = charge_filters.synced(world, charge, metric, params.get("filters", []))
    charge["tax_ids"] = taxes.ids_of_codes(world, params.get("tax_codes", ()))
    world.store.save(CHARGE, charge)
    return charge


def create_in_plan(world: World, plan: Doc, params: Doc) -> Doc:
    """Like `create`, but Lago generates a code if none is sent."""
    if charge_common.lacks_code(world, params):
        params = charge_common.coded(world, CHARGE, plan, params, _metric(world, params)["code"])
    return create(world, plan, params)


def _licensed(world: World, params: Doc) -> Doc:
    """Fields that need a licence, and are ignored without one."""
    free = {"invoiceable": True, "min_amount_cents": 0, "regroup_paid_fees": None, "accepts_target_wallet": False}
    if not world.premium:
        return free
    invoiceable = boolean(params.get("invoiceable"))
    return free | {
        "invoiceable": True if invoiceable is None else invoiceable,
        "min_amount_cents": integer(params.get("min_amount_cents")) or 0,
        "regroup_paid_fees": choice(params.get("regroup_paid_fees")),
        "accepts_target_wallet": _takes_wallets(world, params) or False,
    }


def _takes_wallets(world: World, params: Doc) -> bool | None:
    granted = world.can.target_wallets and world.has("events_targeting_wallets")
    return boolean(params.get("accepts_target_wallet")) if granted else None


def _metric(world: World, params: Doc) -> Doc:
    return with_id(world, METRIC, params.get("billable_metric_id"))


def update_unused(world: World, charge: Doc, params: Doc) -> Doc:
    """For a plan that never had a subscription: in two steps, each checked by itself.

    The first sets model, name, code and properties, with the old metric and flags; the second sets the rest.

    Refuses a missing metric and, as a crash, null for a flag.
    """
    charge = _update_prices(world, charge_common.remodelled(charge, params), params)
    charge |= _renamed(assigned(params, _CASTS_OF_UNUSED))
    if world.premium:
        charge["min_amount_cents"] = integer(params.get("min_amount_cents")) or 0
        if params.get("invoiceable") is not None:
            charge["invoiceable"] = boolean(params["invoiceable"])
    if charge["pay_in_advance"] is None or charge["prorated"] is None:
        raise crash()
    metric = world.store.get(METRIC, charge["metric_id"])
    if metric is None:
        raise invalid({"billable_metric": ["relation_must_exist"]})
    check(world, charge, metric)
    world.store.save(CHARGE, charge)
    return charge


def _renamed(values: Doc) -> Doc:
    if "billable_metric_id" in values:
        values["metric_id"] = values.pop("billable_metric_id")
    return values


def update_used(world: World, charge: Doc, params: Doc) -> Doc:
    """For a plan in use: sets prices, name, filters and taxes, even properties of a new model; ignores the rest."""
    charge = _update_prices(world, charge, params)
    world.store.save(CHARGE, charge)
    return charge


def _update_prices(world: World, charge: Doc, params: Doc) -> Doc:
    """Resets what is omitted: no name, and a price of zero in the model that was sent."""
    metric = world.store.with_deleted(METRIC, charge["metric_id"])
    charge = charge_common.priced(world, charge, params, metric)
    check(world, charge, metric)
    if "filters" in params:
        charge["filters"] = charge_filters.synced(world, charge, metric, params["filters"])
    if charge["pricing_unit"]:
        charge["pricing_unit"] = pricing_units.updated(charge["pricing_unit"], params.get("applied_pricing_unit"))
    if "tax_codes" in params:
        charge["tax_ids"] = taxes.ids_of_codes(world, params["tax_codes"])
    wallets = _takes_wallets(world, params)
    return charge if wallets is None else charge | {"accepts_target_wallet": wallets}


def check(world: World, charge: Doc, metric: Doc) -> None:
    """Raises RefusedError."""
    problems: Problems = {}
    charge_common.note_code(world, CHARGE, charge, problems)
    if charge["regroup_paid_fees"] not in (None, "invoice"):
        raise crash()
    if charge["charge_model"] in charge_models.MODELS:
        _check_model(world, charge, metric, problems)
    else:
        absent = ["value_is_mandatory"] if blank(charge["charge_model"]) else []
        note(problems, "charge_model", "value_is_invalid", *absent)
    refuse_if_any(problems)


def _check_model(world: World, charge: Doc, metric: Doc, problems: Problems) -> None:
    """Which models, metrics and flags can be combined."""
    model, aggregation = charge["charge_model"], metric["aggregation_type"]
    codes = charge_models.problems(world, model, metric, charge["properties"])
    if codes:
        note(problems, "properties", *codes)
    if model == "graduated_percentage" and not world.premium:
        note(problems, "charge_model", "graduated_percentage_requires_premium_license")
    if aggregation != _METRIC_OF_MODEL.get(model, aggregation):
        note(problems, "charge_model", "invalid_aggregation_type_or_charge_model")
    if charge["pay_in_advance"] and (aggregation not in _IN_ADVANCE or model == "volume"):
        note(problems, "pay_in_advance", "invalid_aggregation_type_or_charge_model")
    if charge["prorated"] and not _can_be_prorated(charge, metric):
        note(problems, "prorated", "invalid_billable_metric_or_charge_model")
    _check_fees(charge, problems)


def _can_be_prorated(charge: Doc, metric: Doc) -> bool:
    models = _PRORATED_IN_ADVANCE if charge["pay_in_advance"] else _PRORATED_IN_ARREARS
    recurring = metric["recurring"] and metric["aggregation_type"] != "weighted_sum_agg"
    return recurring and charge["charge_model"] in models


def _check_fees(charge: Doc, problems: Problems) -> None:
    in_advance, invoiceable = charge["pay_in_advance"], charge["invoiceable"]
    if charge["min_amount_cents"] < 0:
        note(problems, "min_amount_cents", "value_is_out_of_range")
    if charge["min_amount_cents"] > 0 and in_advance:
        note(problems, "min_amount_cents", "not_compatible_with_pay_in_advance")
    if not invoiceable and not in_advance:
        note(problems, "invoiceable", "must_be_true_unless_pay_in_advance")
    if charge["regroup_paid_fees"] and (invoiceable or not in_advance):
        note(problems, "regroup_paid_fees", "only_compatible_with_pay_in_advance_and_non_invoiceable")


def delete(world: World, charge: Doc) -> Doc:
    """The answer to a deletion still has the taxes, but no filters."""
    charge = charge | {"deleted_at": world.stamp(), "filters": []}
    world.store.save(CHARGE, charge)
    return charge


def rendered(world: World, charge: Doc) -> Doc:
    in_wallets = {"accepts_target_wallet": charge["accepts_target_wallet"]} if world.can.target_wallets else {}
    return {
        **charge_common.rendered(world, charge, METRIC, charge["metric_id"]),
        "invoiceable": charge["invoiceable"],
        "regroup_paid_fees": charge["regroup_paid_fees"],
        "min_amount_cents": charge["min_amount_cents"],
        **in_wallets,
        "properties": charge_models.mirrored(charge["properties"]),
        "applied_pricing_unit": charge["pricing_unit"],
        "filters": [charge_filters.rendered(world, charge, filter_) for filter_ in charge["filters"]],
    }
