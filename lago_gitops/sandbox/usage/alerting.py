"""Alerts that fire: the thresholds that a value has crossed since the last check."""

import math
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from lago_gitops.pricing.base.numbers import text
from lago_gitops.sandbox.base.clock import to_second
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.queue import announce
from lago_gitops.sandbox.base.storage.kinds import ALERT, CHARGE, CUSTOMER, METRIC
from lago_gitops.sandbox.base.world import World, new_id
from lago_gitops.sandbox.catalog import organizations
from lago_gitops.sandbox.usage.rated import Rated


class Used(NamedTuple):
    current: tuple[Rated, ...]
    lifetime: Doc | None


def check_usage(world: World, alert: Doc, subscription: Doc, used: Used) -> None:
    value = _value(world, alert, used)
    if value is not None:
        checked(
            world, alert, value, {"subscription_id": subscription["id"], "customer_id": subscription["customer_id"]}
        )


def _value(world: World, alert: Doc, used: Used) -> Decimal | None:
    """None if there is no value to watch."""
    match alert["alert_type"]:
        case "current_usage_amount":
            return Decimal(sum(fee.amount_cents for each in used.current for fee in each.fees))
        case "lifetime_usage_amount":
            return None if used.lifetime is None else Decimal(_lifetime_cents(used.lifetime))
    of_metric = [
        fee
        for each in used.current
        if world.store.with_deleted(CHARGE, each.charge.code)["metric_id"] == alert["metric_id"]
        for fee in each.fees
    ]
    if alert["alert_type"] == "billable_metric_current_usage_amount":
        return max((Decimal(fee.amount_cents) for fee in of_metric), default=None)
    return max((fee.units for fee in of_metric), default=None)


def _lifetime_cents(usage: Doc) -> int:
    names = ("external_historical", "invoiced", "current")
    return sum(usage[f"{name}_usage_amount_cents"] for name in names)


def check_wallet(world: World, wallet: Doc) -> None:
    values = {
        "wallet_balance_amount": wallet["balance_cents"],
        "wallet_credits_balance": wallet["credits_balance"],
        "wallet_ongoing_balance_amount": wallet["ongoing_balance_cents"],
        "wallet_credits_ongoing_balance": wallet["credits_ongoing_balance"],
    }
    for alert in world.store.children(ALERT, wallet["id"]):
        of = {"wallet_id": wallet["id"], "customer_id": wallet["customer_id"]}
        checked(world, alert, Decimal(values[alert["alert_type"]]), of)


def checked(world: World, alert: Doc, value: Decimal, of: Doc) -> None:
    """`of`: the ids of the subscription or wallet, and of the customer."""
    crossed = list(_crossed(alert, value))
    if crossed:
        triggered = _triggered(world, alert, value, crossed, of)
        announce(world, "alert.triggered", alert, triggered=triggered)
    looked = {"previous_value": text(value), "last_processed_at": world.stamp()}
    world.store.save(ALERT, alert | looked)


def _triggered(world: World, alert: Doc, value: Decimal, crossed: list[Doc], of: Doc) -> Doc:
    metric = None if alert["metric_id"] is None else world.store.with_deleted(METRIC, alert["metric_id"])
    external_customer_id = world.store.with_deleted(CUSTOMER, of["customer_id"])["external_id"]
    return {
        "lago_id": new_id(),
        "lago_organization_id": organizations.only(world)["id"],
        "lago_alert_id": alert["id"],
        "lago_subscription_id": of.get("subscription_id"),
        "external_subscription_id": alert["external_subscription_id"],
        "lago_wallet_id": of.get("wallet_id"),
        "external_customer_id": external_customer_id,
        "billable_metric_code": None if metric is None else metric["code"],
        "alert_name": alert["name"],
        "alert_code": alert["code"],
        "alert_type": alert["alert_type"],
        "current_value": text(value),
        "previous_value": alert["previous_value"],
        "crossed_thresholds": crossed,
        "triggered_at": to_second(world.stamp()),
        "subscription_external_id": alert["external_subscription_id"],
        "customer_external_id": external_customer_id,
    }


def _crossed(alert: Doc, value: Decimal) -> Iterator[Doc]:
    """By value, recurring ones last. For a balance, thresholds are crossed downwards."""
    sign = 1 if alert["direction"] == "increasing" else -1
    before, now = sign * Decimal(alert["previous_value"]), sign * value
    once = sorted({sign * Decimal(each["value"]) for each in alert["thresholds"] if not each["recurring"]})
    if now <= before or (once and now < once[0]):
        return
    for each in alert["thresholds"]:
        if not each["recurring"] and before < sign * Decimal(each["value"]) <= now:
            yield {"code": each["code"], "value": each["value"], "recurring": False}
    recurring = next((each for each in alert["thresholds"] if each["recurring"]), None)
    if recurring is not None:
        start = once[-1] if once else Decimal(0)
        for step in _steps(before - start, now - start, Decimal(recurring["value"])):
            crossed = sign * (start + step)
            if sign * crossed not in once:
                yield {"code": recurring["code"], "value": text(crossed), "recurring": True}


def _steps(before: Decimal, now: Decimal, step: Decimal) -> Iterator[Decimal]:
    first, last = max(math.ceil(before / step), 1), math.floor(now / step)
    return (count * step for count in range(first, last + 1))
