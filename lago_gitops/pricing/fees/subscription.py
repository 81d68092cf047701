"""The subscription fee: the plan's amount, by days in the first and the last period and after a trial."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

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
from lago_gitops.pricing.periods.boundaries import Occasion, Termination
from lago_gitops.pricing.periods.spans import Span, days_between, local_date, midnight
from lago_gitops.pricing.periods.subscription import Subscription


@dataclass(frozen=True, slots=True)
class Details:
    plan_amount_cents: int


@exact
def subscription_fee(subscription: Subscription, occasion: Occasion, span: Span, *, counts_days: bool) -> Fee:
    """The fee for `span`, which is shown with its whole first day; 0 within the trial.

    `counts_days`: the first period, paid by its days even when it is whole.
    """
    plan = subscription.plan
    cents = _cents(subscription, occasion, span, counts_days=counts_days)
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


def _cents(subscription: Subscription, occasion: Occasion, span: Span, *, counts_days: bool) -> int | float:
    """Lago counts days in floats; the whole amount stays an integer."""
    plan = subscription.plan
    start = span.start
    if plan.trial_days:
        ends_at = subscription.started_at + timedelta(days=float(plan.trial_days))
        # Lago compares the date of the end, as midnight, in the first period; in others, and at the end, the instant.
        by_date = counts_days and not isinstance(occasion, Termination)
        compared = midnight(local_date(ends_at, span.zone), span.zone) if by_date else ends_at
        if compared >= span.end:
            return 0
        start = ends_at if compared > span.start else start
    if not counts_days and start == span.start:
        return plan.amount_cents
    return days_between(start, span.end, span.zone) * (plan.amount_cents / span.period_days)


def _decimal(cents: float) -> Decimal:
    return through_float(Decimal(cents)) if isinstance(cents, float) else Decimal(cents)
