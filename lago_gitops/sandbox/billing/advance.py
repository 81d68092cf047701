"""Charges billed in advance: a fee for every event, on an invoice of its own or without one."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from lago_gitops.pricing.base.errors import UnratableError, UnsupportedError
from lago_gitops.pricing.catalog.items import Plan
from lago_gitops.pricing.fees.advance import Height, Heights, event_fees
from lago_gitops.pricing.fees.fee import Fee
from lago_gitops.pricing.invoicing.history import Part, Reason
from lago_gitops.pricing.invoicing.taxes import taxed
from lago_gitops.pricing.periods.boundaries import View, boundaries
from lago_gitops.pricing.periods.calendar import period_of
from lago_gitops.pricing.periods.spans import local_date, midnight
from lago_gitops.pricing.periods.subscription import charges_interval, usage_span
from lago_gitops.sandbox.base.clock import unstamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.queue import Task, announce, queue
from lago_gitops.sandbox.base.storage.event_log import LoggedEvent
from lago_gitops.sandbox.base.storage.kinds import BILLED_PERIOD, CHARGE, FEE, METRIC, PLAN, SUBSCRIPTION
from lago_gitops.sandbox.base.storage.store import Where
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.billing import documents, settlement
from lago_gitops.sandbox.billing.lines import line, on, save_without_invoice
from lago_gitops.sandbox.events import instants
from lago_gitops.sandbox.rating import history, lifecycle, price_list, usage
from lago_gitops.sandbox.rating.fees import money as fees_money
from lago_gitops.sandbox.subscriptions.relations import customer_of
from lago_gitops.sandbox.wallets import balance

_COUNTED = ("count_agg", "custom_agg")


def taken(world: World, payload: Doc) -> None:
    """Handle new events: queue jobs for fees billed in advance, and flag ongoing balances as outdated."""
    seen: set[str] = set()
    for event, subscription in served(world, payload["events"]):
        if subscription["customer_id"] not in seen:
            seen.add(subscription["customer_id"])
            balance.flag_for_refresh(world, subscription["customer_id"])
        if _has_charge_in_advance(world, subscription, event.code):
            queue(world, Task.FEES_OF_EVENT, subscription, event=event.seq)


def is_billed_at_once(world: World, event: LoggedEvent) -> bool:
    """Whether a charge of its subscription bills this event in advance."""
    subscription = serving(world, event)
    return subscription is not None and _has_charge_in_advance(world, subscription, event.code)


def _has_charge_in_advance(world: World, subscription: Doc, code: str) -> bool:
    key = ("billed at once", subscription["plan_id"])
    return code in world.once(key, price_list.PARTS_OF_A_PLAN, lambda: _codes_in_advance(world, subscription))


def _codes_in_advance(world: World, subscription: Doc) -> frozenset[str]:
    plan = price_list.plan(world, world.store.with_deleted(PLAN, subscription["plan_id"]))
    return frozenset(charge.metric.code for charge in plan.charges if charge.pay_in_advance)


def served(world: World, events: Iterable[LoggedEvent]) -> Iterator[tuple[LoggedEvent, Doc]]:
    """Events for which a subscription was active at their time, each with that subscription."""
    for event in events:
        subscription = serving(world, event)
        if subscription is not None:
            yield event, subscription


def serving(world: World, event: LoggedEvent) -> Doc | None:
    """The subscription that was active at the event's time: one still active, or the last one that ended."""
    external_id = event.subscription
    if external_id is None:
        return None
    key = ("subscriptions of", external_id)
    same = world.once(key, (SUBSCRIPTION,), lambda: world.store.of_code(SUBSCRIPTION, external_id))
    running = [each for each in same if _ran(each, event.at)]
    return max(running, key=lambda each: (each["terminated_at"] or "~", each["started_at"]), default=None)


def _ran(subscription: Doc, at: int) -> bool:
    """Lago compares in milliseconds."""
    if subscription["started_at"] is None or _millis(subscription["started_at"]) > at:
        return False
    return subscription["terminated_at"] is None or _millis(subscription["terminated_at"]) >= at


def _millis(kept: str) -> int:
    return instants.of_moment(unstamp(kept)) // 1000 * 1000


