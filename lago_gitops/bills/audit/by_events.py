"""A fee rated again from the events behind it, for what its own figures don't say."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Final

from lago_gitops.bills.audit.billed import BilledFee, filters_of
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

MOST_IN_ADVANCE: Final = 1_000  # events, since each is rated with all that came before it


@dataclass(frozen=True, slots=True)
class Past:
    """What decides about a fee beside its price: the events of its metric, and the subscription's periods."""

    events: tuple[Event, ...]
    started_at: datetime
    billing_time: BillingTime = BillingTime.CALENDAR
    anchored_at: datetime | None = None
    zone: tzinfo = UTC


def cents_by_events(fee: BilledFee, plan: Plan, charge: Charge, past: Past, rules: Rules) -> int | None:
    """What the charge makes of the events, in cents; None where they don't make the fee's units."""
    made = _made(fee, plan, charge, past, rules)
    return next((each.amount_cents for each in made if _is_same(each, fee)), None)


def _made(fee: BilledFee, plan: Plan, charge: Charge, past: Past, rules: Rules) -> tuple[Fee, ...]:
    """None where Lago itself makes none."""
    alone = replace(plan, charges=(charge,), fixed_charges=(), minimum_commitment=None)
    subscription = Subscription(alone, past.started_at, past.billing_time, past.zone, past.anchored_at)
    events = tuple(event for event in past.events if event.at <= fee.created_at)
    try:
        return (_of_event if fee.event else _of_period)(fee, subscription, events, rules)
    except PricingError:
        return ()


def cents_together(fee: BilledFee, plan: Plan, charge: Charge, past: Past, rules: Rules) -> int | None:
    """What the charge makes of the usage of a fee that holds what several of its filters or groups are for, in cents.

    None where what they make isn't together the fee's units.
    """
    made = _made(fee, plan, charge, past, rules)
    of_group = tuple(each for each in made if not fee.group or frozenset(each.grouped_by) == fee.group)
    units = sum((each.units for each in of_group), ZERO)
    return sum(each.amount_cents for each in of_group) if units == fee.units else None


def _of_event(fee: BilledFee, subscription: Subscription, events: tuple[Event, ...], rules: Rules) -> tuple[Fee, ...]:
    if len(events) > MOST_IN_ADVANCE:
        return ()
    made = advance_fees(subscription, events, rules)
    return next((each.fees for each in made if each.event.transaction_id == fee.event), ())


def _of_period(fee: BilledFee, subscription: Subscription, events: tuple[Event, ...], rules: Rules) -> tuple[Fee, ...]:
    span, charge = _span(fee, subscription), subscription.plan.charges[0]
    return early_charge_fees(charge, usages(charge, events, span), Terms(span, subscription.plan.currency, rules))


def _span(fee: BilledFee, subscription: Subscription) -> Span:
    """The fee's own, to the last instant of the period where it ends with that."""
    span = usage_span(subscription, local_date(fee.start, subscription.zone))
    ended_early = fee.end < span.end.replace(microsecond=0)
    return replace(span, start=fee.start, end=fee.end if ended_early else span.end)


def _is_same(made: Fee, fee: BilledFee) -> bool:
    filters = None if made.filters is None else filters_of(made.filters)
    return (filters, frozenset(made.grouped_by), made.units) == (fee.filters, fee.group, fee.units)
