"""Filters of a charge: prices for some values of its metric's filters, identified by exactly these values."""

from collections.abc import Iterable
from typing import Any

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import invalid
from lago_gitops.sandbox.base.http.params import Schema, Shape
from lago_gitops.sandbox.base.storage.kinds import CHARGE
from lago_gitops.sandbox.base.values.casts import text
from lago_gitops.sandbox.base.world import World, new_id
from lago_gitops.sandbox.plans import charge_models

SCHEMA: Schema = {"invoice_display_name": Shape.SCALAR, "properties": Shape.OBJECT, "values": Shape.OBJECT}
ALL_VALUES = "__ALL_FILTER_VALUES__"
MANY_FILTERS = 100


def new(world: World, charge: Doc, metric: Doc, params: Doc) -> Doc:
    """Raises RefusedError unless every key and value is one of the metric's."""
    values = _values(params)
    if not values:
        raise invalid({"values": ["value_is_mandatory"]})
    properties = checked_properties(world, charge, metric, params)
    _check_values(metric, values)
    return {
        "id": new_id(),
        "created_at": world.stamp(),
        "invoice_display_name": text(params.get("invoice_display_name")),
        "properties": properties,
        "values": values,
    }


def checked_properties(world: World, charge: Doc, metric: Doc, params: Doc) -> Doc:
    """Unlike a charge's, they have no defaults, and never presentation_group_keys.

    Refuses what the charge model doesn't accept.
    """
    sent = {key: value for key, value in params.get("properties", {}).items() if key != "presentation_group_keys"}
    properties = charge_models.sliced(world, charge["charge_model"], metric, sent)
    codes = charge_models.problems(world, charge["charge_model"], metric, properties)
    if codes:
        raise invalid({"properties": codes})
    return properties


def _values(params: Doc) -> dict[str, list[str]]:
    given = params.get("values", {})
    return {str(key): _texts(values) for key, values in given.items()}


def _texts(values: Any) -> list[str]:
    items: Iterable[Any] = values if isinstance(values, list) else () if values is None else (values,)
    return [text(item) or "" for item in items]


def _check_values(metric: Doc, values: dict[str, list[str]]) -> None:
    for key, given in values.items():
        known = metric["filters"].get(key)
        if known is None:
            raise invalid({"billable_metric_filter": ["relation_must_exist"], "values": ["value_is_invalid"]})
        if not given:
            raise invalid({"values": ["value_is_mandatory"]})
        if given != [ALL_VALUES] and not set(given) <= set(known):
            raise invalid({"values": ["value_is_invalid"]})


def synced(world: World, charge: Doc, metric: Doc, given: list[Doc]) -> list[Doc]:
    """The filters after a write of all of them: those with the same values keep their ids, others are removed.

    The kept ones come first, in the order sent; with a hundred or more, unchanged ones keep their positions.
    """
    old = {_identity(filter_["values"]): filter_ for filter_ in charge["filters"]}
    stay: dict[str, Doc] = {}
    added: list[Doc] = []
    for params in given:
        known = old.get(_identity(_values(params)))
        if known is None:
            added.append(new(world, charge, metric, params))
        else:
            properties = checked_properties(world, charge, metric, params)
            name = text(params.get("invoice_display_name"))
            stay[known["id"]] = known | {"properties": properties, "invoice_display_name": name}
    if len(given) >= MANY_FILTERS:
        return [stay[filter_["id"]] for filter_ in charge["filters"] if filter_["id"] in stay] + added
    return [*stay.values(), *added]


def _identity(values: dict[str, list[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The order of keys doesn't matter; the order of values does."""
    return tuple(sorted((key, tuple(given)) for key, given in values.items()))


def trim(world: World, metric: Doc) -> None:
    """Remove values that the metric no longer has from every filter; a filter without values is removed.

    A filter that loses one of several keys is kept, and then matches more than before.
    """
    for charge in world.store.referrers(CHARGE, metric["id"]):
        trimmed = [filter_ | {"values": _kept_values(metric, filter_["values"])} for filter_ in charge["filters"]]
        left = [filter_ for filter_ in trimmed if filter_["values"]]
        if left != charge["filters"]:
            world.store.save(CHARGE, charge | {"filters": left})


def _kept_values(metric: Doc, values: dict[str, list[str]]) -> dict[str, list[str]]:
    kept = {}
    for key, given in values.items():
        known = metric["filters"].get(key, ())
        left = [value for value in given if value in known or (known and value == ALL_VALUES)]
        if left:
            kept[key] = left
    return kept


def rendered(world: World, charge: Doc, filter_: Doc) -> Doc:
    shown = {
        "invoice_display_name": filter_["invoice_display_name"],
        "properties": charge_models.mirrored(filter_["properties"]),
        "values": filter_["values"],
    }
    if world.can.charge_codes:
        shown = {"lago_id": filter_["id"], "charge_code": charge["code"], **shown}
    return shown
