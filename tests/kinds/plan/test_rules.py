from typing import Any

from tests.kinds.forms import FIXED, METRIC, PLAN, findings


def found(**fields: Any) -> list[tuple[str, str]]:
    return findings({**PLAN, **fields}, METRIC)


def fixed(**fields: Any) -> list[tuple[str, str]]:
    return found(fixed_charges=[{**FIXED, **fields}])


def test_a_volume_fixed_charge_is_in_arrears() -> None:
    tiers = {"volume_ranges": [{"from_value": 0, "to_value": None, "per_unit_amount": "1", "flat_amount": "0"}]}
    assert fixed(charge_model="volume", properties=tiers) == []
    assert fixed(charge_model="volume", properties=tiers, pay_in_advance=True) == [
        ("fixed_charges.0.pay_in_advance", "a volume fixed charge can't be billed in advance")
    ]


def test_a_graduated_fixed_charge_is_prorated_in_arrears_only() -> None:
    assert fixed(charge_model="graduated", pay_in_advance=True) == []
    assert fixed(charge_model="graduated", prorated=True) == []
    assert fixed(charge_model="graduated", pay_in_advance=True, prorated=True) == [
        ("fixed_charges.0.prorated", "a graduated fixed charge billed in advance can't be prorated")
    ]


def test_the_tiers_of_a_fixed_charge_join() -> None:
    tiers = [{"from_value": 5, "to_value": None, "per_unit_amount": "1", "flat_amount": "0"}]
    assert fixed(charge_model="graduated", properties={"graduated_ranges": tiers}) == [
        ("fixed_charges.0.properties.graduated_ranges.0.from_value", "the first tier starts at 5")
    ]


def test_units_have_ten_decimals() -> None:
    assert fixed(units="0.0000000001") == []
    assert fixed(units="0.00000000001") == [("fixed_charges.0.units", "0.00000000001 has more than 10 decimals")]


def test_a_code_names_one_charge() -> None:
    charge = {"code": "x", "billable_metric_code": "m", "charge_model": "standard"}
    assert found(charges=[charge, {**charge, "code": "y"}], fixed_charges=[{**FIXED, "code": "x"}]) == []
    assert found(charges=[charge, charge]) == [("charges.1.code", "another of the charges has the code 'x'")]
    assert found(fixed_charges=[FIXED, FIXED]) == [
        ("fixed_charges.1.code", "another of the fixed_charges has the code 'f'")
    ]


# recorded: plan-11
def test_monthly_bills_are_for_long_periods() -> None:
    assert found(interval="yearly", bill_charges_monthly=True) == []
    assert found(interval="semiannual", bill_fixed_charges_monthly=True) == []
    assert found(interval="monthly", bill_charges_monthly=False) == []
    assert found(interval="quarterly", bill_charges_monthly=True) == [
        ("bill_charges_monthly", "bill_charges_monthly does nothing on a quarterly plan")
    ]


def test_a_threshold_is_there_once() -> None:
    once, again = {"amount_cents": 5}, {"amount_cents": 5, "recurring": True}
    assert found(usage_thresholds=[once, again]) == []
    assert found(usage_thresholds=[once, once]) == [("usage_thresholds.1", "there are two usage thresholds at 5")]


def test_one_threshold_recurs() -> None:
    thresholds = [{"amount_cents": 5, "recurring": True}, {"amount_cents": 6, "recurring": True}]
    assert found(usage_thresholds=thresholds) == [
        ("usage_thresholds.1.recurring", "at most one threshold can be recurring")
    ]
