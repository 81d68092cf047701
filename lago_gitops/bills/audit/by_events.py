"""A fee rated again from the events behind it, when its own figures don't say enough."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Final

from lago_gitops.bills.audit.billed import BilledFee, Filters, filters_of
from lago_gitops.pricing.base.errors import PricingError
from lago_gitops.pricing.base.numbers import ZERO
from lago_gitops.pricing.base.rules import Rules
from lago_gitops.pricing.catalog.items import Charge, Plan
from lago_gitops.pricing.fees.advance import advance_fees
from lago_gitops.pricing.fees.charges import early_charge_fees
from lago_gitops.pricing.fees.fee import Fee
from lago_gitops.pricing.fees.terms import Terms
from lago_gitops.pricing.periods.spans import Span, local_date
from lago_gitops.pricing.periods.subscription import BillingTime, Subscription, usage_span
from lago_gitops.pricing.usage.buckets import usages
from lago_gitops.pricing.usage.events import Event

MOST_IN_ADVANCE: Final = 1_000  # events, since each is rated together with all earlier ones


@dataclass(frozen=True, slots=True)
class Past:
    """What determines a fee besides its price: the metric's events and the subscription's periods."""

    events: tuple[Event, ...]
    started_at: datetime
    billing_time: BillingTime = BillingTime.CALENDAR
    anchored_at: datetime | None = None
    zone: tzinfo = UTC


def fees_by_events(fee: BilledFee, plan: Plan, charge: Charge, past: Past, rules: Rules) -> tuple[Fee, ...]:
    """Fees of the charge for the events behind the billed fee; none where Lago creates none."""
    alone = replace(plan, charges=(charge,), fixed_charges=(), minimum_commitment=None)
    subscription = Subscription(alone, past.started_at, past.billing_time, past.zone, past.anchored_at)
    events = tuple(event for event in past.events if event.at <= fee.created_at)
    try:
        return (_of_event if fee.event else _of_period)(fee, subscription, events, rules)
    except PricingError:
        return ()


def cents_of_same(fee: BilledFee, made: tuple[Fee, ...]) -> int | None:
    """Amount of the fee with the same filter, group and units; None when there is none."""
    return next((each.amount_cents for each in made if _is_same(each, fee)), None)


def cents_together(fee: BilledFee, made: tuple[Fee, ...], apart: frozenset[Filters]) -> int | None:
    """Amount of all usage that was billed as one fee: that without a filter, and that of filters not billed `apart`.

    None when their units don't add up to the fee's.
    """
    rest = (each for each in made if each.filters is None or filters_of(each.filters) not in apart)
    held = tuple(each for each in rest if not fee.group or frozenset(each.grouped_by) == fee.group)
    units = sum((each.units for each in held), ZERO)
    return sum(each.amount_cents for each in held) if held and units == fee.units else None


def _of_event(fee: BilledFee, subscription: Subscription, events: tuple[Event, ...], rules: Rules) -> tuple[Fee, ...]:
    if len(events) > MOST_IN_ADVANCE:
        return ()
    made = advance_fees(subscription, events, rules)
    return next((each.fees for each in made if each.event.transaction_id == fee.event), ())


def _of_period(fee: BilledFee, subscription: Subscription, events: tuple[Event, ...], rules: Rules) -> tuple[Fee, ...]:
    span, charge = _span(fee, subscription), subscription.plan.charges[0]
    return early_charge_fees(charge, usages(charge, events, span), Terms(span, subscription.plan.currency, rules))


def _span(fee: BilledFee, subscription: Subscription) -> Span:
    """The fee's own period, up to the last instant of the billing period when both end together."""
    span = usage_span(subscription, local_date(fee.start, subscription.zone))
    ended_early = fee.end < span.end.replace(microsecond=0)
    return replace(span, start=fee.start, end=fee.end if ended_early else span.end)


def _is_same(made: Fee, fee: BilledFee) -> bool:
    filters = None if made.filters is None else filters_of(made.filters)
    return (filters, frozenset(made.grouped_by), made.units) == (fee.filters, fee.group, fee.units)
