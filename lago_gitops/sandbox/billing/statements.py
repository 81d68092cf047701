"""Statements: at the end of a period, an invoice lists the paid fees that had none of their own."""

from collections.abc import Iterable
from datetime import datetime

from lago_gitops.pricing.invoicing.invoice import statement
from lago_gitops.sandbox.base.clock import unstamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.queue import announce
from lago_gitops.sandbox.base.storage.kinds import CHARGE, CUSTOMER, FEE, INVOICE, SUBSCRIPTION
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.billing import documents, settlement
from lago_gitops.sandbox.billing.lines import without_invoice
from lago_gitops.sandbox.rating import fees
from lago_gitops.sandbox.subscriptions.relations import next_of


def stated(world: World, billed: Iterable[Doc], at: datetime) -> None:
    """A statement of the paid fees of these subscriptions, if one of their charges regroups paid fees.

    Unless they end, fees of the current period are left for the next one.
    """
    subscriptions = tuple(billed)
    go_on = all(each["status"] == "active" and next_of(world, each) is None for each in subscriptions)
    listed = [
        fee
        for owner in _with_predecessors(world, subscriptions)
        for fee in without_invoice(world, owner["id"])
        if _is_paid(fee, at) and not (go_on and unstamp(fee["end"]) > at)
    ]
    if not any(_asks(world, fee["plan_id"]) for fee in listed):
        return
    customer = world.store.with_deleted(CUSTOMER, listed[0]["customer_id"])
    unsettled = documents.new(world, customer, listed[0]["currency"], at, invoice_type="advance_charges")
    made = statement(tuple(map(fees.read, listed)), listed[0]["currency"])
    invoice = settlement.finalized(world, unsettled | settlement.sums(world, made), customer)
    paid = {"payment_status": "succeeded", "total_paid_amount_cents": invoice["total_amount_cents"]}
    world.store.save(INVOICE, invoice | paid)
    for fee in listed:
        world.store.save(FEE, fee | {"invoice_id": invoice["id"]})
    announce(world, "invoice.created", invoice)


def _with_predecessors(world: World, subscriptions: tuple[Doc, ...]) -> list[Doc]:
    """All subscriptions with the same external ids, oldest first."""
    ids = dict.fromkeys(each["external_id"] for each in subscriptions)
    return [each for external_id in ids for each in world.store.of_code(SUBSCRIPTION, external_id)]


def _is_paid(fee: Doc, at: datetime) -> bool:
    return fee["payment_status"] == "succeeded" and unstamp(fee["succeeded_at"]) <= at


def _asks(world: World, plan_id: str) -> bool:
    charges = world.store.children(CHARGE, plan_id)
    return any(each["pay_in_advance"] and not each["invoiceable"] and each["regroup_paid_fees"] for each in charges)
