"""Fixed charges billed in advance: at the start of a subscription, and when a change adds units."""

from collections.abc import Iterator
from datetime import datetime

from lago_gitops.pricing.fees.booking import booked
from lago_gitops.pricing.fees.fee import Fee
from lago_gitops.pricing.fees.fixed_charges import added_units_fee
from lago_gitops.pricing.fees.terms import Terms
from lago_gitops.pricing.invoicing.history import History, Part, Reason, fees_of
from lago_gitops.pricing.periods.boundaries import View, boundaries, in_advance_span
from lago_gitops.pricing.periods.subscription import Subscription
from lago_gitops.sandbox.base.clock import unstamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.queue import announce
from lago_gitops.sandbox.base.storage.kinds import BILLED_PERIOD, UNITS
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.billing import documents, settlement
from lago_gitops.sandbox.billing.lines import line, on
from lago_gitops.sandbox.rating import history, lifecycle, price_list
from lago_gitops.sandbox.subscriptions.relations import customer_of, plan_of


def billed(world: World, subscription: Doc, at: datetime) -> None:
    """On an invoice of its own, never a draft; no invoice if no units took effect at this instant."""
    if subscription["status"] != "active" or not _begun(world, subscription, at):
        return
    customer, life = customer_of(world, subscription), lifecycle.subscription(world, subscription)
    past = history.history(world, subscription, life.plan)
    fees = tuple(_fees(world, life, past, at))
    currency, order = plan_of(world, subscription)["amount_currency"], subscription["purchase_order_number"]
    invoice = documents.new(world, customer, currency, at, status="finalized", purchase_order_number=order)
    part = Part(boundaries(View(life, at)), Reason.IN_ADVANCE_CHARGE, at, world.now(), fees)
    world.store.save(BILLED_PERIOD, history.period(part, subscription, invoice["id"]) | {"opening": []})
    made = [on(invoice, line(world, fee, customer, subscription)) for fee in fees]
    invoice = settlement.settled(world, invoice, customer, made)
    for each in made if invoice["status"] != "closed" else ():
        announce(world, "fee.created", each)
    if invoice["status"] != "closed":
        announce(world, "invoice.created", invoice)


def _begun(world: World, subscription: Doc, at: datetime) -> bool:
    return any(unstamp(each["at"]) == at for each in world.store.children(UNITS, subscription["id"]))


def _fees(world: World, life: Subscription, past: History, at: datetime) -> Iterator[Fee]:
    span = in_advance_span(life, at)
    if span is None:
        return
    terms = Terms(span, life.plan.currency, price_list.rules(world))
    billed = tuple(fees_of(past))
    for charge in life.plan.fixed_charges:
        if charge.pay_in_advance:
            yield booked(added_units_fee(charge, terms, at, life.units, billed), life, at)
