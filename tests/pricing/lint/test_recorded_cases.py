"""What the rules say of Lago is what a server did."""

import json
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from lago_gitops.core.model.resources import Address
from lago_gitops.pricing.lint.registry import lint
from tests.pricing.recorded.setup import PRICES

Case = dict[str, Any]
D = Decimal


@cache
def case(name: str) -> tuple[Case, dict[str, Any]]:
    """A recorded case, and the price list that it used."""
    for file, setup in (("cases.jsonl", "setup.json"), ("more.jsonl", "more_setup.json")):
        for line in (PRICES / file).read_text().splitlines():
            if line.startswith(f'{{"id":"{name}"'):
                return json.loads(line), json.loads((PRICES / setup).read_text())
    raise KeyError(name)


def found(name: str) -> set[tuple[str, str]]:
    """The rules that speak of the case's plan and its coupons, with the code of the charge they speak of."""
    recorded, setup = case(name)
    data = setup["plans"][recorded["plan"]]
    charges = [{**each, "billable_metric_code": each["metric"]} for each in data["charges"]]
    fixed = [{**each, "add_on_code": each["add_on"]} for each in data.get("fixed_charges", ())]
    plan = {**data, "charges": charges, "fixed_charges": fixed}
    manifests = {Address("plan", data["code"]): plan}
    manifests |= {Address("billable_metric", code): {"code": code, **each} for code, each in setup["metrics"].items()}
    manifests |= {
        Address("coupon", code): {"applies_to": {"plan_codes": [data["code"]]}, **setup["coupons"][code]}
        for code in recorded.get("coupons", ())
    }
    return {(finding.rule, _charge(plan, finding.path)) for finding in lint(manifests)}


def _charge(plan: dict[str, Any], path: tuple[Any, ...]) -> str:
    return plan[path[0]][path[1]]["code"] if path and path[0] in ("charges", "fixed_charges") and len(path) > 1 else ""


def fees(name: str, charge: str) -> dict[str, tuple[Decimal, int]]:
    """Units and cents of a charge's fees, by filter and group."""
    recorded, _ = case(name)
    invoice = recorded.get("invoice") or recorded["invoices"][0]
    return {
        json.dumps(fee.get("filters") or fee.get("grouped_by")): (Decimal(fee["units"]), fee["amount_cents"])
        for fee in invoice["fees"]
        if charge in (fee.get("charge_code"), fee.get("fixed_charge_code"))
    }


@pytest.mark.parametrize(
    ("rule", "name", "charge"),
    [
        ("volume-from-one", "volume_from_one_0", "units_volume_00"),
        ("volume-hole", "volume_hole_1", "units_volume_00"),
        ("volume-negative", "sum_29", "units_volume_18"),
        ("volume-negative", "max_2", "peak_volume_18"),
    ],
)
def test_where_an_error_is_found_lago_made_no_invoice(rule: str, name: str, charge: str) -> None:
    recorded, _ = case(name)
    assert "billing_error" in recorded
    assert (rule, charge) in found(name)


BILLED: list[tuple[str, str, str, Callable[[dict[str, tuple[Decimal, int]]], bool]]] = [
    # the first tier's flat amount without any event
    ("zero-usage-flat", "sum_00", "units_graduated_08", lambda fees: fees == {"null": (0, 200)}),
    # an unused filter's flat amount
    ("filter-flat", "filters_06", "storage_volume_04", lambda fees: fees['{"region": ["ap"]}'] == (0, 150)),
    # 10 GB of eu, cold under both filters
    ("filters-overlap", "overlap_1", "storage_standard_00", lambda fees: [u for u, _ in fees.values()] == [11, 11]),
    ("filters-overlap", "filters_11", "storage_standard_00", lambda fees: sum(u for u, _ in fees.values()) > 400),
    # one fee for the filter, whatever the team
    ("filter-without-groups", "overlap_0", "storage_standard_03", lambda fees: list(fees) == ['{"region": ["eu"]}']),
    # the flat amount once for each team and once for none
    ("group-flat", "groups_2", "units_graduated_01", lambda fees: len(fees) == 3 and '{"team": null}' in fees),
    # 3 free units for each combination of team and app
    (
        "group-free-units",
        "groups_2",
        "units_package_02",
        lambda fees: fees['{"app": "x", "team": "a"}'] == (D("2.5"), 0),
    ),
    # half a month at the whole price
    ("fixed-charge-whole", "fixed_15", "f0", lambda fees: fees == {"null": (1, 1000)}),
]


