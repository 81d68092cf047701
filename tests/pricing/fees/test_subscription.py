"""The plan's amount by days: of October, at 100 cents a day."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lago_gitops.pricing.fees.subscription import Portion, subscription_fee
from lago_gitops.pricing.periods.spans import Span
from lago_gitops.pricing.periods.subscription import Change, Subscription, Successor
from tests.pricing.samples import at, plan, span, subscription

MONTH = subscription(plan(amount_cents=3100))
CHANGED = {change: replace(MONTH, ended_at=at(10), successor=Successor(change)) for change in Change}


def cents(of: Subscription, when: Span, portion: Portion) -> int:
    return subscription_fee(of, when, portion).amount_cents


@pytest.mark.parametrize(
    ("portion", "of", "days", "expected"),
    [
        (Portion.WHOLE, MONTH, (1, 31), 3100),
        (Portion.FIRST, MONTH, (1, 31), 3100),
        (Portion.FIRST, MONTH, (17, 31), 1500),
        (Portion.REST, MONTH, (11, 31), 2100),
        (Portion.USED, MONTH, (1, 10), 1000),
        (Portion.USED, CHANGED[Change.DOWNGRADE], (1, 10), 1000),
        (Portion.USED, CHANGED[Change.UPGRADE], (1, 10), 900),
        (Portion.USED, CHANGED[Change.UPGRADE], (1, 1), 0),
        (Portion.REST, CHANGED[Change.UPGRADE], (11, 31), 2100),
    ],
)
def test_a_part_of_a_period_is_paid_by_its_days_and_the_day_of_an_upgrade_by_the_dearer_plan(
    portion: Portion, of: Subscription, days: tuple[int, int], expected: int
) -> None:
    assert cents(of, span(*days), portion) == expected


@pytest.mark.parametrize("portion", [Portion.WHOLE, Portion.FIRST])
@pytest.mark.parametrize(("trial_days", "expected"), [(10, 2100), (Decimal("30.4"), 100), (31, 0), (60, 0)])
def test_days_of_a_trial_are_free(portion: Portion, trial_days: Decimal, expected: int) -> None:
    assert cents(subscription(plan(amount_cents=3100, trial_days=trial_days)), span(), portion) == expected


@pytest.mark.parametrize("portion", Portion)
def test_a_trial_that_is_over_changes_nothing(portion: Portion) -> None:
    assert cents(subscription(plan(amount_cents=3100, trial_days=10), 1, 9), span(), portion) == 3100
