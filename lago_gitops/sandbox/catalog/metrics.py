"""Billable metrics: frozen fields once a plan uses them, and what is deleted with a filter value."""

from typing import Any

from lago_gitops.sandbox.base.clock import to_second
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import Problems, crash, forbidden, invalid, note, refuse_if_any
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.paging import Listing, page
from lago_gitops.sandbox.base.http.params import Many, Shape, expected_root, scalars
from lago_gitops.sandbox.base.http.routes import Route, read_route, write_route
from lago_gitops.sandbox.base.lookup import with_code
from lago_gitops.sandbox.base.queue import announce
from lago_gitops.sandbox.base.storage.kinds import CHARGE, METRIC
from lago_gitops.sandbox.base.storage.store import Where
from lago_gitops.sandbox.base.values.casts import assigned, blank, boolean, choice, integer, text
from lago_gitops.sandbox.base.world import Event, World, new_id
from lago_gitops.sandbox.catalog import expressions

AGGREGATIONS = frozenset(
    {"count_agg", "sum_agg", "max_agg", "unique_count_agg", "weighted_sum_agg", "latest_agg", "custom_agg"}
)
_WITHOUT_FIELD = frozenset({"count_agg", "custom_agg"})
_NEVER_RECURRING = frozenset({"count_agg", "max_agg", "latest_agg"})
_ALWAYS_EDITABLE = {"name": text, "description": text}
_CASTS = {
    "name": text,
    "description": text,
    "code": text,
    "aggregation_type": text,
    "weighted_interval": choice,
    "recurring": boolean,
    "field_name": text,
    "expression": text,
    "rounding_function": choice,
    "rounding_precision": integer,
}
_SCHEMA = {**scalars(_CASTS), "filters": Many({"key": Shape.SCALAR, "values": Shape.SCALARS})}
_COUNTERS = ("active_subscriptions_count", "draft_invoices_count", "plans_count")


def _create(world: World, request: Request) -> Doc:
    params = expected_root(request.body, "billable_metric", _SCHEMA)
    _refuse_custom(world, params)
    metric: Doc = {"id": new_id(), "created_at": world.stamp(), **dict.fromkeys(_CASTS), "filters": {}}
    metric |= assigned(params, _CASTS)
    metric["recurring"] = metric["recurring"] or False
    _check(world, metric)
    metric["filters"] = _filters(params)
    return _saved(world, metric, "created")


def _update(world: World, request: Request) -> Doc:
    """For a metric in use, only name, description and filters change; the rest is silently ignored."""
    params = expected_root(request.body, "billable_metric", _SCHEMA)
    metric = _found(world, request)
    _refuse_custom(world, params)
    metric |= assigned(params, _ALWAYS_EDITABLE if _is_attached(world, metric) else _known_aggregation(params))
    _check(world, metric)
    if "filters" in params:
        metric["filters"] = _filters(params)
        world.notify(Event.METRIC_FILTERS_CHANGED, metric)
    return _saved(world, metric, "updated")


def _saved(world: World, metric: Doc, verb: str) -> Doc:
    world.store.save(METRIC, metric)
    if world.can.metric_webhooks:
        announce(world, f"billable_metric.{verb}", metric)
    return {"billable_metric": rendered(metric)}


def seed_custom(world: World, fields: Doc) -> None:
    """A custom metric, replacing one with the same code; `bills_as` is the aggregation to bill it by.

    REST can't create one.
    """
    before = world.store.by_code(METRIC, fields["code"])
    new: Doc = {"id": new_id(), "created_at": world.stamp(), **dict.fromkeys(_CASTS), "recurring": False, "filters": {}}
    world.store.save(METRIC, (before or new) | fields | {"aggregation_type": "custom_agg"})


def seeded_codes(world: World) -> list[str]:
    return [metric["code"] for metric in world.store.kept(METRIC) if "bills_as" in metric]


def _known_aggregation(params: Doc) -> dict[str, Any]:
    """An unknown aggregation type leaves the old one in place."""
    if params.get("aggregation_type") in AGGREGATIONS:
        return _CASTS
    return {name: cast for name, cast in _CASTS.items() if name != "aggregation_type"}


def _refuse_custom(world: World, params: Doc) -> None:
    granted = "custom_aggregation" in world.grants().integrations
    if params.get("aggregation_type") == "custom_agg" and not granted:
        raise forbidden("feature_unavailable")


