"""Alerts on the usage of a subscription or the balance of a wallet."""

from collections.abc import Callable
from typing import NamedTuple

from lago_gitops.sandbox.base.clock import to_second
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import Problems, invalid, note, refuse_if_any
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.paging import Listing, page
from lago_gitops.sandbox.base.http.params import Many, Schema, Shape, permit, root, scalars
from lago_gitops.sandbox.base.http.routes import Handler, Route, read_route, write_route
from lago_gitops.sandbox.base.lookup import with_code
from lago_gitops.sandbox.base.storage.kinds import ALERT, METRIC
from lago_gitops.sandbox.base.storage.store import Where
from lago_gitops.sandbox.base.values.casts import blank, boolean, exact, text
from lago_gitops.sandbox.base.values.numerals import is_number
from lago_gitops.sandbox.base.world import World, new_id
from lago_gitops.sandbox.catalog import metrics, organizations
from lago_gitops.sandbox.subscriptions.lookup import requested

MOST_THRESHOLDS = 20
OF_METRIC = (
    "billable_metric_current_usage_amount",
    "billable_metric_current_usage_units",
    "billable_metric_lifetime_usage_units",
)
USAGE_TYPES = ("current_usage_amount", "lifetime_usage_amount", *OF_METRIC)
WALLET_TYPES = (
    "wallet_balance_amount",
    "wallet_credits_balance",
    "wallet_ongoing_balance_amount",
    "wallet_credits_ongoing_balance",
)
_VALUE = exact(5, 30)
_SCHEMA: Schema = {
    **scalars(("alert_type", "code", "name", "billable_metric_code")),
    "thresholds": Many(scalars(("code", "value", "recurring"))),
}


class Watched(NamedTuple):
    """The subject of an alert: `owner` is the external id of a subscription or the id of a wallet."""

    owner: str
    types: tuple[str, ...]
    fields: Doc  # of the new alert
    value: str = "0.0"  # the current value, from which it counts


def create(world: World, request: Request, watched: Watched) -> Doc:
    """One alert, or several, all or nothing."""
    several = request.body.get("alerts")
    if several:
        items = several if isinstance(several, list) else []
        made = [_new(world, permit(item, _SCHEMA), watched) for item in items if isinstance(item, dict)]
        return {"alerts": [rendered(world, each) for each in made]}
    alert = _new(world, root(request.body, "alert", _SCHEMA), watched)
    return {"alert": rendered(world, alert)}


def _new(world: World, params: Doc, watched: Watched) -> Doc:
    _check_type(world, params, watched)
    _check_thresholds(params.get("thresholds") or [])
    alert = {
        "id": new_id(),
        "created_at": world.stamp(),
        "owner": watched.owner,
        **watched.fields,
        "alert_type": params["alert_type"],
        "code": text(params.get("code")),
        "name": text(params.get("name")),
        "metric_id": _metric_id(world, params),
        "direction": "decreasing" if params["alert_type"] in WALLET_TYPES else "increasing",
        "previous_value": watched.value,
        "last_processed_at": None,
        "thresholds": _thresholds(params["thresholds"]),
    }
    _check(world, alert)
    world.store.save(ALERT, alert)
    return alert


def _check_type(world: World, params: Doc, watched: Watched) -> None:
    type_ = params.get("alert_type")
    if type_ == "lifetime_usage_amount" and not world.has("lifetime_usage"):
        raise invalid({"alert_type": ["feature_not_available"]})
    if type_ == "billable_metric_lifetime_usage_units" and not world.has("granular_lifetime_usage"):
        raise invalid({"alert_type": ["feature_not_available"]})
    if blank(type_):
        raise invalid({"alert_type": ["value_is_mandatory", "value_is_invalid"]})
    if type_ not in watched.types:
        raise invalid({"alert_type": ["invalid_type"]})
    if not params.get("thresholds"):
        raise invalid({"thresholds": ["value_is_mandatory"]})


def _check_thresholds(items: list[Doc]) -> None:
    if len(items) > MOST_THRESHOLDS:
        raise invalid({"thresholds": ["too_many_thresholds"]})
    keys = [(str(item.get("value")), boolean(item.get("recurring")) or False) for item in items]
    if len(set(keys)) < len(keys):
        raise invalid({"thresholds": ["duplicate_threshold_values"]})
    if any(blank(item.get("value")) for item in items):
        raise invalid({"thresholds:value": ["value_is_mandatory"]})
    if not all(is_number(item["value"]) for item in items):
        raise invalid({"thresholds:value": ["value_is_invalid"]})
    if any(boolean(item.get("recurring")) and float(item["value"]) <= 0 for item in items):
        raise invalid({"thresholds:value": ["recurring_value_is_negative"]})


def _thresholds(items: list[Doc]) -> list[Doc]:
    return [
        {
            "code": text(item.get("code")),
            "value": _VALUE(item["value"]),
            "recurring": boolean(item.get("recurring")) or False,
        }
        for item in items
    ]


