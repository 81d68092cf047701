"""The credit note for the unused part of a plan billed in advance when its subscription ends."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from lago_gitops.pricing.base.numbers import ZERO, exact, fdiv, through_float, whole
from lago_gitops.pricing.fees.subscription import Details
from lago_gitops.pricing.invoicing.credit_notes import CreditNote, Split, adjusted, closed, kept, new_note
from lago_gitops.pricing.invoicing.invoice import Invoice
from lago_gitops.pricing.invoicing.note_taxes import DECIMALS, Item, NoteTaxes
from lago_gitops.pricing.periods.boundaries import View, boundaries, last_day
from lago_gitops.pricing.periods.spans import DAY, INSTANT, local_date, midnight
from lago_gitops.pricing.periods.subscription import Subscription


class OnTermination(StrEnum):
    """What happens to the unused part of a plan billed in advance. An upgrade always credits it."""

    CREDIT = "credit"
    SKIP = "skip"
    REFUND = "refund"
    OFFSET = "offset"


@dataclass(frozen=True, slots=True)
class Unused:
    """The last subscription fee of an ending plan billed in advance: its place, and what was already credited of it."""

    subscription: Subscription
    invoice: Invoice
    number: int  # of the invoice
    fee: int  # its position there
    noted_cents: int = 0
    paid_cents: int = 0  # of the invoice
    invoice_is_final: bool = True


@exact
def termination_note(
    unused: Unused, how: OnTermination = OnTermination.CREDIT, others: Iterable[CreditNote] = ()
) -> CreditNote | None:
    """None when nothing is left, or nothing should be returned. `others`: earlier notes on the invoice."""
    cents = _unused_cents(unused)
    if how == OnTermination.SKIP:
        return None
    split = _split(unused, how, cents)
    if not split.total_cents:
        return None
    note = new_note(unused.invoice, unused.number, (Item(unused.fee, cents),), "order_cancellation", split)
    return adjusted(closed(replace(note, finalized=unused.invoice_is_final), unused.invoice, others))


def _unused_cents(unused: Unused) -> Decimal:
    # Lago multiplies floats and cuts the result.
    value = _day_price(unused) * _unused_days(unused.subscription)
    value = min(value, unused.invoice.fees[unused.fee].amount_cents) - unused.noted_cents
    return kept(_cut_float(value)) if value > 0 else ZERO


def _day_price(unused: Unused) -> float:
    fee, subscription = unused.invoice.fees[unused.fee], unused.subscription
    plan_cents = fee.details.plan_amount_cents if isinstance(fee.details, Details) else subscription.plan.amount_cents
    return float(plan_cents / boundaries(_end_view(subscription)).subscription.period_days)


def _unused_days(subscription: Subscription) -> int:
    """Days from the one after the end, or from an upgrade's day, to the end of the period; trial days don't count."""
    last = _last_date(subscription)
    used_until = _end_date(subscription) - (DAY if subscription.upgraded else timedelta(0))
    trial_ends_on = _trial_end_date(subscription)
    if trial_ends_on is not None and trial_ends_on >= used_until:
        used_until = trial_ends_on - DAY
    return max((last - used_until).days, 0)


def _used_days(subscription: Subscription) -> int:
    start = boundaries(_end_view(subscription)).subscription.start.astimezone(UTC).date()
    first = max(start, _trial_end_date(subscription) or start)
    return max((_end_date(subscription) - first).days + 1, 0)


def _end_view(subscription: Subscription) -> View:
    return View(subscription, _ended_at(subscription))


def _ended_at(subscription: Subscription) -> datetime:
    return subscription.ended_at or subscription.started_at


def _end_date(subscription: Subscription) -> date:
    return _closing_date(local_date(_ended_at(subscription), subscription.zone), subscription)


def _last_date(subscription: Subscription) -> date:
    return _closing_date(last_day(_end_view(subscription)), subscription)


def _closing_date(day: date, subscription: Subscription) -> date:
    """The UTC date at the end of a customer's day."""
    return (midnight(day + DAY, subscription.zone) - INSTANT).date()


def _trial_end_date(subscription: Subscription) -> date | None:
    ends_at = subscription.trial_ends_at
    return None if ends_at is None else ends_at.astimezone(UTC).date()


def _split(unused: Unused, how: OnTermination, cents: Decimal) -> Split:
    total = _with_taxes(unused, cents)
    if how == OnTermination.CREDIT:
        return Split(total)
    used = _with_taxes(unused, kept(_cut_float(_day_price(unused) * _used_days(unused.subscription))))
    refund = max(whole(min(_paid_for_plan(unused) - used, Decimal(total))), 0)
    return Split(total - refund, refund) if how == OnTermination.REFUND else Split(0, refund, total - refund)


def _paid_for_plan(unused: Unused) -> Decimal:
    """The subscription fee's share of the amount paid on its invoice."""
    invoice, fee = unused.invoice, unused.invoice.fees[unused.fee]
    whole_cents = Decimal(invoice.sub_total_including_taxes_amount_cents)
    if not whole_cents:
        return ZERO
    return fdiv(fee.precise_base_cents + fee.precise_taxes_amount_cents, whole_cents) * unused.paid_cents


def _with_taxes(unused: Unused, cents: Decimal) -> int:
    taxes = NoteTaxes(unused.invoice, (Item(unused.fee, cents),))
    return whole(cents - taxes.coupons_adjustment_cents + taxes.precise_cents)


def _cut_float(value: float) -> Decimal:
    """Cut after five decimals, as Ruby cuts floats."""
    scale = 10**DECIMALS
    below = math.floor(value * scale)
    return through_float(Decimal((below + 1) / scale if (below + 1) / scale <= value else below / scale))
