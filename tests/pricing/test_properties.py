"""What must hold for every price and every usage."""

from decimal import Decimal
from itertools import accumulate

import pytest
from hypothesis import given, strategies

from lago_gitops.core.model.currencies import CODES
from lago_gitops.pricing.base.currencies import exponent, subunits
from lago_gitops.pricing.base.errors import UnknownCurrencyError
from lago_gitops.pricing.base.numbers import fdiv, from_cents, half_up, number, pg, quot, text, through_float, to_cents
from lago_gitops.pricing.catalog.items import Coupon, FixedAmount, Frequency, Percentage, Tax
from lago_gitops.pricing.invoicing.coupons import applied, discounted
from lago_gitops.pricing.invoicing.invoice import invoice
from lago_gitops.pricing.invoicing.taxes import TaxLevels
from lago_gitops.pricing.models import rate
from lago_gitops.pricing.models.usage import counted, summed
from lago_gitops.pricing.usage.aggregations import aggregate, relevant
from tests.pricing.samples import SUM, D, event, fee, graduated, percentage, span, units, volume

amounts = strategies.decimals(0, 1_000_000, places=4)
figures = strategies.decimals(-(10**12), 10**12, places=6)
counts = strategies.integers(0, 800)
cents = strategies.integers(0, 10**9)
widths = strategies.lists(strategies.integers(1, 400), min_size=1, max_size=5)
prices = strategies.lists(strategies.decimals(0, 100, places=3), min_size=6, max_size=6)


def touching(widths: list[int], prices: list[Decimal]) -> list[tuple[object, object, object, object]]:
    bounds = [0, *accumulate(widths)]
    return [(lower, upper, price, 0) for lower, upper, price in zip(bounds, [*bounds[1:], None], prices, strict=False)]


@given(widths, prices, counts)
def test_graduated_with_touching_tiers_is_the_integral_of_the_price(
    widths: list[int], prices: list[Decimal], count: int
) -> None:
    tiers = touching(widths, prices)
    ends = [end if isinstance(end, int) else count for _, end, _, _ in tiers]
    integral = D(0)
    for unit in range(count):
        integral += prices[next(at for at, end in enumerate(ends) if unit < end)]
    assert rate(graduated(*tiers), units(count)).amount == integral


@given(widths, prices, counts)
def test_volume_is_never_negative_and_never_more_than_its_dearest_tier(
    widths: list[int], prices: list[Decimal], count: int
) -> None:
    bounds = [0, *accumulate(widths)]
    tiers = [
        (lower + 1 if lower else 0, upper, price, 0)
        for lower, upper, price in zip(bounds, [*bounds[1:], None], prices, strict=False)
    ]
    assert 0 <= rate(volume(*tiers), units(count)).amount <= count * max(prices)


@given(strategies.lists(amounts, max_size=20))
def test_splitting_events_changes_no_sum(values: list[Decimal]) -> None:
    whole = tuple(event(SUM, 1 + at, str(value)) for at, value in enumerate(values))
    halves = tuple(half for each in whole for half in (event(SUM, each.at.day, "0"), each))
    assert aggregate(SUM, relevant(SUM, whole, span()), span()).units == sum(values)
    assert aggregate(SUM, relevant(SUM, halves, span()), span()).units == sum(values)


@given(strategies.lists(strategies.integers(1, 50), min_size=1, max_size=30), strategies.integers(0, 10))
def test_free_events_never_make_a_percentage_dearer(values: list[int], free: int) -> None:
    usage = summed(*map(D, values))
    assert rate(percentage(2, 1, free_events=free), usage).amount <= rate(percentage(2, 1), usage).amount


@given(strategies.integers(0, 10**12), strategies.integers(0, 10), strategies.decimals(0, 100, places=2))
def test_a_huge_count_is_rated_without_listing_it(count: int, free: int, free_units: Decimal) -> None:
    price = percentage(1, 0, free_events=free, free_aggregation=str(free_units))
    assert 0 <= rate(price, counted(count)).amount <= D(count) / 100


