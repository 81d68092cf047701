"""Whose fee it is, and when it was created."""

from dataclasses import replace
from datetime import datetime

from lago_gitops.pricing.fees.fee import Fee
from lago_gitops.pricing.periods.subscription import Subscription


def booked(fee: Fee, subscription: Subscription, billed_at: datetime, number: int = 0) -> Fee:
    """The fee, booked on the subscription with that number in its account; with the plan's taxes if it has none."""
    plan = subscription.plan
    return replace(
        fee,
        tax_codes=fee.tax_codes or plan.tax_codes,
        plan_code=plan.code,
        billed_at=billed_at,
        subscription=number,
    )
