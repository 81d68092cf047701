from typing import Any

import pytest

from lago_gitops.render.prices.model import Figure, Unit
from tests.render.prices.price_lists import FLAT, D, Data, change, charge, plan, text


def test_the_figures_of_a_plan_come_first() -> None:
    after = plan(
        amount_cents=5900,
        interval="yearly",
        bill_charges_monthly=True,
        trial_period=14,
        minimum_commitment={"amount_cents": 100000},
    )
    before = plan(amount_cents=4900)
    assert text(before, after) == [
        "    interval  monthly → yearly",
        "    usage period  none → month",
        "    plan fee  €49.00 a month → €59.00 a year",
        "    minimum commitment  none → €1,000.00 a year",
        "    trial days  none → 14",
    ]


def test_money_of_a_period_says_of_which() -> None:
    assert text(plan(amount_cents=4900), plan(amount_cents=5900)) == ["    plan fee  €49.00 → €59.00 a month +20.4%"]
    assert text(plan(amount_cents=0, interval="yearly"), plan(amount_cents=99000, interval="yearly")) == [
        "    plan fee  €0.00 → €990.00 a year"
    ]


@pytest.mark.parametrize(
    ("model", "before", "after", "figures"),
    [
        (
            "package",
            {"amount": "5", "package_size": 10, "free_units": 0},
            {"amount": "6", "package_size": 20, "free_units": 3},
            [
                Figure("price per package", D(5), D(6), Unit.MONEY),
                Figure("package size", D(10), D(20), Unit.NUMBER),
                Figure("free units", D(0), D(3), Unit.NUMBER),
            ],
        ),
        (
            "percentage",
            {"rate": "1.5"},
            {"rate": "1.6", "fixed_amount": "0.25", "free_units_per_events": 3},
            [
                Figure("rate", D("1.5"), D("1.6"), Unit.PERCENT),
                Figure("fixed amount per event", None, D("0.25"), Unit.MONEY),
                Figure("free events", None, D(3), Unit.NUMBER),
            ],
        ),
    ],
)
def test_the_figures_of_a_price_are_named(model: str, before: Data, after: Data, figures: list[Figure]) -> None:
    (found,) = change(plan(charge(before, model)), plan(charge(after, model))).charges
    assert list(found.prices[0].figures) == figures


def test_a_rate_is_in_per_cent() -> None:
    lines = text(plan(charge({"rate": "1.5"}, "percentage")), plan(charge({"rate": "1.8"}, "percentage")))
    assert lines[1] == "        rate  1.5% → 1.8% +20%"


@pytest.mark.parametrize("units", ["1", "0"])
def test_a_fixed_charge_is_shown_at_its_own_units(units: str) -> None:
    def offered(amount: str) -> Data:
        fixed = {
            "code": "seat", "add_on_code": "seats", "charge_model": "standard", "units": units,
            "properties": {"amount": amount},
        }  # fmt: skip
        return plan(fixed_charges=[fixed], interval="yearly")

    lines = text(offered("249"), offered("299"))
    costs = ["        costs  €249.00 → €299.00 a year +20.1%"] if units == "1" else []
    assert lines[1:] == [*costs, "        price per unit  €249.00 → €299.00 +20.1%"]
    assert not any("usage" in line for line in lines)


def test_fixed_charges_have_units_and_no_metric() -> None:
    def offered(**others: Any) -> Data:
        fixed = {"code": "seat", "add_on_code": "seats", "charge_model": "standard", "properties": {"amount": "10"}}
        return plan(fixed_charges=[{**fixed, **others}])

    assert text(offered(units=1), offered(units=2, prorated=True)) == [
        "    ~ fixed charge seat  standard on add-on seats",
        "        units  1 → 2 +100%",
        "        prorated  no → yes",
        "        costs  €10.00 → €20.00 a month +100%",
    ]


def test_credits_are_counted_in_their_own_unit() -> None:
    def credited(amount: str, rate: str) -> Data:
        unit = {"code": "credits", "conversion_rate": rate}
        return plan(charge({"amount": amount}, "standard", applied_pricing_unit=unit))

    lines = text(credited("1", "0.1"), credited("2", "0.2"))
    assert "        price per unit  credits 1.00 → credits 2.00 +100%" in lines


def test_a_minimum_is_money_of_the_plan() -> None:
    lines = text(plan(FLAT), plan(charge({"amount": "1"}, "standard", min_amount_cents=5000)))
    assert lines[1:] == ["        minimum  none → €50.00 a month"]
