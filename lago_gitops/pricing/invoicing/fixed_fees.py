"""The fees of fixed charges on an invoice: for the period that ended, and in advance for the one that starts.

Lago bills each of them once per invoice: of several subscriptions to one plan, only the first pays for it.
"""

from collections.abc import Iterator

from lago_gitops.pricing.catalog.items import FixedCharge
from lago_gitops.pricing.fees.fee import Fee, ItemType
from lago_gitops.pricing.fees.fixed_charges import fixed_charge_fee, in_force, is_of, less_already_paid
from lago_gitops.pricing.invoicing.due import Billing
from lago_gitops.pricing.invoicing.history import Reason, fees_of
from lago_gitops.pricing.periods.boundaries import in_advance_span
from lago_gitops.pricing.periods.spans import Span


def fixed_fees(of: Billing) -> Iterator[Fee]:
    span = of.boundaries.fixed_charges
    if span is None or (of.is_first and of.due.reason == Reason.STARTING):
        return
    for charge in of.due.subscription.plan.fixed_charges:
        if not charge.pay_in_advance:
            yield from _fixed_fee(of, charge, span)


def fixed_fees_in_advance(of: Billing) -> Iterator[Fee]:
    subscription = of.due.subscription
    span = in_advance_span(subscription, of.due.at)
    if span is None or of.boundaries.fixed_charges is None or subscription.ended_at is not None:
        return
    follows = of.is_first and subscription.follows is not None
    for charge in subscription.plan.fixed_charges:
        if charge.pay_in_advance and not _was_paid(of, charge, span):
            paid = [each for each in of.due.history.predecessor if _is_same_add_on(each, charge)]
            for fee in _fixed_fee(of, charge, span):
                yield less_already_paid(fee, paid) if follows and charge.prorated else fee


def _fixed_fee(of: Billing, charge: FixedCharge, span: Span) -> Iterator[Fee]:
    if any(is_of(fee, charge) for fee in of.due.beside):
        return
    held, changes = in_force(charge, span, of.due.subscription.units)
    fee = fixed_charge_fee(held, of.terms(span), changes)
    if fee is not None:
        yield fee


def _was_paid(of: Billing, charge: FixedCharge, span: Span) -> bool:
    return any(
        is_of(fee, charge)
        and (fee.start.replace(microsecond=0), fee.end.replace(microsecond=0))
        == (span.start.replace(microsecond=0), span.end.replace(microsecond=0))
        for fee in fees_of(of.due.history)
    )


def _is_same_add_on(fee: Fee, charge: FixedCharge) -> bool:
    return fee.item_type == ItemType.FIXED_CHARGE and fee.item_code == charge.add_on_code
