from decimal import Decimal

import pytest

from lago_gitops.bills.price_list import plan_named
from lago_gitops.bills.profiles.billed import ProfileBill, paid
from lago_gitops.bills.profiles.profile import fitted
from lago_gitops.bills.scenario import AS_WRITTEN
from tests.bills.profiles.samples import profile, profiles
from tests.pricetests.samples import CALLS, CUSTOM, SEATS, STORAGE, SUPPORT, VOLUME, plan, prices

EVERYTHING = plan(CALLS, STORAGE, SEATS, fixed_charges=f"[{SUPPORT}]")


def bill(fields: str, *plans: str, code: str = "growth") -> ProfileBill:
    found = paid(profile(fields), code, prices(*(plans or (EVERYTHING,))), AS_WRITTEN)
    assert found is not None
    return found


def test_a_profile_is_billed_with_all_that_it_says() -> None:
    usage = "usage: {calls: 250, storage: [{units: 3, properties: {region: eu}}, 4], seats: 7}"
    found = bill(f"{usage}, fixed_units: {{support: 3}}, coupons: [TEN], taxes: [vat]")
    fees = 3100 + 250 + 600 + 400 + 3500 + 3000
    vat, city = 1413, 41  # 20 % of 70.65, and 1.5 % of the 27.00 that support is with the coupon
    assert found.cents == fees - fees // 10 + vat + city
    assert found.monthly == 3100 + 250 + 600 + 400 + 3500 + 3000
    assert found.unbilled == ()


def test_usage_of_a_metric_is_billed_by_every_charge_on_it() -> None:
    twice = plan(CALLS, CALLS.replace("code: calls,", "code: again,", 1))
    assert bill("usage: {calls: 100}", twice).monthly == 3100 + 2 * 100
    assert bill("usage: {again: 100}", twice).monthly == 3100 + 100


def test_what_a_plan_does_not_sell_is_named_and_not_billed() -> None:
    found = bill("usage: {calls: 100, seats: 3}, fixed_units: {support: 1}", plan(CALLS))
    assert (found.monthly, found.unbilled) == (3200, ("seats", "support"))


@pytest.mark.parametrize(
    ("interval", "calls", "gigabytes"),
    [
        ("weekly", 120, "0.600000"),
        ("monthly", 520, "2.6"),
        ("quarterly", 1560, "7.8"),
        ("semiannual", 3120, "15.6"),
        ("yearly", 6240, "31.2"),
    ],
)
def test_a_months_usage_becomes_that_of_the_period_and_what_is_held_stays(
    interval: str, calls: int, gigabytes: str
) -> None:
    of = plan_named(prices(plan(CALLS, STORAGE, SEATS, interval=interval)), "growth")
    said = profile("usage: {calls: {units: 520, events: 520}, storage: 2.6, seats: 7}")
    usage = fitted(said, of).scenario.usage
    assert [(usage[code][0].units, usage[code][0].events) for code in ("calls", "storage", "seats")] == [
        (calls, calls),
        (Decimal(gigabytes), None),
        (7, None),
    ]


def test_fees_are_brought_to_a_month_each_by_what_it_is_billed_by() -> None:
    yearly = plan(CALLS, interval="yearly", bill_charges_monthly="true", fixed_charges=f"[{SUPPORT}]")
    found = bill("usage: {calls: 1200}", yearly)
    assert found.cents == 3100 + 1200 + 2000 + 30
    assert found.monthly is not None
    assert round(found.monthly, 4) == round((Decimal(3100) + 2000) / 12 + 1200, 4)


def test_a_bill_that_cannot_be_has_a_reason() -> None:
    assert bill("usage: {}", plan(VOLUME)).reason.startswith("Lago can't create the invoice: charge 'calls'")
    assert "whole number" in bill("usage: {calls: 0.5}").reason
    assert bill("usage: {calls: 1}", plan(CALLS, CUSTOM)).reason == (
        "magic: priced by a program inside the Lago server"
    )


def test_a_plan_that_is_not_there_has_no_bill() -> None:
    assert paid(profile("usage: {}"), "other", prices(EVERYTHING), AS_WRITTEN) is None


def test_profiles_keep_their_order_and_may_say_nothing() -> None:
    found = profiles("  small:\n  large: {description: Big, plans: [growth]}\n")
    assert [one.name for one in found] == ["small", "large"]
    assert (found[0].is_for("growth"), found[1].is_for("growth"), found[1].is_for("other")) == (True, True, False)
    assert str(found[1].mark("plans", 0)) == "lago-gitops.yaml:3:37"
