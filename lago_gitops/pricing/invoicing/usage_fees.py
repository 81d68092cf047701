"""The fees of charges on an invoice, and fees without an invoice for recurring units."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from lago_gitops.pricing.catalog.items import Charge
from lago_gitops.pricing.fees.charges import recurring_fees
from lago_gitops.pricing.fees.fee import Fee
from lago_gitops.pricing.invoicing.due import Billing
from lago_gitops.pricing.invoicing.history import Reason
from lago_gitops.pricing.periods.spans import Span
from lago_gitops.pricing.usage.buckets import BucketUsage, as_billed, usages


@dataclass(frozen=True, slots=True)
class Used:
    charge: Charge
    usages: tuple[BucketUsage, ...]
    span: Span


def used(of: Billing) -> Iterator[Used]:
    span, usage = of.boundaries.charges, of.due.usage
    if span is None or span.start >= span.end or of.due.reason == Reason.STARTING:
        return
    span = replace(span, upgraded=of.due.subscription.upgraded)
    for charge in of.due.subscription.plan.charges:
        if isinstance(usage, Mapping):
            if charge.code in usage:
                yield Used(charge, usage[charge.code], span)
        elif charge.invoiceable and (not charge.pay_in_advance or charge.metric.recurring) and _goes_on(of, charge):
            billed = as_billed(charge, of.due.rules)
            yield Used(billed, usages(billed, usage, span, of.due.history.levels), span)


def _goes_on(of: Billing, charge: Charge) -> bool:
    """Whether recurring units continue; otherwise the next plan bills them, or the next period never comes."""
    subscription = of.due.subscription
    if subscription.ended_at is None or not charge.metric.recurring:
        return True
    successor = subscription.successor
    if charge.pay_in_advance:
        return successor is not None and not subscription.upgraded
    taken_over = subscription.upgraded and successor is not None and charge.metric.code in successor.metric_codes
    return charge.prorated or not taken_over


def fees_kept(of: Billing) -> Iterator[Fee]:
    """Fees for recurring units billed in advance without an invoice: at the end of a period, for the next one."""
    span, usage = of.boundaries.charges, of.due.usage
    if span is None or of.due.reason == Reason.STARTING or isinstance(usage, Mapping):
        return
    for charge in of.due.subscription.plan.charges:
        aside = charge.pay_in_advance and not charge.invoiceable and charge.metric.recurring
        if aside and _goes_on(of, charge) and not _was_kept(of, charge, span):
            yield from recurring_fees(charge, usages(charge, usage, span, of.due.history.levels), of.terms(span))


def _was_kept(of: Billing, charge: Charge, span: Span) -> bool:
    """Whether they exist already: a refreshed draft doesn't create them again."""
    return any(
        fee.charge_code == charge.code and fee.event is None and (fee.start, fee.end) == (span.start, span.end)
        for fee in of.due.history.loose
    )
