"""The subscription fee on an invoice: whether it is due, and for which portion of the plan's amount."""

from collections.abc import Iterator
from datetime import UTC

from lago_gitops.pricing.catalog.items import Interval
from lago_gitops.pricing.fees.fee import Fee
from lago_gitops.pricing.fees.subscription import Portion, subscription_fee
from lago_gitops.pricing.invoicing.due import Billing
from lago_gitops.pricing.invoicing.history import Reason, has_subscription_fee
from lago_gitops.pricing.periods.boundaries import beginning, is_first_month, is_first_of_all
from lago_gitops.pricing.periods.spans import local_date
from lago_gitops.pricing.periods.subscription import BillingTime, Change


def subscription_fees(of: Billing) -> Iterator[Fee]:
    if _is_subscription_due(of):
        yield subscription_fee(of.due.subscription, of.boundaries.subscription, _portion(of))


def _is_subscription_due(of: Billing) -> bool:
    subscription = of.due.subscription
    plan = subscription.plan
    if plan.pay_in_advance and (_has_ended(of) or _was_billed_that_day(of)):
        return False
    if not is_plan_due(of) or _is_in_trial(of):
        return False
    # A plan in arrears starts with an invoice only if it has fixed charges billed in advance.
    return plan.pay_in_advance or of.due.reason != Reason.STARTING


def _has_ended(of: Billing) -> bool:
    """Whether the subscription has ended; a draft from before the end keeps its fee billed in advance."""
    ended_at = of.due.subscription.ended_at
    return ended_at is not None and ended_at <= of.made_at


def _was_billed_that_day(of: Billing) -> bool:
    """Whether a fee billed in advance exists already, if the plan starts or its trial ends on a billing day."""
    return any(
        each.made_at.astimezone(UTC).date() == of.view.day
        for each in of.due.history.parts
        if has_subscription_fee(each)
    )


def is_plan_due(of: Billing) -> bool:
    """Whether the plan's fee is due; yearly and half-yearly plans with monthly usage are due in their first month."""
    subscription, view = of.due.subscription, of.view
    if subscription.plan.interval not in (Interval.YEARLY, Interval.SEMIANNUAL):
        return True
    if not subscription.plan.pay_in_advance:
        return subscription.ended_at is not None or is_first_month(view)
    if subscription.started_in_past:
        return is_first_month(view) and not is_first_of_all(view)
    return is_first_month(view) or not any(map(has_subscription_fee, of.due.history.parts))


def _is_in_trial(of: Billing) -> bool:
    subscription, ends_at = of.due.subscription, of.due.subscription.trial_ends_at
    if ends_at is None or subscription.trial_ended or ends_at <= (of.due.now or of.made_at):
        return False
    return of.view.day != local_date(ends_at, subscription.zone)


def _portion(of: Billing) -> Portion:
    subscription = of.due.subscription
    in_arrears = not subscription.plan.pay_in_advance
    if in_arrears and subscription.ended_at is not None and not subscription.downgraded:
        return Portion.USED
    if subscription.follows == Change.UPGRADE and of.is_first:
        return Portion.REST
    return Portion.WHOLE if _is_whole(of) else Portion.FIRST


def _is_whole(of: Billing) -> bool:
    subscription = of.due.subscription
    in_advance = subscription.plan.pay_in_advance
    if in_advance and subscription.billing_time == BillingTime.ANNIVERSARY and subscription.follows is None:
        return True
    if any(each.made_at < of.made_at and has_subscription_fee(each) for each in of.due.history.parts):
        return True
    return subscription.started_in_past and (in_advance or subscription.started_at < beginning(of.view))
