"""The subscription fee: the plan's amount, prorated by days in the first and last period and after a trial."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from lago_gitops.pricing.base.numbers import (
    KEPT_DECIMALS,
    exact,
    from_cents,
    half_up,
    significant,
    through_float,
    whole_float,
)
from lago_gitops.pricing.fees.fee import Fee, ItemType
from lago_gitops.pricing.periods.spans import Span, days_between
from lago_gitops.pricing.periods.subscription import Subscription


class Portion(StrEnum):
    """The part of the plan's amount that is due."""

    WHOLE = "whole"  # a whole period
    FIRST = "first"  # the first period, by its days even if it is whole
    REST = "rest"  # the days left to the dearer plan after an upgrade
    USED = "used"  # the days up to the end; the day of an upgrade belongs to the dearer plan


@dataclass(frozen=True, slots=True)
class Details:
    plan_amount_cents: int


@exact
def subscription_fee(subscription: Subscription, span: Span, portion: Portion) -> Fee:
    """The fee for `span`, shown from the start of its first day; 0 within the trial."""
    plan = subscription.plan
    cents = _cents(subscription, span, portion)
    amount_cents = whole_float(cents)
    unit_amount = float(from_cents(amount_cents, plan.currency))
    return Fee(
        item_type=ItemType.SUBSCRIPTION,
        item_code=plan.code,
        currency=plan.currency,
        start=span.start,
        end=span.end,
        amount_cents=amount_cents,
        precise_amount_cents=half_up(_decimal(cents), KEPT_DECIMALS),
        precise_unit_amount=half_up(significant(unit_amount, 16), KEPT_DECIMALS),
        details=Details(plan.amount_cents),
    )


def _cents(subscription: Subscription, span: Span, portion: Portion) -> int | float:
    """Lago prorates by days in floats; a whole amount stays an integer."""
    plan, trial_ends_at = subscription.plan, subscription.trial_ends_at
    start = span.start
    if trial_ends_at is not None:
        if trial_ends_at >= span.end:
            return 0
        start = max(trial_ends_at, span.start)
    if portion == Portion.WHOLE and start == span.start:
        return plan.amount_cents
    return _days(subscription, start, span, portion) * (plan.amount_cents / span.period_days)


def _days(subscription: Subscription, start: datetime, span: Span, portion: Portion) -> int:
    days = days_between(start, span.end, span.zone)
    return max(days - 1, 0) if portion == Portion.USED and subscription.upgraded else days


def _decimal(cents: float) -> Decimal:
    return through_float(Decimal(cents)) if isinstance(cents, float) else Decimal(cents)
