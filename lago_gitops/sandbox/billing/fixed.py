"""Units of fixed charges that are paid in advance: at the start of a subscription, and when a change adds some."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from lago_gitops.pricing.base.numbers import ZERO
from lago_gitops.pricing.catalog.items import FixedCharge
from lago_gitops.pricing.fees.booking import booked
from lago_gitops.pricing.fees.fee import Fee
from lago_gitops.pricing.fees.fixed_charges import added_units_fee, in_force
from lago_gitops.pricing.fees.terms import Terms
from lago_gitops.pricing.invoicing.history import History, Part, Reason, fees_of
from lago_gitops.pricing.periods.boundaries import View, boundaries, in_advance_span
from lago_gitops.pricing.periods.spans import Span, local_date
from lago_gitops.pricing.periods.subscription import Subscription, UnitsFrom
from lago_gitops.sandbox.base.clock import unstamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.queue import announce
from lago_gitops.sandbox.base.storage.kinds import BILLED_PERIOD, UNITS
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.billing import documents, settling
from lago_gitops.sandbox.billing.lines import line, on
from lago_gitops.sandbox.rating import history, lives, price_list
from lago_gitops.sandbox.subscriptions.related import customer_of, plan_of


def billed(world: World, subscription: Doc, at: datetime) -> None:
    """On an invoice of its own, never a draft; none where nothing began to count at this very instant."""
    if subscription["status"] != "active" or not _begun(world, subscription, at):
        return
    customer, life = customer_of(world, subscription), lives.subscription(world, subscription)
    past = history.history(world, subscription, life.plan)
    fees = tuple(_fees(world, life, past, at))
    currency, order = plan_of(world, subscription)["amount_currency"], subscription["purchase_order_number"]
    invoice = documents.new(world, customer, currency, at, status="finalized", purchase_order_number=order)
    part = Part(boundaries(View(life, at)), Reason.IN_ADVANCE_CHARGE, at, world.now(), fees)
    world.store.save(BILLED_PERIOD, history.period(part, subscription, invoice["id"]) | {"opening": []})
    made = [on(invoice, line(world, fee, customer, subscription)) for fee in fees]
    invoice = settling.settled(world, invoice, customer, made)
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
    for charge in life.plan.fixed_charges:
        if charge.pay_in_advance:
            held, changes = in_force(charge, span, life.units)
            units = changes[-1].units if changes else held.units
            change = UnitsFrom(local_date(at, life.zone), units, charge.code)
            yield booked(added_units_fee(charge, terms, change, _paid(past, charge, span)), life, at)


def _paid(past: History, charge: FixedCharge, span: Span) -> Decimal:
    paid = (each for each in fees_of(past) if each.charge_code == charge.code)
    return sum((each.units for each in paid if (each.start, each.end) == (span.start, span.end)), ZERO)