percentages = strategies.decimals("0.01", 100, places=2).map(
    lambda rate: Coupon("share", Percentage(rate), Frequency.FOREVER)
)
fixed = strategies.integers(1, 10**6).map(lambda cents: Coupon("fixed", FixedAmount(cents, "USD"), Frequency.FOREVER))
coupons = strategies.lists(percentages | fixed, max_size=4)
taxes = strategies.lists(strategies.floats(0, 50).map(lambda rate: round(rate, 3)), max_size=3)


@given(strategies.lists(cents, max_size=6), coupons)
def test_coupons_never_take_more_than_a_fee(amounts: list[int], given_: list[Coupon]) -> None:
    fees = tuple(fee(amount) for amount in amounts)
    after = discounted(fees, tuple(map(applied, given_)), "USD")
    assert all(0 <= each.precise_coupons_amount_cents <= each.amount_cents for each in after.fees)
    assert sum(credit.amount_cents for credit in after.credits) <= sum(amounts)


@given(strategies.lists(cents, max_size=6), coupons, taxes)
def test_totals_add_up(amounts: list[int], given_: list[Coupon], rates: list[float]) -> None:
    every = {str(at): Tax(str(at), rate) for at, rate in enumerate(rates)}
    levels = TaxLevels(every, customer=tuple(every))
    made = invoice(tuple(map(fee, amounts)), "USD", levels, tuple(map(applied, given_)))
    assert made.fees_amount_cents == sum(amounts)
    assert made.sub_total_excluding_taxes_amount_cents == made.fees_amount_cents - made.coupons_amount_cents >= 0
    assert made.total_amount_cents == made.sub_total_excluding_taxes_amount_cents + made.taxes_amount_cents
    assert abs(made.taxes_amount_cents - sum(tax.amount_cents for tax in made.applied_taxes)) <= len(rates)


@given(figures, strategies.sampled_from(CODES))
def test_cents_are_the_amount_rounded_to_a_subunit_and_no_further(amount: Decimal, currency: str) -> None:
    off = to_cents(amount, currency) - amount * subunits(currency)
    assert abs(off) <= (D("0.5") if currency != "MRO" else D("1"))
    assert exponent(currency) == len(str(subunits(currency))) - 1 + (currency == "MRO")


@given(strategies.integers(-(10**12), 10**12), strategies.sampled_from(CODES))
def test_cents_survive_being_units(count: int, currency: str) -> None:
    assert to_cents(from_cents(count, currency), currency) == count or currency == "MRO"


@given(strategies.text(max_size=4).filter(lambda code: code not in CODES))
def test_an_unknown_currency_raises(code: str) -> None:
    with pytest.raises(UnknownCurrencyError, match="not a currency"):
        subunits(code)


@given(figures, figures.filter(bool))
def test_the_three_quotients_agree_to_fifteen_digits(dividend: Decimal, divisor: Decimal) -> None:
    ours = quot(dividend, divisor)
    assert abs(fdiv(dividend, divisor) - ours) <= abs(ours) * D("1e-15")
    assert abs(pg(dividend, divisor) - ours) <= max(abs(ours) * D("1e-11"), D("1e-16"))


@given(figures)
def test_printed_figures_read_back(value: Decimal) -> None:
    assert number(text(value)) == value
    assert "." in text(value)


@given(figures, strategies.integers(-3, 6))
def test_half_up_is_at_most_half_a_step_off(value: Decimal, decimals: int) -> None:
    assert abs(half_up(value, decimals) - value) * 2 <= D(1).scaleb(-decimals)


@given(figures)
def test_a_float_cut_to_sixteen_digits_is_near_and_never_longer(value: Decimal) -> None:
    cut = through_float(value)
    assert len(cut.normalize().as_tuple().digits) <= 16
    assert abs(cut - value) <= abs(value) * D("1e-15")
