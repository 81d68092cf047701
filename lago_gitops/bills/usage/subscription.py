"""All past periods of one subscription, at both prices."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from lago_gitops.bills.profiles.profile import MONTHS
from lago_gitops.bills.usage.rated import Tariff, is_priced_alike, rated
from lago_gitops.bills.usage.recorded import UsagePeriod
from lago_gitops.bills.usage.summary import LeftOut, UsageOutcome
from lago_gitops.pricing.base.numbers import ZERO, quot, to_cents, whole
from lago_gitops.pricing.catalog.items import Interval, Plan
from lago_gitops.pricing.periods.subscription import charges_interval, fixed_interval
from lago_gitops.render.prices.costs import fixed_cost


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A listed subscription: its Lago id, external id, and customer."""

    lago_id: str
    external_id: str
    customer: str
    plan: str
    currency: str
    started_at: str
    period_started_at: str  # empty when the server doesn't tell
    period_ends_at: str


def outcome(subscriber: Subscriber, periods: Sequence[UsagePeriod], tariff: Tariff) -> UsageOutcome | LeftOut:
    """`periods` is not empty, and has the latest first."""
    rated_periods = [rated(period, tariff) for period in periods]
    if unrated := tuple(dict.fromkeys(each for one in rated_periods for each in one.unrated)):
        return LeftOut(subscriber.plan, subscriber.currency, unrated)
    return UsageOutcome(
        customer=subscriber.customer,
        plan=subscriber.plan,
        currency=subscriber.currency,
        periods=len(rated_periods),
        first=min(period.start for period in periods),
        last=max(period.end for period in periods),
        before=sum(one.before for one in rated_periods),
        after=sum(one.after for one in rated_periods),
        fees_before=_fees(tariff.old, tariff.old, len(rated_periods)),
        fees_after=_fees(tariff.new, tariff.old, len(rated_periods)) if tariff.new else 0,
    )


def is_changed(tariff: Tariff) -> bool:
    """Whether what anybody pays for usage or in fees changes."""
    if tariff.new is None or not is_priced_alike(tariff.old, tariff.new):
        return True
    return _fees(tariff.old, tariff.old, 1) != _fees(tariff.new, tariff.old, 1)


def _fees(plan: Plan, old: Plan, periods: int) -> int:
    """Fees that don't depend on usage, in cents, over as many of the old plan's usage periods."""
    months = _months(charges_interval(old)) * periods
    fixed = sum((_fixed(plan, at) for at in range(len(plan.fixed_charges))), ZERO)
    return whole(months * (quot(Decimal(plan.amount_cents), _months(plan.interval)) + fixed))


def _fixed(plan: Plan, at: int) -> Decimal:
    """Fixed charges per month; those that can't be rated are left out on both sides."""
    charge = plan.fixed_charges[at]
    cost = fixed_cost(charge.price, charge.units)
    return ZERO if cost is None else quot(Decimal(to_cents(cost, plan.currency)), _months(fixed_interval(plan)))


def _months(interval: Interval) -> Decimal:
    number, parts = MONTHS[interval]
    return quot(Decimal(number), Decimal(parts))