@pytest.mark.parametrize(("rule", "name", "charge", "shows"), BILLED, ids=[f"{each[0]}-{each[1]}" for each in BILLED])
def test_where_a_surprise_is_found_lago_billed_it(
    rule: str, name: str, charge: str, shows: Callable[[dict[str, tuple[Decimal, int]]], bool]
) -> None:
    assert (rule, charge) in found(name)
    assert shows(fees(name, charge))


@pytest.mark.parametrize(("name", "prefix"), [("max_1", "peak"), ("weighted_1", "stock")])
def test_free_units_of_max_and_weighted_sums_were_never_free(name: str, prefix: str) -> None:
    _, setup = case(name)
    grid = setup["plans"][case(name)[0]["plan"]]["charges"]
    free = [each["code"] for each in grid if each["properties"].get("free_units_per_total_aggregation")]
    assert {code for rule, code in found(name) if rule == "free-units-ignored"} == set(free)
    assert free
    details = [fee["amount_details"] for fee in case(name)[0]["invoice"]["fees"] if fee.get("charge_code") in free]
    assert {each["free_units"] for each in details} == {"0.0"}


def test_the_taxes_of_a_plan_and_its_charges_were_taken_and_the_customers_were_not() -> None:
    recorded, setup = case("taxed_vat20_nocoupon")
    assert recorded["customer_tax_codes"] == ["vat20"]
    subscription = next(fee for fee in recorded["invoice"]["fees"] if fee["item_type"] == "subscription")
    assert subscription["taxes_rate"] == pytest.approx(setup["taxes"]["vat55"] + setup["taxes"]["third"])
    own = next(fee for fee in recorded["invoice"]["fees"] if fee.get("charge_code") == "calls_standard_00")
    assert own["taxes_rate"] == setup["taxes"]["city"]
    assert ("taxes-replace", "") in found("taxed_vat20_nocoupon")


def test_a_coupon_in_another_currency_took_nothing_off() -> None:
    recorded, _ = case("mixed_eur_notax")
    assert (recorded.get("invoice") or recorded["invoices"][0])["coupons_amount_cents"] == 0
    assert ("coupon-currency", "") in found("mixed_eur_notax")


def test_amount_cents_are_whole_forints() -> None:
    recorded, _ = case("cur_huf")
    fee = next(fee for fee in recorded["invoice"]["fees"] if fee["item_type"] == "subscription")
    assert (fee["amount_cents"], fee["precise_amount"]) == (12345, "12345.0")
    assert ("unusual-subunits", "") in found("cur_huf")


def advance() -> tuple[dict[str, Any], list[Case]]:
    header, *cases = (json.loads(line) for line in (PRICES / "advance.jsonl").read_text().splitlines())
    return header, cases


def advance_fees(charge: str) -> list[dict[str, Any]]:
    return [
        fee
        for each in advance()[1]
        for fees in each["fees_by_event"].values()
        for fee in fees
        if fee["charge"] == charge
    ]


def advance_found() -> set[tuple[str, str]]:
    header, _ = advance()
    plan = header["plan"]
    charges = [{**each, "billable_metric_code": each["metric"]} for each in plan["charges"]]
    manifests = {Address("plan", "adv"): {**plan, "charges": charges}}
    manifests |= {Address("billable_metric", code): {"code": code, **each} for code, each in header["metrics"].items()}
    return {(finding.rule, _charge(plan, finding.path)) for finding in lint(manifests)}


def test_in_advance_every_event_was_rounded_by_itself() -> None:
    assert {fee["amount_cents"] for fee in advance_fees("calls_std")} == {123}
    assert ("advance-rounding", "calls_std") in advance_found()
    assert ("advance-rounding", "calls_g1") not in advance_found()


def test_in_advance_a_user_who_came_back_paid_the_fixed_amount_for_nothing() -> None:
    details = [(fee["amount_cents"], fee["amount_details"]["paid_units"]) for fee in advance_fees("users_p1")]
    assert (100, "0.0") in details
    assert ("advance-fixed-amount", "users_p1") in advance_found()


def test_in_advance_an_event_without_units_had_no_fee() -> None:
    (recorded,) = [each for each in advance()[1] if each["id"] == "units"]
    nothing = [event["transaction_id"] for event in recorded["events"] if D(event["properties"]["units"]) <= 0]
    fees = [fee["charge"] for event in nothing for fee in recorded["fees_by_event"].get(event, ())]
    assert nothing
    assert "units_p1" not in fees
    assert ("advance-fixed-amount", "units_p1") in advance_found()
