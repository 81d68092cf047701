"""Invoices of subscriptions: what each of them owes, in one document."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from lago_gitops.pricing.fees.fee import Fee
from lago_gitops.pricing.invoicing.due import Due
from lago_gitops.pricing.invoicing.history import Reason
from lago_gitops.pricing.invoicing.parts import BilledPart, part
from lago_gitops.sandbox.base.clock import days_after, unstamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.queue import announce
from lago_gitops.sandbox.base.storage.kinds import BILLED_PERIOD, CUSTOMER, FEE, SUBSCRIPTION
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.billing import credit_notes, documents, progressive, settlement
from lago_gitops.sandbox.billing.lines import line, on, save_without_invoice
from lago_gitops.sandbox.customers.customer_shapes import zone_of
from lago_gitops.sandbox.rating import history, lifecycle, price_list, usage
from lago_gitops.sandbox.subscriptions import lifetime
from lago_gitops.sandbox.subscriptions.relations import plan_of
from lago_gitops.sandbox.wallets import balance


class Billed(NamedTuple):
    """A subscription to bill, and why."""

    subscription: Doc
    reason: Reason


def issued(world: World, billed: Iterable[Billed], at: datetime) -> Doc:
    """One invoice, a draft if the customer has a grace period. Raises UnratableError if Lago can't create it."""
    every = tuple(billed)
    customer = world.store.with_deleted(CUSTOMER, every[0].subscription["customer_id"])
    currency = plan_of(world, every[0].subscription)["amount_currency"]
    invoice = documents.new(world, customer, currency, at, purchase_order_number=_order_number(every))
    invoice = _dated(world, invoice, customer, recurring=every[0].reason == Reason.PERIODIC)
    fees: list[Doc] = []
    beside: tuple[Fee, ...] = ()
    for each in every:
        made = part(replace(_due(world, each, at), beside=beside))
        beside += made.part.fees
        opening = each.subscription.get("levels", [])
        period = history.period(made.part, each.subscription, invoice["id"]) | {"opening": opening}
        world.store.save(BILLED_PERIOD, period)
        fees += _lines(world, each.subscription, made, invoice, customer)
        lifetime.flag(world, each.subscription["id"])
    return _closed(world, invoice, customer, fees)


def _order_number(billed: tuple[Billed, ...]) -> str | None:
    numbers = {each.subscription["purchase_order_number"] for each in billed}
    return numbers.pop() if len(numbers) == 1 else None


def _dated(world: World, invoice: Doc, customer: Doc, *, recurring: bool) -> Doc:
    """Drafts are issued on the last day of the grace period, unless customer or billing entity say otherwise."""
    grace = documents.grace_days(world, customer)
    day = date.fromisoformat(invoice["issuing_date"])
    shift = documents.issuing_shift(world, customer) if recurring else grace
    dated = documents.issue_on(invoice, days_after(day, shift))
    return dated | {"finalizes_on": days_after(day, grace).isoformat()}


def _due(world: World, billed: Billed, at: datetime) -> Due:
    life = lifecycle.subscription(world, billed.subscription)
    return Due(
        subscription=life,
        reason=billed.reason,
        at=at,
        usage=usage.reaching_back(world, billed.subscription["external_id"], life, at),
        history=history.history(world, billed.subscription, life.plan),
        rules=price_list.rules(world),
        made_at=world.now(),
    )


def _lines(world: World, subscription: Doc, made: BilledPart, invoice: Doc, customer: Doc) -> list[Doc]:
    """The fees of one subscription as documents. Saves those without an invoice, and the period's weighted sums."""
    for fee in made.loose:
        save_without_invoice(world, fee, subscription, customer)
    current = world.store.with_deleted(SUBSCRIPTION, subscription["id"])
    world.store.save(SUBSCRIPTION, current | {"levels": history.kept_levels(made.levels)})
    return [on(invoice, line(world, fee, customer, subscription)) for fee in made.part.fees]