def _metric_id(world: World, params: Doc) -> str | None:
    if blank(params.get("billable_metric_code")):
        return None
    metric = with_code(world, METRIC, text(params["billable_metric_code"]) or "")
    return str(metric["id"])


def _check(world: World, alert: Doc) -> None:
    problems: Problems = {}
    if blank(alert["code"]):
        note(problems, "code", "value_is_mandatory")
    wanted = alert["alert_type"] in OF_METRIC
    if wanted and alert["metric_id"] is None:
        note(problems, "billable_metric", "value_is_mandatory")
    if not wanted and alert["metric_id"] is not None:
        note(problems, "billable_metric", "value_must_be_blank")
    refuse_if_any(problems)
    if world.store.code_is_taken(ALERT, alert):
        raise invalid({"code": ["value_already_exist"]})
    key = ("alert_type", "metric_id")
    others = (each for each in world.store.children(ALERT, alert["owner"]) if each["id"] != alert["id"])
    if any(all(each[name] == alert[name] for name in key) for each in others):
        raise invalid({"base": ["alert_already_exists"]})


def index(world: World, request: Request, owner: str) -> Doc:
    return page(world, request, Listing(ALERT, "alerts", rendered), Where("parent = ?", (owner,)))


def show(world: World, request: Request, owner: str) -> Doc:
    return {"alert": rendered(world, _found(world, request, owner))}


def update(world: World, request: Request, owner: str) -> Doc:
    """Changes the keys sent; thresholds replace all existing ones."""
    params = root(request.body, "alert", {**_SCHEMA, "alert_type": Shape.OBJECT})
    alert = _found(world, request, owner)
    if params.get("thresholds"):
        _check_thresholds(params["thresholds"])
        alert["thresholds"] = _thresholds(params["thresholds"])
    for name in ("name", "code"):
        if name in params:
            alert[name] = text(params[name])
    alert["metric_id"] = _metric_id(world, params) or alert["metric_id"]
    _check(world, alert)
    world.store.save(ALERT, alert)
    return {"alert": rendered(world, alert)}


def delete(world: World, request: Request, owner: str) -> Doc:
    """The answer has no thresholds."""
    alert = _found(world, request, owner) | {"thresholds": [], "deleted_at": world.stamp()}
    world.store.save(ALERT, alert)
    return {"alert": rendered(world, alert)}


def delete_all(world: World, _: Request, owner: str) -> None:
    for alert in world.store.children(ALERT, owner):
        world.store.save(ALERT, alert | {"deleted_at": world.stamp()})


def _found(world: World, request: Request, owner: str) -> Doc:
    return with_code(world, ALERT, request.code, owner)


def rendered(world: World, alert: Doc) -> Doc:
    metric = None if alert["metric_id"] is None else world.store.with_deleted(METRIC, alert["metric_id"])
    wallets = {"lago_wallet_id": alert["wallet_id"], "wallet_code": alert["wallet_code"]}
    return {
        "lago_id": alert["id"],
        "lago_organization_id": organizations.only(world)["id"],
        "subscription_external_id": alert["external_subscription_id"],
        "external_subscription_id": alert["external_subscription_id"],
        **(wallets if world.can.wallet_alerts else {}),
        **{name: alert[name] for name in ("alert_type", "code", "name")},
        **({"direction": alert["direction"]} if world.can.wallet_alerts else {}),
        "previous_value": alert["previous_value"],
        "last_processed_at": to_second(alert["last_processed_at"]),
        "thresholds": alert["thresholds"],
        "created_at": to_second(alert["created_at"]),
        "billable_metric": None if metric is None else metrics.rendered_inside(metric),
    }


_Action = Callable[[World, Request, str], Doc | None]


def _on_subscription(world: World, request: Request) -> Watched:
    """By its external id, so its successors are watched, too."""
    external_id = requested(world, request)["external_id"]
    fields = {"external_subscription_id": external_id, "wallet_id": None, "wallet_code": None}
    return Watched(external_id, USAGE_TYPES, fields)


def routes(path: str, owner: Callable[[World, Request], Watched], ability: str | None = None) -> tuple[Route, ...]:
    """The routes of alerts below `path`, for the owner that `owner` finds."""

    def on(action: _Action) -> Handler:
        return lambda world, request: action(world, request, owner(world, request).owner)

    return (
        Route("POST", path, lambda world, request: create(world, request, owner(world, request)), ability),
        read_route(path, on(index), ability),
        Route("DELETE", path, on(delete_all), ability),
        read_route(f"{path}/{{id}}", on(show), ability),
        write_route(f"{path}/{{id}}", on(update), ability),
        Route("DELETE", f"{path}/{{id}}", on(delete), ability),
    )


ROUTES = routes("subscriptions/{id}/alerts", _on_subscription)
