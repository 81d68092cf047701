"""Entitlements: the features that a plan grants, and the values of their privileges."""

from typing import Any

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import crash, invalid, not_found
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.routes import Route, read_route
from lago_gitops.sandbox.base.lookup import with_code
from lago_gitops.sandbox.base.queue import announce
from lago_gitops.sandbox.base.storage.kinds import ENTITLEMENT, FEATURE
from lago_gitops.sandbox.base.world import World, new_id
from lago_gitops.sandbox.catalog.features import privilege_of
from lago_gitops.sandbox.plans import lookup as plan_lookup

_BOOLEANS = {True: True, False: False, "true": True, "false": False}


def _replace(world: World, request: Request) -> Doc:
    """Removes features that aren't sent: all of them if nothing is sent.

    Removes privileges that aren't sent of a feature that is, but an empty object changes nothing.
    """
    plan = plan_lookup.found(world, request.args[0])
    wanted = values_asked(request)
    for entitlement in world.store.children(ENTITLEMENT, plan["id"]):
        if world.store.with_deleted(FEATURE, entitlement["feature_id"])["code"] not in wanted:
            _discard(world, entitlement)
    for code, values in wanted.items():
        _grant(world, plan, code, values, keep_others=not values)
    announce(world, "plan.updated", plan)
    return {"entitlements": rendered_list(world, plan)}


def _merge(world: World, request: Request) -> Doc:
    plan = plan_lookup.found(world, request.args[0])
    for code, values in values_asked(request).items():
        _grant(world, plan, code, values, keep_others=True)
    announce(world, "plan.updated", plan)
    return {"entitlements": rendered_list(world, plan)}


def values_asked(request: Request) -> dict[str, Doc]:
    """The values of privileges in a request, by feature. Refuses anything but an object, as a crash."""
    sent = request.body.get("entitlements", {})
    if sent is None:
        return {}
    if not isinstance(sent, dict):
        raise crash()
    return {code: values if isinstance(values, dict) else {} for code, values in sent.items()}


def _grant(world: World, plan: Doc, code: str, values: Doc, *, keep_others: bool) -> None:
    feature = with_code(world, FEATURE, code)
    new = {"id": new_id(), "plan_id": plan["id"], "feature_id": feature["id"], "values": {}}
    entitlement = of_feature(world, plan, feature) or new
    new_values = {code: checked(privilege_of(feature, code), value) for code, value in values.items()}
    entitlement["values"] = entitlement["values"] | new_values if keep_others else new_values
    world.store.save(ENTITLEMENT, entitlement)


def checked(privilege: Doc, value: Any) -> Any:
    """The value as read back; raises RefusedError if its type doesn't allow it."""
    if value is None or (privilege["value_type"] == "string" and value == ""):
        raise invalid({"privilege.value": ["value_is_mandatory"]})
    field = f"{privilege['code']}_privilege_value"
    match privilege["value_type"]:
        case "select":
            if value not in privilege["config"]["select_options"]:
                raise invalid({field: ["value_not_in_select_options"]})
            return value
        case "boolean" if isinstance(value, bool | str) and value in _BOOLEANS:
            return _BOOLEANS[value]
        case "integer" if _is_integer(value):
            return int(value)
        case "string" if isinstance(value, str):
            return value
    raise invalid({field: ["value_is_invalid"]})


def _is_integer(value: Any) -> bool:
    if isinstance(value, str):
        return value.lstrip("+-").isdecimal() and value.isascii()
    return isinstance(value, int) and not isinstance(value, bool)


def _index(world: World, request: Request) -> Doc:
    """Without pages."""
    return {"entitlements": rendered_list(world, plan_lookup.found(world, request.args[0]))}


def _show(world: World, request: Request) -> Doc:
    return {"entitlement": _rendered(world, _found(world, request))}


def _delete(world: World, request: Request) -> Doc:
    entitlement = _found(world, request)
    _discard(world, entitlement)
    announce(world, "plan.updated", plan_lookup.found(world, request.args[0]))
    return {"entitlement": _rendered(world, entitlement | {"values": {}})}


def _delete_value(world: World, request: Request) -> Doc:
    """The entitlement is kept, even without any value."""
    entitlement = _found(world, request)
    if request.args[2] not in entitlement["values"]:
        raise not_found("privilege")
    del entitlement["values"][request.args[2]]
    world.store.save(ENTITLEMENT, entitlement)
    announce(world, "plan.updated", plan_lookup.found(world, request.args[0]))
    return {"entitlement": _rendered(world, entitlement)}


def _found(world: World, request: Request) -> Doc:
    plan = plan_lookup.found(world, request.args[0])
    feature = world.store.by_code(FEATURE, request.args[1])
    entitlement = None if feature is None else of_feature(world, plan, feature)
    if entitlement is None:
        raise not_found("entitlement")
    return entitlement


def of_feature(world: World, plan: Doc, feature: Doc) -> Doc | None:
    granted = world.store.children(ENTITLEMENT, plan["id"])
    return next((entitlement for entitlement in granted if entitlement["feature_id"] == feature["id"]), None)


def _discard(world: World, entitlement: Doc) -> None:
    world.store.save(ENTITLEMENT, entitlement | {"deleted_at": world.stamp()})


def rendered_list(world: World, plan: Doc) -> list[Doc]:
    granted = world.store.children(ENTITLEMENT, plan["id"])
    return world.unordered(_rendered(world, entitlement) for entitlement in granted)


def _rendered(world: World, entitlement: Doc) -> Doc:
    feature = world.store.with_deleted(FEATURE, entitlement["feature_id"])
    values = entitlement["values"]
    granted = (privilege for privilege in feature["privileges"] if privilege["code"] in values)
    return {
        "code": feature["code"],
        "name": feature["name"],
        "description": feature["description"],
        "privileges": world.unordered(
            {
                "code": privilege["code"],
                "name": privilege["name"],
                "value_type": privilege["value_type"],
                "value": values[privilege["code"]],
                "config": privilege["config"],
            }
            for privilege in granted
        ),
    }


ROUTES = (
    Route("DELETE", "plans/{code}/entitlements/{code}/privileges/{code}", _delete_value),
    read_route("plans/{code}/entitlements/{code}", _show),
    Route("DELETE", "plans/{code}/entitlements/{code}", _delete),
    read_route("plans/{code}/entitlements", _index),
    Route("POST", "plans/{code}/entitlements", _replace),
    Route("PATCH", "plans/{code}/entitlements", _merge),
)
