"""A subscription's part of an invoice: the fees due, and the state they leave for later."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from lago_gitops.pricing.fees.charges import charge_fees
from lago_gitops.pricing.fees.fee import Fee
from lago_gitops.pricing.invoicing.commitments import commitment_fee
from lago_gitops.pricing.invoicing.due import Billing, Due, due_boundaries
from lago_gitops.pricing.invoicing.fixed_fees import fixed_fees, fixed_fees_in_advance
from lago_gitops.pricing.invoicing.history import Part, Reason
from lago_gitops.pricing.invoicing.plan_fees import is_plan_due, subscription_fees
from lago_gitops.pricing.invoicing.usage_fees import Used, fees_kept, used
from lago_gitops.pricing.usage.buckets import Levels, closing_levels


@dataclass(frozen=True, slots=True)
class BilledPart:
    part: Part
    loose: tuple[Fee, ...]  # fees without an invoice, for recurring units
    levels: Levels


def part(due: Due) -> BilledPart:
    """Raises UnratableError where Lago fails and creates no invoice."""
    of = Billing(due, due_boundaries(due))
    rated = tuple(used(of))
    fees = (*_fees_in_arrears(of, rated), *_fees_in_advance(of))
    made = Part(of.boundaries, due.reason, due.at, of.made_at, tuple(of.booked(fee) for fee in fees))
    loose = tuple(of.booked(fee) for fee in fees_kept(of))
    missing = _missing(of, made, loose)
    made = replace(made, fees=(*made.fees, *(of.booked(fee) for fee in missing)))
    levels = {key: level for each in rated for key, level in closing_levels(each.charge, each.usages)}
    return BilledPart(made, loose, {**due.history.levels, **levels})


def _fees_in_arrears(of: Billing, rated: tuple[Used, ...]) -> Iterator[Fee]:
    """Fees for the period that ended."""
    if not of.due.subscription.plan.pay_in_advance:
        yield from subscription_fees(of)
    for each in rated:
        yield from charge_fees(each.charge, each.usages, of.terms(each.span))
    yield from fixed_fees(of)


def _fees_in_advance(of: Billing) -> Iterator[Fee]:
    """Fees for the period that starts."""
    if of.due.subscription.plan.pay_in_advance:
        yield from subscription_fees(of)
    yield from fixed_fees_in_advance(of)


def _opens_in_arrears(of: Billing) -> bool:
    """Whether it is the first invoice of a plan in arrears, with only fixed charges billed in advance. After an
    upgrade, Lago treats it like a periodic one."""
    subscription = of.due.subscription
    opens = of.due.reason == Reason.STARTING and subscription.follows is None
    return opens and not subscription.plan.pay_in_advance


def _missing(of: Billing, made: Part, loose: tuple[Fee, ...]) -> Iterator[Fee]:
    """The true-up for the plan's period that ended."""
    history = of.due.history
    if is_plan_due(of) and not _opens_in_arrears(of):
        books = replace(history, loose=(*history.loose, *loose))
        fee = commitment_fee(of.due.subscription, made, books, of.due.rules)
        if fee is not None:
            yield fee
