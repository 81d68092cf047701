from decimal import Decimal

import pytest

from lago_gitops.pricetests.expectations import Amount, Between, Exactly, Expectation, amount_of, misses
from tests.pricetests.samples import CALLS, STORAGE, SUPPORT, D, billed, plan, prices

MINIMUM = STORAGE.replace("charge_model", "min_amount_cents: 2000, charge_model")
BILL = billed(
    prices(plan(CALLS, MINIMUM, fixed_charges=f"[{SUPPORT}]", minimum_commitment="{amount_cents: 10000}")),
    "calls=100",
    "storage{region=eu}=3",
    "storage{team=a}=4",
    coupons=("TEN",),
    taxes=("vat",),
)


@pytest.mark.parametrize(
    ("amount", "value"),
    [
        (Amount("subscription"), "31"),
        (Amount("charges", "calls", "calls"), "1"),
        (Amount("charges", "s", "storage"), "20"),  # its minimum included
        (Amount("charges", "s", "storage", (("region", "eu"),)), "6"),
        (Amount("charges", "s", "storage", (("team", "a"),)), "4"),
        (Amount("charges", "s", "storage", (("team", "b"),)), "0"),
        (Amount("fixed_charges", "support", "support"), "20"),
        (Amount("commitment"), "28"),
        (Amount("coupons"), "10"),
        (Amount("subtotal"), "90"),
        (Amount("taxes"), "14.67"),  # 20 % on 72 euros, the support's own 1.5 % on 18
        (Amount("total"), "104.67"),
    ],
)
def test_amounts_are_what_stands_on_the_bill(amount: Amount, value: str) -> None:
    assert amount_of(BILL, amount) == D(value)


@pytest.mark.parametrize(
    ("wanted", "difference"),
    [
        (Exactly(D("31.00")), None),
        (Exactly(D("30.99")), "0.01"),
        (Exactly(D(40)), "-9"),
        (Between(D(31), D(31)), None),
        (Between(None, D(31)), None),
        (Between(D(32), None), "-1"),
        (Between(None, D(30)), "1"),
        (Between(D(10), D(20)), "11"),
    ],
)
def test_a_difference_is_what_there_is_too_much_or_too_little(
    wanted: Exactly | Between, difference: str | None
) -> None:
    found = [miss.difference for miss in misses(BILL, [Expectation(Amount("subscription"), wanted)])]
    assert found == ([] if difference is None else [Decimal(difference)])


def test_amounts_are_in_units_of_the_currency_whatever_its_cents() -> None:
    for currency, value in (("JPY", "3100"), ("KWD", "3.1"), ("EUR", "31")):
        assert amount_of(billed(prices(plan(amount_currency=currency))), Amount("total")) == D(value)
