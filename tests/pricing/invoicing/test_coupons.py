import pytest

from lago_gitops.pricing.catalog.items import Coupon, FixedAmount, Frequency, Percentage
from lago_gitops.pricing.fees.fee import Fee, ItemType
from lago_gitops.pricing.invoicing.coupons import AppliedCoupon, Discounted, applied, discounted
from tests.pricing.samples import D, fee

PLAN_FEE = fee(1000, item_type=ItemType.SUBSCRIPTION, item_code="plan")
CHARGE_FEE = fee(500)


def percent(rate: object, frequency: Frequency = Frequency.FOREVER, **others: object) -> Coupon:
    return Coupon("percent", Percentage(D(str(rate))), frequency, **others)  # type: ignore[arg-type]


def fixed(cents: int, frequency: Frequency = Frequency.FOREVER, **others: object) -> Coupon:
    return Coupon("fixed", FixedAmount(cents, "USD"), frequency, **others)  # type: ignore[arg-type]


def after(*coupons: Coupon, fees: tuple[Fee, ...] = (PLAN_FEE, CHARGE_FEE)) -> Discounted:
    return discounted(fees, tuple(map(applied, coupons)), "USD")


def credited(*coupons: Coupon, fees: tuple[Fee, ...] = (PLAN_FEE, CHARGE_FEE)) -> list[int]:
    return [credit.amount_cents for credit in after(*coupons, fees=fees).credits]


def test_coupons_of_metrics_come_first_then_those_of_plans() -> None:
    metric = percent(100, metric_codes=frozenset({"units"}))
    plan = fixed(100, plan_codes=frozenset({"plan"}))
    found = after(percent(10), plan, metric)
    assert [(credit.coupon_code, credit.amount_cents) for credit in found.credits] == [
        ("percent", 500),
        ("fixed", 100),
        ("percent", 90),
    ]


def test_a_limited_coupon_without_its_fee_is_skipped() -> None:
    assert credited(percent(10, metric_codes=frozenset({"calls"})), fixed(1, plan_codes=frozenset({"other"}))) == []


@pytest.mark.parametrize("item_type", [one for one in ItemType if one is not ItemType.CHARGE])
def test_a_coupon_of_a_metric_takes_nothing_from_what_only_has_its_code(item_type: ItemType) -> None:
    coupon = percent(10, metric_codes=frozenset({"units"}))
    assert credited(coupon, fees=(fee(1000, item_type=item_type, item_code="units"),)) == []


@pytest.mark.parametrize("currency", ["EUR", "ZAR"])
def test_a_fixed_coupon_in_another_currency_is_skipped_and_the_next_one_is_not(currency: str) -> None:
    assert credited(Coupon("other", FixedAmount(100, currency), Frequency.FOREVER), fixed(200)) == [200]


def test_what_progressive_invoices_left_off_can_not_be_taken_again() -> None:
    def left_to(coupon: Coupon, credited_cents: int) -> list[int]:
        found = discounted((fee(1000),), (applied(coupon),), "USD", credited_cents)
        return [credit.amount_cents for credit in found.credits]

    assert [left_to(fixed(900), cents) for cents in (0, 300, 999, 1000, 1001)] == [[900], [700], [1], [], []]
    assert left_to(percent(10), 300) == [70]


def test_more_than_all_is_all() -> None:
    assert credited(percent(150)) == [1500]
    assert credited(percent(150, metric_codes=frozenset({"units"}))) == [500]


def test_a_fixed_coupon_takes_at_most_what_is_there() -> None:
    assert credited(fixed(9000)) == [1500]


def test_once_nothing_is_left_the_next_coupon_is_not_used_up() -> None:
    found = after(percent(100), fixed(100, Frequency.ONCE))
    assert len(found.credits) == 1
    assert found.coupons[1] == applied(fixed(100, Frequency.ONCE))


def test_a_percentage_is_a_float_of_integer_cents() -> None:
    assert credited(percent("14.5"), fees=(fee(100),)) == [14]  # 14.499999999999998


def test_a_limited_coupon_whose_fees_are_gone_takes_nothing() -> None:
    gone = percent(100, metric_codes=frozenset({"units"}))
    assert credited(gone, gone) == [500, 0]


def test_a_limited_coupon_works_on_parts_of_cents() -> None:
    third = percent("33.33", metric_codes=frozenset({"units"}))
    found = after(third, third)
    assert [credit.amount_cents for credit in found.credits] == [167, 111]
    assert found.fees[1].precise_coupons_amount_cents == 278


def life(coupon: Coupon, *fees: int) -> list[int]:
    """What one coupon takes from invoice after invoice."""
    state: tuple[AppliedCoupon, ...] = (applied(coupon),)
    taken = []
    for cents in fees:
        found = discounted((fee(cents),), state, "USD")
        taken.append(sum(credit.amount_cents for credit in found.credits))
        state = found.coupons
    return taken


def test_a_percentage_once_is_for_one_invoice() -> None:
    assert life(percent(10, Frequency.ONCE), 100, 100) == [10, 0]


def test_a_fixed_amount_once_lasts_until_it_is_used_up() -> None:
    assert life(fixed(150, Frequency.ONCE), 100, 100, 100) == [100, 50, 0]


def test_a_recurring_coupon_is_for_so_many_invoices_that_it_had_a_part_in() -> None:
    assert life(fixed(150, Frequency.RECURRING, frequency_duration=2), 100, 0, 200, 200) == [100, 0, 150, 0]


def test_a_coupon_for_ever_never_ends() -> None:
    assert life(percent(10), 100, 100, 100) == [10, 10, 10]


def test_a_coupon_of_a_plan_takes_only_of_its_fees() -> None:
    fees = PLAN_FEE, fee(3000, plan_code="other")
    assert credited(percent(10, plan_codes=frozenset({"plan"})), fees=fees) == [100]
    assert credited(fixed(5000, plan_codes=frozenset({"plan"})), fees=fees) == [1000]


def test_a_coupon_given_once_goes_on_until_its_last_cent() -> None:
    once = fixed(1501, Frequency.ONCE)
    (left,) = after(once).coupons
    assert (left.cents_left, left.ended) == (1, False)
    last = discounted((PLAN_FEE,), (left,), "USD")
    assert ([each.amount_cents for each in last.credits], last.coupons[0].ended) == ([1], True)


def test_a_recurring_coupon_without_a_number_of_invoices_ends_with_the_first() -> None:
    (left,) = after(percent(10, Frequency.RECURRING)).coupons
    assert left.ended
