import pytest

from lago_gitops.pricing.catalog.items import UsageThreshold
from lago_gitops.pricing.fees.fee import Fee, ItemType
from lago_gitops.pricing.invoicing.coupons import applied
from lago_gitops.pricing.invoicing.invoice import invoice
from lago_gitops.pricing.invoicing.progressive import Credit, LifetimeUsage, credit, less, passed
from tests.pricing.invoicing.test_coupons import percent
from tests.pricing.samples import D, fee

TEN, TWENTY, EVERY_FIVE = UsageThreshold(1000), UsageThreshold(2000), UsageThreshold(500, recurring=True)


@pytest.mark.parametrize(
    ("invoiced", "current", "progressive", "expected"),
    [
        (0, 999, 0, ()),
        (0, 1000, 0, (TEN,)),
        (0, 2499, 0, (TEN, TWENTY)),
        (0, 2500, 0, (TEN, TWENTY, EVERY_FIVE)),
        (0, 1999, 1000, ()),
        (0, 2000, 1000, (TWENTY,)),
        (1500, 499, 0, ()),
        (1500, 500, 0, (TWENTY,)),
        # beyond the highest, every 5.00 of what was used in all since the start
        (0, 2499, 2000, ()),
        (0, 2500, 2000, (EVERY_FIVE,)),
        (2000, 499, 0, ()),
        (2000, 500, 0, (EVERY_FIVE,)),
        (2300, 199, 0, ()),
        (2300, 200, 0, (EVERY_FIVE,)),
        # usage that fell below what was billed passes nothing, the remainder included
        (2400, 450, 500, ()),
        (0, 400, 500, ()),
    ],
)
def test_thresholds_are_passed_by_usage_since_the_last_progressive_invoice(
    invoiced: int, current: int, progressive: int, expected: tuple[UsageThreshold, ...]
) -> None:
    used = LifetimeUsage(invoiced, current)
    assert passed((EVERY_FIVE, TWENTY, TEN), used, progressive) == expected


def test_a_recurring_threshold_needs_no_other() -> None:
    assert passed((EVERY_FIVE,), LifetimeUsage(0, 500)) == (EVERY_FIVE,)
    assert passed((TEN,), LifetimeUsage(0, 5000), 1000) == ()


def calls(cents: int, **others: object) -> Fee:
    return fee(cents, charge_code="calls", **others)


PLAN_FEE = fee(500, item_type=ItemType.SUBSCRIPTION)
OTHER = fee(300, charge_code="other")
SAME_CODE = fee(300, item_type=ItemType.FIXED_CHARGE, charge_code="calls")
EARLIER = invoice((calls(400),), "USD")


def taken(*fees: Fee) -> list[D]:
    return [each.precise_coupons_amount_cents for each in fees]


def test_only_fees_of_the_same_charges_are_less_what_was_billed() -> None:
    fees = (PLAN_FEE, SAME_CODE, OTHER, calls(900))
    assert credit(fees, EARLIER) == Credit(400, 0)
    assert taken(*less(fees, EARLIER)) == [0, 0, 0, 400]


def test_usage_that_fell_leaves_an_excess() -> None:
    fees = (PLAN_FEE, SAME_CODE, OTHER, calls(100))
    assert credit(fees, EARLIER) == Credit(100, 300)
    assert taken(*less(fees, EARLIER)) == [0, 0, 0, 100]


def test_what_coupons_and_others_took_is_not_credited_but_off_the_fee() -> None:
    half = invoice((calls(400),), "USD", coupons=(applied(percent(50)),))
    assert credit((calls(900),), half, given_cents=150) == Credit(50, 0)
    assert taken(*less((calls(900),), half)) == [400]


def test_where_more_was_given_back_than_billed_nothing_is_credited() -> None:
    assert credit((calls(900),), EARLIER, given_cents=401) == Credit(0, 0)


def test_each_bucket_is_less_its_own_part() -> None:
    a, b, eu = {"grouped_by": (("team", "a"),)}, {"grouped_by": (("team", "b"),)}, {"filters": (("region", ("eu",)),)}
    earlier = invoice((calls(100, **a), calls(200, **b), calls(50, **eu)), "USD")
    assert taken(*less((calls(150, **b), calls(150, **a), calls(150, **eu), calls(70)), earlier)) == [150, 100, 50, 0]


def test_two_subscriptions_to_a_plan_leave_both_off_the_first_fee_that_fits() -> None:
    once = less((calls(500), calls(900)), EARLIER)
    assert taken(*less(once, EARLIER)) == [500, 0]
