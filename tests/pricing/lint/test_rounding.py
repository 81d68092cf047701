import pytest

from tests.pricing.lint.manifests import COUNT, SUM, charge, found, message, metric, paths, plan, tiered

TINY = {"amount": "0.002", "pricing_group_keys": ["team"]}


def test_a_group_whose_units_cost_less_than_half_a_cent_pays_nothing() -> None:
    assert "a group of up to 2 units costs nothing at $0.002 per unit" in message(
        "sub-cent-rounding", COUNT, plan(charge(properties=TINY))
    )


@pytest.mark.parametrize(
    ("amount", "currency", "warned"),
    [
        ("0.005", "USD", False),
        ("0.0049", "USD", True),
        ("0.4", "JPY", True),
        ("0.002", "KWD", False),
        ("0", "USD", False),
    ],
)
def test_what_vanishes_depends_on_the_currency(amount: str, currency: str, warned: bool) -> None:
    offered = plan(charge(properties={**TINY, "amount": amount}), amount_currency=currency)
    assert bool(found("sub-cent-rounding", COUNT, offered)) is warned


def test_without_groups_all_units_are_added_up_first() -> None:
    assert not found("sub-cent-rounding", COUNT, plan(charge(properties={"amount": "0.002"})))


def test_the_price_of_the_first_tier_counts() -> None:
    tiers = tiered("graduated", (0, 10, "0.001", 0), (11, None, 1, 0), pricing_group_keys=["team"])
    assert paths("sub-cent-rounding", SUM, plan(charge("graduated", tiers))) == [
        "charges.0.properties.graduated_ranges.0.per_unit_amount"
    ]


def test_the_lowest_price_of_a_charge_speaks_for_its_filters() -> None:
    filters = [
        {"values": {"region": [region]}, "properties": {**TINY, "amount": amount}}
        for region, amount in (("eu", "0.003"), ("us", "0.001"))
    ]
    offered = plan(charge(properties=TINY, filters=filters))
    assert paths("sub-cent-rounding", COUNT, offered) == ["charges.0.filters.1.properties.amount"]


def test_credits_and_packages_are_passed_over() -> None:
    unit = {"code": "credits", "conversion_rate": "0.01"}
    package = {"amount": "0.001", "package_size": 1, "free_units": 0, "pricing_group_keys": ["team"]}
    for each in (charge(properties=TINY, applied_pricing_unit=unit), charge("package", package)):
        assert not found("sub-cent-rounding", SUM, plan(each))
    advance = charge(properties={"amount": "0.001"}, applied_pricing_unit=unit, pay_in_advance=True)
    assert not found("advance-rounding", SUM, plan(advance))


def test_charges_after_those_that_are_passed_over_are_looked_at() -> None:
    in_credits = charge(properties=TINY, applied_pricing_unit={"code": "credits", "conversion_rate": "0.01"})
    offered = plan(in_credits, charge(properties=TINY, code="later", pay_in_advance=True))
    assert paths("sub-cent-rounding", COUNT, metric("count_agg", "later"), offered) == ["charges.1.properties.amount"]
    assert paths("advance-rounding", COUNT, metric("count_agg", "later"), offered) == ["charges.1.properties.amount"]


@pytest.mark.parametrize(
    ("amount", "currency", "billed"),
    [("0.004", "USD", "$0.00"), ("0.005", "USD", "$0.01"), ("1.234", "USD", "$1.23"), ("1.5", "JPY", "¥2")],
)
def test_in_advance_a_unit_is_billed_at_whole_cents(amount: str, currency: str, billed: str) -> None:
    offered = plan(charge(properties={"amount": amount}, pay_in_advance=True), amount_currency=currency)
    assert message("advance-rounding", COUNT, offered).endswith(f"is billed at {billed}")


def test_in_advance_a_price_in_whole_cents_is_billed_as_it_is() -> None:
    assert not found("advance-rounding", COUNT, plan(charge(properties={"amount": "0.01"}, pay_in_advance=True)))


@pytest.mark.parametrize(
    ("currency", "said"),
    [
        ("JPY", "amount_cents 9900 is ¥9,900: Lago divides JPY into no smaller unit"),
        ("KWD", "amount_cents 9900 is KWD 9.900: Lago divides KWD into 1,000"),
        ("MRO", "amount_cents 9900 is MRO 1,980.0: Lago divides MRO into 5"),
    ],
)
def test_amount_cents_are_read_aloud_where_they_are_no_hundredths(currency: str, said: str) -> None:
    assert message("unusual-subunits", plan(amount_cents=9900, amount_currency=currency)) == said


def test_hundredths_and_nothing_need_no_word() -> None:
    assert not found("unusual-subunits", plan(amount_cents=9900))
    assert not found("unusual-subunits", plan(amount_currency="JPY"))
    coupon = {"kind": "coupon", "code": "off", "coupon_type": "fixed_amount", "amount_cents": 500}
    assert not found("unusual-subunits", coupon)


def test_coupons_and_add_ons_have_cents_too() -> None:
    add_on = {"kind": "add_on", "code": "setup", "amount_cents": 9900, "amount_currency": "JPY"}
    coupon = {"kind": "coupon", "code": "off", "coupon_type": "percentage", "percentage_rate": "5"}
    assert [finding.address.kind for finding in found("unusual-subunits", add_on, coupon)] == ["add_on"]
