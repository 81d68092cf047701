from lago_gitops.pricing.catalog.overrides import charge_overridden, overridden

UNIT = {"code": "credits", "conversion_rate": "0.5"}
PLAN = {
    "code": "pro",
    "amount_cents": 1000,
    "tax_codes": ["vat"],
    "minimum_commitment": {"amount_cents": 5000},
    "usage_thresholds": [{"amount_cents": 100}],
    "charges": [
        {"code": "api", "charge_model": "standard", "properties": {"amount": "1"}, "tax_codes": ["city"]},
        {"code": "gb", "charge_model": "standard", "properties": {"amount": "2"}, "applied_pricing_unit": UNIT},
    ],
    "fixed_charges": [{"code": "seat", "units": "1"}],
}


def test_a_child_plan_loses_taxes_and_commitment_but_not_its_thresholds() -> None:
    child = overridden(PLAN, {})
    assert (child["tax_codes"], child["minimum_commitment"]) == ((), None)
    assert child["usage_thresholds"] == PLAN["usage_thresholds"]
    assert [charge["tax_codes"] for charge in child["charges"]] == [(), ()]


def test_own_values_take_the_place_of_the_plans() -> None:
    own = {
        "amount_cents": 2500,
        "code": "never",
        "minimum_commitment": {"amount_cents": 1},
        "usage_thresholds": [{"amount_cents": 7}],
        "charges": [{"code": "api", "charge_model": "volume", "properties": {"amount": "3"}}],
        "fixed_charges": [{"code": "seat", "units": "4"}],
    }
    child = overridden(PLAN, own)
    assert (child["code"], child["amount_cents"]) == ("pro", 2500)
    assert (child["minimum_commitment"], child["usage_thresholds"]) == ({"amount_cents": 1}, [{"amount_cents": 7}])
    assert child["charges"][0] == {**PLAN["charges"][0], "properties": {"amount": "3"}, "tax_codes": ()}  # type: ignore[index]
    assert child["fixed_charges"][0]["units"] == "4"


def test_what_the_plan_lacks_or_is_not_named_is_ignored() -> None:
    own = {"charges": [{"code": "sms", "properties": {}}, {"properties": {}}]}
    assert overridden(PLAN, own) == overridden(PLAN, {})


def test_a_charge_can_change_again_its_credits_keep_their_name() -> None:
    child = charge_overridden(overridden(PLAN, {}), "gb", {"applied_pricing_unit": {"conversion_rate": "2"}})
    assert child["charges"][1]["applied_pricing_unit"] == {"code": "credits", "conversion_rate": "2"}
    assert charge_overridden(child, "api", {"applied_pricing_unit": {"conversion_rate": "2"}}) == child
