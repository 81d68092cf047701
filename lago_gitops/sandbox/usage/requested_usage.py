"""The subscription, charges and groups of a request for usage."""

import json
from dataclasses import replace

from lago_gitops.pricing.catalog.items import Charge
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import crash, not_allowed, not_found
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.storage.kinds import CHARGE, CUSTOMER, METRIC
from lago_gitops.sandbox.base.values.casts import boolean
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.rating import lifecycle
from lago_gitops.sandbox.subscriptions import relations
from lago_gitops.sandbox.usage import rated
from lago_gitops.sandbox.usage.rated import Rated, Selection

Group = dict[str, tuple[str, ...]]


def subscription(world: World, request: Request) -> Doc:
    """Raises RefusedError: 404 for an unknown customer, 405 for anything but an active subscription of it."""
    customer = world.store.by_code(CUSTOMER, request.args[0])
    if customer is None:
        raise not_found("resource")
    active = relations.active(world, str(request.query.get("external_subscription_id")))
    if active is None or active["customer_id"] != customer["id"]:
        raise not_allowed("no_active_subscription")
    return active


def usage(world: World, request: Request, subscription: Doc) -> tuple[Rated, ...]:
    """Sorted by the names of the metrics, unless charges are filtered."""
    life = lifecycle.subscription(world, subscription)
    wanted = Selection(life.plan.charges, rated.running_span(world, life))
    if world.can.usage_filters:
        wanted = _narrowed(world, request, wanted, subscription)
    all_ = rated.of(world, subscription, wanted)
    return all_ if len(wanted.charges) < len(life.plan.charges) else by_metric_name(world, all_)


def _narrowed(world: World, request: Request, wanted: Selection, subscription: Doc) -> Selection:
    asked, group = _charge_filter(request), _group(request)
    charges = tuple(each for each in wanted.charges if asked is None or asked in _names(world, each))
    if boolean(request.query.get("full_usage")):
        some, prorated = asked is not None or group, any(each.prorated for each in charges)
        if prorated or not some or not world.has("granular_lifetime_usage"):
            raise not_allowed("full_usage_not_allowed")
        start = lifecycle.subscription(world, subscription).started_at
        wanted = wanted._replace(span=replace(wanted.span, start=start))
    if asked is not None and not charges:
        raise not_found("charge")
    return wanted._replace(charges=charges, group=group)


def _charge_filter(request: Request) -> tuple[str, str] | None:
    """The first filter in the query."""
    for field, *names in _CHARGE_FILTERS:
        value = next((request.query[name] for name in names if request.query.get(name)), None)
        if value is not None:
            return field, str(value)
    return None


_CHARGE_FILTERS = (
    ("id", "charge_id", "filter_by_charge_id"),
    ("code", "charge_code", "filter_by_charge_code"),
    ("metric", "billable_metric_code", "filter_by_metric_code"),
)


def _names(world: World, charge: Charge) -> tuple[tuple[str, str], ...]:
    code = str(world.store.with_deleted(CHARGE, charge.code)["code"])
    return ("id", charge.code), ("code", code), ("metric", charge.metric.code)


def _group(request: Request) -> Group:
    """A JSON object of properties."""
    sent = request.query.get("group") or request.query.get("filter_by_group")
    if not sent:
        return {}
    try:
        group = json.loads(sent)
    except ValueError:
        raise crash() from None
    if not isinstance(group, dict):
        raise crash()
    return {key: tuple(map(str, each)) if isinstance(each, list) else (str(each),) for key, each in group.items()}


def by_metric_name(world: World, all_: tuple[Rated, ...]) -> tuple[Rated, ...]:
    def name(each: Rated) -> str:
        metric_id = world.store.with_deleted(CHARGE, each.charge.code)["metric_id"]
        return str(world.store.with_deleted(METRIC, metric_id)["name"]).lower()

    return tuple(sorted(all_, key=name))