def _closed(world: World, invoice: Doc, customer: Doc, fees: list[Doc]) -> Doc:
    """With each true-up linked to its fee; final, or left as a draft."""
    _tie_true_ups(fees)
    fees, credited = progressive.credited(world, invoice, fees)
    final = documents.grace_days(world, customer) == 0
    if final:
        invoice = invoice | {"status": "finalized"}
    invoice = settlement.settled(world, invoice, customer, fees, credited)
    if not final:
        _announce_draft(world, invoice)
        balance.flag_for_refresh(world, customer["id"])
    elif invoice["status"] != "closed":
        announce(world, "invoice.created", invoice)
    return invoice


def _announce_draft(world: World, invoice: Doc) -> None:
    announce(world, "invoice.drafted", invoice)
    if world.can.ready_drafts:
        announce(world, "invoice.ready_to_finalize", invoice)


def _tie_true_ups(fees: list[Doc]) -> None:
    for each in fees:
        if each["true_up"]:
            same = (other for other in fees if other["charge_id"] == each["charge_id"] and not other["true_up"])
            parent = next((other for other in same if other["charge_filter_id"] is None), None)
            each["true_up_parent_id"] = None if parent is None else parent["id"]


def recomputed(world: World, invoice: Doc) -> Doc:
    """A draft with current usage, prices and taxes. Its fees are created again."""
    customer = world.store.with_deleted(CUSTOMER, invoice["customer_id"])
    notes = credit_notes.on_draft(world, invoice)
    settlement.undo_fees(world, invoice)
    fees: list[Doc] = []
    beside: tuple[Fee, ...] = ()
    for period in world.store.referrers(BILLED_PERIOD, invoice["id"]):
        subscription = world.store.with_deleted(SUBSCRIPTION, period["subscription_id"])
        made = part(replace(_due_again(world, period, subscription), beside=beside))
        beside += made.part.fees
        again = history.period(made.part, subscription, invoice["id"])
        world.store.save(BILLED_PERIOD, again | {name: period[name] for name in ("id", "made_at", "opening")})
        fees += _lines(world, subscription, made, invoice, customer)
    for each in fees:
        each["created_at"] = invoice["created_at"]
    _tie_true_ups(fees)
    fees, credited = progressive.credited(world, invoice, fees)
    changed = invoice | {"updated_at": world.stamp(), "ready_to_be_refreshed": False}
    settled = settlement.settled(world, changed, customer, fees, credited)
    credit_notes.again(world, settled, notes)
    return settled


def _due_again(world: World, period: Doc, subscription: Doc) -> Due:
    life = lifecycle.subscription(world, subscription)
    at = unstamp(period["at"])
    past = history.history(world, subscription, life.plan, without=period["invoice_id"])
    return Due(
        subscription=life,
        reason=Reason(period["reason"]),
        at=at,
        usage=usage.reaching_back(world, subscription["external_id"], life, at),
        history=replace(past, levels=history.levels(life.plan, period["opening"])),
        rules=price_list.rules(world),
        made_at=unstamp(period["made_at"]),
        now=world.now(),
    )


def finalized(world: World, invoice: Doc) -> Doc:
    """A draft, refreshed and finalized: with coupons, credits and a number."""
    customer = world.store.with_deleted(CUSTOMER, invoice["customer_id"])
    invoice = recomputed(world, invoice)
    today = world.now().astimezone(zone_of(world, customer)).date()
    if documents.aligns_with_finalization(world, customer):
        invoice = documents.issue_on(invoice, today)
    notes = credit_notes.on_draft(world, invoice)
    fees, credited = progressive.credited(world, invoice, world.store.children(FEE, invoice["id"]))
    settlement.undo_credits(world, invoice)
    invoice = settlement.settled(world, invoice | {"status": "finalized"}, customer, fees, credited)
    credit_notes.again(world, invoice, notes)
    if invoice["status"] != "closed":
        announce(world, "invoice.created", invoice)
    return invoice
