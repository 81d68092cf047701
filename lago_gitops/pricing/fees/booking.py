"""Whose fee it is, and when it was made."""

from dataclasses import replace
from datetime import datetime

from lago_gitops.pricing.fees.fee import Fee
from lago_gitops.pricing.periods.subscription import Subscription


def booked(fee: Fee, subscription: Subscription, billed_at: datetime, number: int = 0) -> Fee:
    """The fee of a subscription, whose number in its account is given. It bears the plan's taxes if it has no own."""
    plan = subscription.plan
    return replace(
        fee,
        tax_codes=fee.tax_codes or plan.tax_codes,
        plan_code=plan.code,
        billed_at=billed_at,
        subscription=number,
    )
