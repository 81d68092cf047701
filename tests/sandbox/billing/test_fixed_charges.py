from tests.sandbox.months import at_new_year, billed, invoices


def test_fixed_charges_in_advance_are_billed_at_the_start_and_what_a_change_adds_at_once() -> None:
    lago = at_new_year(premium=True)
    fixed = {"add_on_id": lago.add_on()["lago_id"], "charge_model": "standard", "properties": {"amount": "5"}}
    lago.plan(fixed_charges=[{**fixed, "units": 2, "pay_in_advance": True, "code": "seats"}])
    lago.subscription()
    assert [each["fees_amount_cents"] for each in invoices(lago)] == [1000]
    lago.now = "2026-01-10T10:00:00Z"
    body = {"fixed_charge": {"units": 5, "apply_units_immediately": True, "properties": {"amount": "5"}}}
    body["fixed_charge"]["charge_model"] = "standard"
    assert lago.put("plans/basic/fixed_charges/seats", body).status == 200
    assert [each["fees_amount_cents"] for each in invoices(lago)] == [1500, 1000]


def test_units_that_change_later_count_from_the_next_period_on() -> None:
    lago = at_new_year()
    fixed = {"add_on_id": lago.add_on()["lago_id"], "charge_model": "standard", "properties": {"amount": "5"}}
    lago.plan(amount_cents=0, fixed_charges=[{**fixed, "units": 2, "code": "seats"}])
    lago.subscription()
    lago.now = "2026-01-10T10:00:00Z"
    lago.put("plans/basic/fixed_charges/seats", {"fixed_charge": {**fixed, "units": 5}})
    billed(lago, "2026-02-01T00:10:00Z")
    billed(lago, "2026-03-01T00:10:00Z")
    assert [each["fees_amount_cents"] for each in invoices(lago)] == [2500, 1000]


def test_units_that_change_at_once_cancel_those_that_wait_for_the_next_period() -> None:
    lago = at_new_year()
    fixed = {"add_on_id": lago.add_on()["lago_id"], "charge_model": "standard", "properties": {"amount": "5"}}
    lago.plan(amount_cents=0, fixed_charges=[{**fixed, "units": 2, "code": "seats"}])
    lago.subscription()
    for day, change in ((10, {"units": 5}), (20, {"units": 3, "apply_units_immediately": True})):
        lago.now = f"2026-01-{day}T10:00:00Z"
        assert lago.put("plans/basic/fixed_charges/seats", {"fixed_charge": {**fixed, **change}}).status == 200
    billed(lago, "2026-02-01T00:10:00Z")
    billed(lago, "2026-03-01T00:10:00Z")
    assert [each["fees_amount_cents"] for each in invoices(lago)] == [1500, 1500]
