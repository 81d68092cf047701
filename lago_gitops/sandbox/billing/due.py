"""What falls due over time: ends of periods and trials, drafts, late payments."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from lago_gitops.pricing.invoicing.history import Reason
from lago_gitops.pricing.periods.calendar import period_of
from lago_gitops.pricing.periods.spans import local_date
from lago_gitops.pricing.periods.subscription import Subscription, charges_interval, fixed_interval
from lago_gitops.sandbox.base.clock import stamp, unstamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.queue import Task, announce, queue
from lago_gitops.sandbox.base.storage.kinds import (
    BILLED_PERIOD,
    BILLING_ENTITY,
    CUSTOMER,
    FEE,
    INVOICE,
    JOB,
    SUBSCRIPTION,
    UNITS,
    WALLET,
)
from lago_gitops.sandbox.base.storage.store import all_of, among
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.customers.customer_shapes import zone_of
from lago_gitops.sandbox.rating import lifecycle, price_list
from lago_gitops.sandbox.subscriptions import periods, transitions
from lago_gitops.sandbox.subscriptions.relations import pending_after, plan_of

AFTER_MIDNIGHT = timedelta(minutes=10)  # when the hourly billing runs


_PARTS_OF_A_LIFE = (SUBSCRIPTION, CUSTOMER, BILLING_ENTITY, UNITS, *price_list.PARTS_OF_A_PLAN)


def bill_periods(world: World) -> None:
    """Queue jobs for subscriptions whose period begins today: one invoice per customer and currency, or a downgrade."""
    now = world.now()
    together: dict[tuple[object, ...], list[Doc]] = {}
    for subscription in _active(world):
        if not _is_due(world, subscription):
            continue
        waiting = pending_after(world, subscription)
        if waiting:
            transitions.downgrade(world, waiting[0], now)
            continue
        currency = plan_of(world, subscription)["amount_currency"]
        alone = None if subscription["consolidate_invoice"] else subscription["id"]
        key = (subscription["customer_id"], currency, subscription["purchase_order_number"], alone)
        together.setdefault(key, []).append(subscription)
    for subscriptions in together.values():
        transitions.bill(world, tuple(subscriptions), now, Reason.PERIODIC.value)


def _active(world: World) -> Iterator[Doc]:
    """Oldest first."""
    yield from reversed(world.store.newest(SUBSCRIPTION, among("status", ("active",))))


def _is_due(world: World, subscription: Doc) -> bool:
    of = world.once(("life", subscription["id"]), _PARTS_OF_A_LIFE, lambda: lifecycle.subscription(world, subscription))
    day = local_date(world.now(), of.zone)
    return of.started_on < day and _opens_a_period(of, day) and not _was_billed_on(world, subscription, of, day)


def _opens_a_period(of: Subscription, day: date) -> bool:
    intervals = {of.plan.interval, charges_interval(of.plan), fixed_interval(of.plan)}
    return any(period_of(interval, of.anchor, day).first == day for interval in intervals)


def _was_billed_on(world: World, subscription: Doc, of: Subscription, day: date) -> bool:
    return any(
        each["reason"] == Reason.PERIODIC and local_date(unstamp(each["at"]), of.zone) == day
        for each in world.store.children(BILLED_PERIOD, subscription["id"])
    )


def end_trials(world: World) -> None:
    """Bill the rest of the period for plans billed in advance whose trial has ended."""
    now = world.now()
    for subscription in _active(world):
        end = periods.trial_end(world, subscription)
        if end is None or subscription["trial_ended_at"] is not None or end > now:
            continue
        if plan_of(world, subscription)["pay_in_advance"] and not _was_billed_before(world, subscription):
            transitions.bill(world, (subscription,), now, Reason.STARTING.value)
        ended = subscription | {"trial_ended_at": stamp(end)}
        world.store.save(SUBSCRIPTION, ended)
        announce(world, "subscription.trial_ended", ended)


def _was_billed_before(world: World, subscription: Doc) -> bool:
    """By today's billing, which may still be queued; or when it began, if its plan had no trial then."""
    of = lifecycle.subscription(world, subscription)
    if _is_to_be_billed(world, subscription):
        return True
    if _was_billed_on(world, subscription, of, local_date(world.now(), of.zone)):
        return True
    first = subscription["started_at"][:10]
    fees = world.store.referrers(FEE, subscription["id"])
    paid = {each["invoice_id"] for each in fees if each["fee_type"] == "subscription"}
    periods_ = world.store.children(BILLED_PERIOD, subscription["id"])
    return any(each["at"][:10] == first and each["invoice_id"] in paid for each in periods_)


def _is_to_be_billed(world: World, subscription: Doc) -> bool:
    return any(subscription["id"] in each.get("subscription_ids", ()) for each in world.store.kept(JOB))


def finalize_drafts(world: World) -> None:
    """Those whose grace period has ended."""
    for invoice in reversed(world.store.newest(INVOICE, among("status", ("draft",)))):
        if date.fromisoformat(invoice["finalizes_on"]) <= _today(world, invoice):
            queue(world, Task.FINALIZE, invoice)


def refresh_drafts(world: World) -> None:
    """Those flagged as outdated."""
    marked = all_of((among("status", ("draft",)), among("ready_to_be_refreshed", (True,))))
    for invoice in reversed(world.store.newest(INVOICE, marked)):
        queue(world, Task.REFRESH_DRAFT, invoice)


def mark_overdue(world: World) -> None:
    """Those still unpaid a day after they were due."""
    open_ones = all_of((among("status", ("finalized",)), among("payment_status", ("pending", "failed"))))
    for invoice in reversed(world.store.newest(INVOICE, open_ones)):
        late = date.fromisoformat(invoice["payment_due_date"]) < world.now().date()
        if late and not invoice["payment_overdue"] and invoice["payment_dispute_lost_at"] is None:
            overdue = invoice | {"payment_overdue": True, "updated_at": world.stamp()}
            world.store.save(INVOICE, overdue)
            announce(world, "invoice.payment_overdue", overdue)


def _today(world: World, invoice: Doc) -> date:
    customer = world.store.with_deleted(CUSTOMER, invoice["customer_id"])
    return world.now().astimezone(zone_of(world, customer)).date()


def instants(world: World, start: datetime, end: datetime) -> Iterator[datetime]:
    """The times at which Lago's clock has something to do: local midnights, ends within a day, and `end`."""
    zones = {zone_of(world, customer) for customer in world.store.kept(CUSTOMER)} or {ZoneInfo("UTC")}
    days = range((end - start).days + 2)
    nights = {
        periods.midnight(start.astimezone(zone).date() + timedelta(days=day), zone).astimezone(UTC) + AFTER_MIDNIGHT
        for zone in zones
        for day in days
    }
    ends = {unstamp(at) + AFTER_MIDNIGHT for at in _ends(world)}
    yield from sorted(at for at in nights | ends if start < at < end)
    yield end


def _ends(world: World) -> Iterator[str]:
    for subscription in _active(world):
        trial = periods.trial_end(world, subscription)
        if trial is not None and subscription["trial_ended_at"] is None:
            yield stamp(trial)
    for wallet in world.store.kept(WALLET, among("status", ("active",))):
        if wallet["expiration_at"] is not None:
            yield wallet["expiration_at"]
