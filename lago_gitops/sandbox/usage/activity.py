"""Lago's scheduled tasks for usage, with a licence: lifetime usage, thresholds, alerts."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import chain

from lago_gitops.pricing.base.errors import UnratableError
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.storage.event_log import LoggedEvent
from lago_gitops.sandbox.base.storage.kinds import ALERT, BILLED_PERIOD, FEE, INVOICE, LIFETIME_USAGE, SUBSCRIPTION
from lago_gitops.sandbox.base.storage.store import among
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.billing import advance
from lago_gitops.sandbox.subscriptions import lifetime
from lago_gitops.sandbox.usage import alerting, rated, thresholds
from lago_gitops.sandbox.usage.rated import Rated


def taken(world: World, payload: Doc) -> None:
    """Flag the subscriptions of new events for the next scheduled check."""
    if not world.premium:
        return
    for subscription in _serving(world, payload["events"]):
        waits = subscription.get("awaiting_usage_check", False)
        if subscription["status"] == "active" and not waits and _is_watched(world, subscription):
            current = world.store.with_deleted(SUBSCRIPTION, subscription["id"])
            world.store.save(SUBSCRIPTION, current | {"awaiting_usage_check": True})


def _serving(world: World, events: Iterable[LoggedEvent]) -> Iterable[Doc]:
    return {each["id"]: each for _, each in advance.served(world, events)}.values()


def _is_watched(world: World, subscription: Doc) -> bool:
    alerts = world.store.children(ALERT, subscription["external_id"])
    return world.has("lifetime_usage") or bool(alerts) or _has_thresholds(world, subscription)


def _has_thresholds(world: World, subscription: Doc) -> bool:
    return world.has("progressive_billing") and bool(thresholds.of(world, subscription))


def check(world: World) -> None:
    """Check subscriptions with new events or changed invoices.

    The job fails silently for a subscription whose usage Lago can't rate.
    """
    if not world.premium:
        return
    for look, subscription in chain(_with_new_events(world), _with_changed_invoices(world)):
        with suppress(UnratableError):
            look(world, subscription, rated.current(world, subscription))


_Look = Callable[[World, Doc, tuple[Rated, ...]], None]


def _with_new_events(world: World) -> Iterator[tuple[_Look, Doc]]:
    for subscription in reversed(world.store.newest(SUBSCRIPTION, among("awaiting_usage_check", (True,)))):
        world.store.save(SUBSCRIPTION, subscription | {"awaiting_usage_check": False})
        if subscription["status"] == "active":
            yield _check, subscription


def _with_changed_invoices(world: World) -> Iterator[tuple[_Look, Doc]]:
    for usage in reversed(world.store.newest(LIFETIME_USAGE, among("awaiting_invoiced_usage", (True,)))):
        subscription = world.store.with_deleted(SUBSCRIPTION, usage["subscription_id"])
        if subscription["status"] == "active" and _counts(world, subscription):
            yield _renew, subscription


def _counts(world: World, subscription: Doc) -> bool:
    return world.has("lifetime_usage") or _has_thresholds(world, subscription)


def _check(world: World, subscription: Doc, usage: tuple[Rated, ...]) -> None:
    if _counts(world, subscription):
        _renew(world, subscription, usage)
    current = lifetime.of(world, subscription["id"])
    for alert in world.store.children(ALERT, subscription["external_id"]):
        alerting.check_usage(world, alert, subscription, alerting.Used(usage, current))


def _renew(world: World, subscription: Doc, usage: tuple[Rated, ...]) -> None:
    kept = lifetime.of(world, subscription["id"])
    if kept is None:
        return
    if kept["awaiting_invoiced_usage"]:
        kept |= {"awaiting_invoiced_usage": False, "invoiced_usage_amount_cents": _invoiced(world, subscription)}
    kept["current_usage_amount_cents"] = sum(fee.amount_cents for each in usage for fee in each.fees)
    world.store.save(LIFETIME_USAGE, kept)
    if world.has("progressive_billing"):
        thresholds.check(world, subscription, kept)


def _invoiced(world: World, subscription: Doc) -> int:
    """Cents of charges on the invoices of a chain of subscriptions; an invoice for two of them counts twice."""
    same = [
        each
        for each in world.store.of_code(SUBSCRIPTION, subscription["external_id"])
        if each["subscription_at"] == subscription["subscription_at"] and each["canceled_at"] is None
    ]
    periods = (period for each in same for period in world.store.children(BILLED_PERIOD, each["id"]))
    return sum(_charges(world, period["invoice_id"]) for period in periods)


def _charges(world: World, invoice_id: str) -> int:
    invoice = world.store.with_deleted(INVOICE, invoice_id)
    if invoice["invoice_type"] != "subscription" or invoice["status"] not in ("finalized", "draft"):
        return 0
    fees = world.store.children(FEE, invoice_id)
    return sum(each["amount_cents"] for each in fees if each["fee_type"] == "charge")
