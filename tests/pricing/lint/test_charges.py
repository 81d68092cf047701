import pytest

from tests.pricing.lint.manifests import SUM, charge, fixed, found, message, metric, paths, plan, tiered

FREE = {"rate": "1", "free_units_per_total_aggregation": "100"}
FIXED = {"rate": "1", "fixed_amount": "0.50"}


@pytest.mark.parametrize(("aggregation", "warned"), [("max_agg", True), ("weighted_sum_agg", True), ("sum_agg", False)])
def test_free_units_need_a_running_total(aggregation: str, warned: bool) -> None:
    offered = plan(charge("percentage", FREE, code="other"), charge("percentage", FREE))
    marked = paths("free-units-ignored", metric(aggregation), offered)
    assert marked == (["charges.1.properties.free_units_per_total_aggregation"] if warned else [])


def test_free_events_are_free_for_all_and_other_models_have_none() -> None:
    peak = metric("max_agg")
    assert not found("free-units-ignored", peak, plan(charge("percentage", {"rate": "1", "free_units_per_events": 2})))
    assert not found("free-units-ignored", peak, plan(charge()))
    assert not found("free-units-ignored", plan(charge("percentage", FREE)))


@pytest.mark.parametrize(
    ("aggregation", "advance", "properties", "warned"),
    [
        ("sum_agg", True, FIXED, True),
        ("unique_count_agg", True, FIXED, True),
        ("count_agg", True, FIXED, False),
        ("sum_agg", False, FIXED, False),
        ("sum_agg", True, {"rate": "1"}, False),
    ],
)
def test_in_advance_events_that_add_nothing_pay_the_fixed_amount(
    aggregation: str, advance: bool, properties: dict[str, object], warned: bool
) -> None:
    unknown = charge("percentage", FIXED, code="other", pay_in_advance=True)
    standard = charge(pay_in_advance=True) | {"code": "standard"}
    offered = plan(unknown, standard, charge("percentage", properties, pay_in_advance=advance))
    marked = paths("advance-fixed-amount", metric(aggregation), offered)
    assert marked == (["charges.2.properties.fixed_amount"] if warned else [])


def test_a_fixed_charge_costs_its_whole_price_on_the_last_day() -> None:
    offered = plan(fixed_charges=[fixed("standard", {"amount": "10"}, "2.5")])
    assert message("fixed-charge-whole", offered) == "a first period of a single day costs the full $25.00"
    assert paths("fixed-charge-whole", offered) == ["fixed_charges.0"]


@pytest.mark.parametrize(
    "harmless",
    [
        fixed("standard", {"amount": "10"}, prorated=True),
        fixed("standard", {"amount": "10"}, 0),
        fixed("standard", {}),
        fixed("volume", tiered("volume", (1, None, 1, 1)), 0),
    ],
    ids=["prorated", "no units", "no price", "no tier"],
)
def test_a_fixed_charge_that_costs_nothing_or_goes_by_days_is_fine(harmless: dict[str, object]) -> None:
    assert not found("fixed-charge-whole", plan(fixed_charges=[harmless]))


def test_all_taxes_above_the_customers_are_one_finding() -> None:
    codes = {"tax_codes": ["vat"]}
    offered = plan(
        charge(**codes),
        fixed_charges=[fixed("standard", {}, **codes)],
        minimum_commitment={"amount_cents": 1, **codes},
        **codes,
    )
    assert paths("taxes-replace", SUM, offered) == ["tax_codes"]
    assert "these taxes (and in 3 places more) replace" in message("taxes-replace", SUM, offered)


def test_the_taxes_of_a_single_charge_are_marked_there() -> None:
    offered = plan(charge(), charge(code="other", tax_codes=["vat"]))
    assert paths("taxes-replace", SUM, offered) == ["charges.1.tax_codes"]


def test_the_taxes_of_an_add_on_are_marked_and_no_taxes_are_fine() -> None:
    add_on = {"kind": "add_on", "code": "setup", "amount_cents": 1, "amount_currency": "EUR"}
    assert paths("taxes-replace", {**add_on, "tax_codes": ["vat"]}) == ["tax_codes"]
    assert not found("taxes-replace", add_on, SUM, plan(charge(), tax_codes=[]))
