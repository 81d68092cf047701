"""Progressive billing: usage that passes a threshold is invoiced at once."""

from lago_gitops.pricing.catalog.items import UsageThreshold
from lago_gitops.pricing.fees.booking import booked
from lago_gitops.pricing.fees.charges import early_charge_fees
from lago_gitops.pricing.fees.terms import Terms
from lago_gitops.pricing.invoicing.history import Part, Reason
from lago_gitops.pricing.invoicing.progressive import LifetimeUsage, passed
from lago_gitops.pricing.periods.boundaries import View, boundaries
from lago_gitops.pricing.usage.buckets import usages
from lago_gitops.sandbox.base.clock import to_second
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.queue import announce
from lago_gitops.sandbox.base.storage.kinds import BILLED_PERIOD, INVOICE
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.billing import documents, progressive, settlement
from lago_gitops.sandbox.billing.lines import line, on
from lago_gitops.sandbox.plans.thresholds import rendered
from lago_gitops.sandbox.rating import history, lifecycle, price_list, usage
from lago_gitops.sandbox.subscriptions.relations import customer_of, plan_of
from lago_gitops.sandbox.subscriptions.shapes import own_thresholds
from lago_gitops.sandbox.usage import rated


def of(world: World, subscription: Doc) -> list[Doc]:
    return own_thresholds(world, subscription)


def check(world: World, subscription: Doc, lifetime: Doc) -> None:
    """One invoice, never a draft, for all thresholds that usage has passed since the last one."""
    kept = of(world, subscription)
    every = {UsageThreshold(each["amount_cents"], each["recurring"]): each for each in kept}
    before = progressive.running(world, subscription)
    invoiced = lifetime["external_historical_usage_amount_cents"] + lifetime["invoiced_usage_amount_cents"]
    used = LifetimeUsage(invoiced, lifetime["current_usage_amount_cents"])
    reached = passed(every, used, before["fees_amount_cents"] if before else 0)
    if not reached or _is_repeated(world, subscription, _identity(subscription, lifetime, reached[-1], before)):
        return
    invoice = _invoiced(world, subscription, [every[each] for each in reached], used)
    world.store.save(INVOICE, invoice | {"passed": _identity(subscription, lifetime, reached[-1], before)})
    for each in reached:
        announce(world, "subscription.usage_threshold_reached", subscription, threshold=every[each])


def _identity(subscription: Doc, lifetime: Doc, last: UsageThreshold, before: Doc | None) -> list[object]:
    """Lago deduplicates invoices by threshold, usage and progressive credit."""
    credited = before["id"] if before is not None and last.recurring else None
    invoiced = lifetime["invoiced_usage_amount_cents"]
    return [subscription["external_id"], invoiced, last.amount_cents, credited]


def _is_repeated(world: World, subscription: Doc, identity: list[object]) -> bool:
    others = world.store.children(INVOICE, subscription["customer_id"])
    return any(each.get("passed") == identity for each in others)


def _invoiced(world: World, subscription: Doc, reached: list[Doc], used: LifetimeUsage) -> Doc:
    now, customer = world.now(), customer_of(world, subscription)
    life = lifecycle.subscription(world, subscription)
    span = rated.running_span(world, life)
    events = usage.events(world, subscription["external_id"], life.plan, span.start, span.end)
    levels = history.levels(life.plan, subscription.get("levels", []))
    terms = Terms(span, life.plan.currency, price_list.rules(world))
    fees = tuple(
        booked(fee, life, now)
        for charge in life.plan.charges
        if charge.invoiceable and not charge.pay_in_advance
        for fee in early_charge_fees(charge, usages(charge, events, span, levels), terms)
    )
    invoice = documents.new(
        world,
        customer,
        plan_of(world, subscription)["amount_currency"],
        now,
        status="finalized",
        invoice_type="progressive_billing",
        purchase_order_number=subscription["purchase_order_number"],
        thresholds=[_applied(world, each, used) for each in reached],
    )
    part = Part(boundaries(View(life, now, running=True)), Reason.PROGRESSIVE_BILLING, now, now, fees)
    world.store.save(BILLED_PERIOD, history.period(part, subscription, invoice["id"]) | {"opening": []})
    made = [on(invoice, line(world, fee, customer, subscription)) for fee in fees]
    made, credited = progressive.credited(world, invoice, made)
    invoice = settlement.settled(world, invoice, customer, made, credited)
    if invoice["status"] != "closed":
        announce(world, "invoice.created", invoice)
    return invoice


def _applied(world: World, threshold: Doc, used: LifetimeUsage) -> Doc:
    return {
        "lifetime_usage_amount_cents": used.total_cents,
        "created_at": to_second(world.stamp()),
        "usage_threshold": rendered(threshold),
    }
