"""Entitlements of a subscription: its plan's, with its own values and without removed ones.

A subscription keeps `entitlements` (its own values by feature id and privilege), `removed_features` (ids) and
`removed_privileges` (by feature id).
"""

from typing import Any

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import PartlyRefusedError, not_found
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.routes import Route, read_route
from lago_gitops.sandbox.base.lookup import with_code
from lago_gitops.sandbox.base.queue import announce
from lago_gitops.sandbox.base.storage.kinds import ENTITLEMENT, FEATURE, SUBSCRIPTION
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.catalog.features import privilege_of
from lago_gitops.sandbox.plans.entitlements import checked, values_asked
from lago_gitops.sandbox.subscriptions.lookup import requested
from lago_gitops.sandbox.subscriptions.relations import plan_of

_Values = dict[str, Any]


def _index(world: World, request: Request) -> Doc:
    return {"entitlements": rendered_list(world, requested(world, request))}


def _merge(world: World, request: Request) -> Doc:
    subscription = requested(world, request)
    asked = values_asked(request)
    features = {code: world.store.by_code(FEATURE, code) for code in asked}
    if None in features.values():
        _saved(world, subscription)  # Lago announces a change although there is none
        raise PartlyRefusedError(not_found("feature"))
    for code, feature in features.items():
        if feature is not None:
            subscription = _granted(world, subscription, feature, asked[code])
    return _saved(world, subscription)


def _granted(world: World, subscription: Doc, feature: Doc, values: _Values) -> Doc:
    """Stores only values that differ from the plan's; each value sent restores a removed privilege."""
    of_plan, own = _plan_values(world, subscription).get(feature["id"]), _own(subscription).get(feature["id"])
    new = {code: checked(privilege_of(feature, code), value) for code, value in values.items()}
    own_values = {code: value for code, value in {**(own or {}), **new}.items() if (of_plan or {}).get(code) != value}
    everything = {**_own(subscription), feature["id"]: own_values}
    if of_plan is not None and of_plan == new:
        everything.pop(feature["id"])
    removed = subscription.get("removed_privileges", {})
    kept = [code for code in removed.get(feature["id"], ()) if code not in new]
    return subscription | {
        "entitlements": everything,
        "removed_features": [id_ for id_ in subscription.get("removed_features", ()) if id_ != feature["id"]],
        "removed_privileges": {**removed, feature["id"]: kept},
    }


def _remove(world: World, request: Request) -> Doc:
    subscription = requested(world, request)
    feature = with_code(world, FEATURE, request.args[1])
    own = {id_: values for id_, values in _own(subscription).items() if id_ != feature["id"]}
    removed = list(subscription.get("removed_features", ()))
    if feature["id"] in _plan_values(world, subscription):
        removed.append(feature["id"])
    privileges = {**subscription.get("removed_privileges", {}), feature["id"]: []}
    changed = {"entitlements": own, "removed_features": removed, "removed_privileges": privileges}
    return _saved(world, subscription | changed)


def _remove_privilege(world: World, request: Request) -> Doc:
    subscription = requested(world, request)
    feature = with_code(world, FEATURE, request.args[1])
    code = privilege_of(feature, request.args[2])["code"]
    own = {**_own(subscription)}
    if feature["id"] in own:
        own[feature["id"]] = {each: value for each, value in own[feature["id"]].items() if each != code}
    removed = {**subscription.get("removed_privileges", {})}
    removed[feature["id"]] = [*removed.get(feature["id"], ()), code]
    return _saved(world, subscription | {"entitlements": own, "removed_privileges": removed})


def _saved(world: World, subscription: Doc) -> Doc:
    world.store.save(SUBSCRIPTION, subscription)
    announce(world, "subscription.updated", subscription)
    return {"entitlements": rendered_list(world, subscription)}


def _own(subscription: Doc) -> dict[str, _Values]:
    own: dict[str, _Values] = subscription.get("entitlements", {})
    return own


def _plan_values(world: World, subscription: Doc) -> dict[str, _Values]:
    """By feature; an override has its parent's."""
    plan = plan_of(world, subscription)
    granted = world.store.children(ENTITLEMENT, plan["parent_id"] or plan["id"])
    return {each["feature_id"]: each["values"] for each in granted}


def rendered_list(world: World, subscription: Doc) -> list[Doc]:
    of_plan, own = _plan_values(world, subscription), _own(subscription)
    removed = set(subscription.get("removed_features", ()))
    ids = [id_ for id_ in dict.fromkeys((*of_plan, *own)) if id_ in own or id_ not in removed]
    return world.unordered(_rendered(world, subscription, id_, of_plan.get(id_, {}), own.get(id_, {})) for id_ in ids)


def _rendered(world: World, subscription: Doc, feature_id: str, of_plan: _Values, own: _Values) -> Doc:
    feature = world.store.with_deleted(FEATURE, feature_id)
    removed = set(subscription.get("removed_privileges", {}).get(feature_id, ()))
    shown = (each for each in feature["privileges"] if each["code"] in own or each["code"] in of_plan.keys() - removed)
    return {
        **{name: feature[name] for name in ("code", "name", "description")},
        "privileges": world.unordered(_privilege(each, of_plan, own) for each in shown),
        "overrides": own,
    }


def _privilege(privilege: Doc, of_plan: _Values, own: _Values) -> Doc:
    code = privilege["code"]
    return {
        **{name: privilege[name] for name in ("code", "name", "value_type")},
        "value": own.get(code, of_plan.get(code)),
        "plan_value": of_plan.get(code),
        "override_value": own.get(code),
        "config": privilege["config"],
    }


ROUTES = (
    Route("DELETE", "subscriptions/{id}/entitlements/{id}/privileges/{id}", _remove_privilege),
    Route("DELETE", "subscriptions/{id}/entitlements/{code}", _remove),
    read_route("subscriptions/{id}/entitlements", _index),
    Route("PATCH", "subscriptions/{id}/entitlements", _merge),
)