def bill(world: World, subscription: Doc, event: LoggedEvent) -> None:
    """Once for each transaction id, in any subscription."""
    if not _has_value(world, event) or _was_billed(world, event):
        return
    customer = customer_of(world, subscription)
    for fee in fees(world, subscription, event):
        charge = world.store.with_deleted(CHARGE, fee.charge_code or "")
        if charge["invoiceable"]:
            _invoiced(world, subscription, customer, fee, instants.to_moment(event.at))
        else:
            save_without_invoice(world, _of_whole_period(world, subscription, fee), subscription, customer)


def _keep_first_taxes(world: World, made: Doc, fee: Fee, customer: Doc) -> None:
    """Before 1.39, the taxes on the fee are those before coupons, while those on the invoice are after coupons."""
    bearing = taxed(fee, price_list.tax_levels(world, customer))
    shown = ("taxes_amount_cents", "precise_taxes_amount_cents")
    own = fees_money(bearing, price_list.tax_docs(world))
    current = world.store.with_deleted(FEE, made["id"])
    world.store.save(FEE, current | {name: own[name] for name in shown})


def _of_whole_period(world: World, subscription: Doc, fee: Fee) -> Fee:
    """Without an invoice, a fee has the dates of the whole period, even if the subscription began within it."""
    life = lifecycle.subscription(world, subscription)
    period = period_of(charges_interval(life.plan), life.anchor, local_date(fee.start, life.zone))
    return replace(fee, start=midnight(period.first, life.zone))


def _has_value(world: World, event: LoggedEvent) -> bool:
    metric = world.store.by_code(METRIC, event.code)
    if metric is None:
        return False
    value = event.properties.get(metric["field_name"] or "")
    return metric["aggregation_type"] in _COUNTED or value not in (None, "", False, [], {})


def _was_billed(world: World, event: LoggedEvent) -> bool:
    where = Where("kind = 'fee' AND json_extract(doc, '$.event') = ?", (event.transaction_id,))
    return world.store.first(FEE, where) is not None


def fees(world: World, subscription: Doc, event: LoggedEvent, *, keep: bool = True) -> tuple[Fee, ...]:
    """The fees of one event, given those before it; the units reached are saved for the next event."""
    life = lifecycle.subscription(world, subscription)
    at = instants.to_moment(event.at)
    span = usage_span(life, local_date(at, life.zone))
    before = usage.events(world, event.subscription or "", life.plan, span.start, at)
    own = usage.read(event)
    earlier = tuple(each for each in before if each.transaction_id != own.transaction_id)
    heights = _heights(life.plan, subscription.get("heights", []))
    try:
        made, after = event_fees(life, (*earlier, own), heights, price_list.rules(world))
    except (UnratableError, UnsupportedError):
        return ()
    if keep:
        current = world.store.with_deleted(SUBSCRIPTION, subscription["id"])
        world.store.save(SUBSCRIPTION, current | {"heights": _kept(after)})
    return made.fees


def _heights(plan: Plan, kept: list[Doc]) -> Heights:
    charges = {charge.code: charge for charge in plan.charges}
    heights: dict[Any, Height] = {}
    for each in kept:
        charge = charges.get(each["charge_id"])
        bucket = None if charge is None else history.bucket_of(charge, each)
        if bucket is not None:
            day = datetime.fromisoformat(each["day"]).date()
            heights[(each["charge_id"], bucket, day)] = Height(Decimal(each["current"]), Decimal(each["highest"]))
    return heights


def _kept(heights: Heights) -> list[Doc]:
    return [
        {
            "charge_id": code,
            **history.bucket_doc(bucket),
            "day": day.isoformat(),
            "current": str(height.current),
            "highest": str(height.highest),
        }
        for (code, bucket, day), height in heights.items()
    ]


def _invoiced(world: World, subscription: Doc, customer: Doc, fee: Fee, at: datetime) -> None:
    """Never a draft."""
    life = lifecycle.subscription(world, subscription)
    invoice = documents.new(world, customer, fee.currency, at, status="finalized")
    part = Part(boundaries(View(life, at)), Reason.IN_ADVANCE_CHARGE, at, world.now(), (fee,))
    world.store.save(BILLED_PERIOD, history.period(part, subscription, invoice["id"]) | {"opening": []})
    made = on(invoice, line(world, fee, customer, subscription))
    settled = settlement.settled(world, invoice, customer, [made])
    if not world.can.fee_details:
        _keep_first_taxes(world, made, fee, customer)
    announce(world, "fee.created", made)
    if settled["status"] != "closed":
        announce(world, "invoice.created", settled)