def _check(world: World, metric: Doc) -> None:
    if metric["weighted_interval"] not in (None, "seconds") or metric["recurring"] is None:
        raise crash()
    if metric["rounding_function"] not in (None, "round", "ceil", "floor"):
        raise crash()
    aggregation = metric["aggregation_type"]
    if aggregation == "count_agg" and world.can.count_without_field:
        metric["field_name"] = None
    problems: Problems = {}
    for field in ("name", "code"):
        if blank(metric[field]):
            note(problems, field, "value_is_mandatory")
    if world.store.code_is_taken(METRIC, metric):
        note(problems, "code", "value_already_exist")
    _check_aggregation(metric, problems)
    if not blank(metric["expression"]) and not expressions.is_valid(metric["expression"]):
        note(problems, "expression", "invalid_expression")
    refuse_if_any(problems)


def _check_aggregation(metric: Doc, problems: Problems) -> None:
    aggregation = metric["aggregation_type"]
    if aggregation not in AGGREGATIONS:
        note(problems, "aggregation_type", "value_is_invalid")
    if aggregation not in _WITHOUT_FIELD and blank(metric["field_name"]):
        note(problems, "field_name", "value_is_mandatory")
    if aggregation == "weighted_sum_agg" and blank(metric["weighted_interval"]):
        note(problems, "weighted_interval", "value_is_invalid")
    if metric["recurring"] and aggregation in _NEVER_RECURRING:
        note(problems, "recurring", "not_compatible_with_aggregation_type")
    if aggregation == "custom_agg":
        note(problems, "custom_aggregator", "value_is_mandatory")


def _filters(params: Doc) -> dict[str, list[str]]:
    """Values by key, both in the order in which they are read back; of two filters with one key, the later one wins."""
    filters: dict[str, list[str]] = {}
    for given in params.get("filters", ()):
        values = [text(value) or "" for value in given.get("values", ())]
        if not values:
            raise invalid({"values": ["value_is_mandatory"]})
        if blank(given.get("key")):
            raise invalid({"key": ["value_is_mandatory"]})
        filters[str(given["key"])] = sorted(set(values))
    return dict(sorted(filters.items()))


def _is_attached(world: World, metric: Doc) -> bool:
    """A charge of a deleted plan doesn't count; one of a plan about to be deleted does."""
    on_a_plan = "ref = ? AND EXISTS (SELECT 1 FROM objects plan WHERE plan.id = objects.parent AND plan.deleted = 0)"
    return world.store.first(CHARGE, Where(on_a_plan, (metric["id"],))) is not None


def _show(world: World, request: Request) -> Doc:
    """The only answer without counters."""
    shown = rendered(_found(world, request))
    return {"billable_metric": {name: value for name, value in shown.items() if name not in _COUNTERS}}


def _index(world: World, request: Request) -> Doc:
    return page(world, request, Listing(METRIC, "billable_metrics", lambda _, metric: rendered(metric)))


def _delete(world: World, request: Request) -> Doc:
    """Its charges are deleted with it at once, on every plan."""
    metric = _found(world, request)
    deleted = {"deleted_at": world.stamp()}
    for charge in world.store.referrers(CHARGE, metric["id"]):
        world.store.save(CHARGE, charge | deleted)
    return _saved(world, metric | deleted, "deleted")


def _evaluate(_: World, request: Request) -> Doc:
    """The body has no root key. The sandbox knows arithmetic and rounding functions, not all of Lago's language."""
    expression, event = request.body.get("expression"), request.body.get("event")
    if blank(expression):
        raise invalid({"expression": ["value_is_mandatory"]})
    if not isinstance(expression, str) or not expressions.is_valid(expression):
        raise invalid({"expression": ["invalid_expression"]})
    try:
        value = expressions.evaluated(expression, event if isinstance(event, dict) else {})
    except ValueError:
        raise invalid({"event": ["invalid_event"]}) from None
    return {"expression_result": {"value": value}}


def _found(world: World, request: Request) -> Doc:
    return with_code(world, METRIC, request.code)


def rendered(metric: Doc) -> Doc:
    return {**rendered_inside(metric), **dict.fromkeys(_COUNTERS, 0)}


def rendered_inside(metric: Doc) -> Doc:
    """As an alert on it shows it, without counts."""
    return {
        "lago_id": metric["id"],
        "name": metric["name"],
        "code": metric["code"],
        "description": metric["description"],
        "aggregation_type": metric["aggregation_type"],
        "weighted_interval": metric["weighted_interval"],
        "recurring": metric["recurring"],
        "rounding_function": metric["rounding_function"],
        "rounding_precision": metric["rounding_precision"],
        "created_at": to_second(metric["created_at"]),
        "field_name": metric["field_name"],
        "expression": metric["expression"],
        "filters": [{"key": key, "values": values} for key, values in metric["filters"].items()],
    }


ROUTES = (
    Route("POST", "billable_metrics/evaluate_expression", _evaluate),
    Route("POST", "billable_metrics", _create),
    read_route("billable_metrics", _index),
    read_route("billable_metrics/{code}", _show),
    write_route("billable_metrics/{code}", _update),
    Route("DELETE", "billable_metrics/{code}", _delete),
)
