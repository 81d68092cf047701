from tests.sandbox.billing.test_periods import alone, at_new_year, billed, invoices, use
from tests.sandbox.calls import charge, coupon


def test_coupons_come_before_taxes_and_prepaid_credits_after_them() -> None:
    lago = at_new_year()
    lago.tax(applied_to_organization=True)
    lago.plan()
    lago.subscription(subscription_at="2026-01-01T00:00:00Z")
    lago.post("coupons", coupon("half", percentage_rate="50", frequency="forever"))
    lago.made("applied_coupons", {"applied_coupon": {"external_customer_id": "c1", "coupon_code": "half"}})
    wallet = {"external_customer_id": "c1", "rate_amount": "1", "currency": "USD", "granted_credits": "1"}
    made = lago.made("wallets", {"wallet": wallet})
    billed(lago, "2026-02-01T00:10:00Z")
    [invoice] = invoices(lago)
    assert (invoice["coupons_amount_cents"], invoice["taxes_amount_cents"]) == (500, 100)
    assert (invoice["prepaid_credit_amount_cents"], invoice["total_amount_cents"]) == (100, 500)
    after = lago.get(f"wallets/{made['lago_id']}").body["wallet"]
    assert (after["balance_cents"], after["consumed_credits"]) == (0, "1.0")


def test_a_coupon_for_once_lasts_until_it_is_used_up() -> None:
    lago = at_new_year()
    lago.plan(amount_cents=600)
    lago.subscription(subscription_at="2026-01-01T00:00:00Z")
    fixed = {"coupon_type": "fixed_amount", "amount_cents": 1000, "amount_currency": "USD", "percentage_rate": None}
    lago.post("coupons", coupon("ten", **fixed))
    lago.made("applied_coupons", {"applied_coupon": {"external_customer_id": "c1", "coupon_code": "ten"}})
    billed(lago, "2026-02-01T00:10:00Z")
    billed(lago, "2026-03-01T00:10:00Z")
    assert [each["coupons_amount_cents"] for each in invoices(lago)] == [400, 600]
    [given] = lago.get("applied_coupons").body["applied_coupons"]
    assert (given["status"], given["amount_cents_remaining"]) == ("terminated", 0)
    assert [each["amount_cents"] for each in given["credits"]] == [600, 400]


def test_a_charge_paid_in_advance_is_invoiced_with_each_event() -> None:
    lago = at_new_year()
    lago.plan(charges=[charge(lago.metric(), pay_in_advance=True)])
    lago.subscription()
    use(lago, "one", "2026-01-05T00:00:00Z")
    [invoice] = invoices(lago)
    shown = alone(lago, invoice)
    assert (shown["fees_amount_cents"], shown["issuing_date"]) == (100, "2026-01-05")
    assert shown["fees"][0]["event_transaction_id"] == "one"
    assert shown["billing_periods"][0]["invoicing_reason"] == "in_advance_charge"


def test_without_a_licence_a_charge_paid_in_advance_is_always_invoiced() -> None:
    for premium, count in ((True, 0), (False, 1)):
        lago = at_new_year(premium=premium)
        lago.plan(charges=[charge(lago.metric(), pay_in_advance=True, invoiceable=False)])
        lago.subscription()
        use(lago, "one", "2026-01-05T00:00:00Z")
        assert len(invoices(lago)) == count
        [fee] = lago.get("fees?event_transaction_id=one").body["fees"]
        assert (fee["lago_invoice_id"] is None) == premium


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


def test_usage_that_passes_a_threshold_is_invoiced_at_once_and_taken_off_the_month() -> None:
    lago = at_new_year(premium=True)
    lago.plan(charges=[charge(lago.metric())], usage_thresholds=[{"amount_cents": 200}])
    lago.subscription(subscription_at="2026-01-01T00:00:00Z")
    use(lago, "one", "2026-01-05T00:00:00Z")
    lago.post("/sandbox/tick", {"now": "2026-01-05T01:00:00Z"})
    assert invoices(lago) == []
    use(lago, "two", "2026-01-06T00:00:00Z")
    lago.post("/sandbox/tick", {"now": "2026-01-06T01:00:00Z"})
    [early] = invoices(lago)
    assert (early["invoice_type"], early["fees_amount_cents"]) == ("progressive_billing", 200)
    assert early["applied_usage_thresholds"][0]["usage_threshold"]["amount_cents"] == 200
    billed(lago, "2026-02-01T00:10:00Z")
    month = invoices(lago)[0]
    assert (month["fees_amount_cents"], month["progressive_billing_credit_amount_cents"]) == (1200, 200)
    assert month["total_amount_cents"] == 1000


def test_a_minimum_commitment_is_filled_up() -> None:
    lago = at_new_year(premium=True)
    lago.plan(minimum_commitment={"amount_cents": 5000})
    lago.subscription(subscription_at="2026-01-01T00:00:00Z")
    billed(lago, "2026-02-01T00:10:00Z")
    [invoice] = invoices(lago)
    fees = alone(lago, invoice)["fees"]
    assert {fee["item"]["type"]: fee["amount_cents"] for fee in fees} == {"subscription": 1000, "commitment": 4000}


def test_paid_credits_are_invoiced_and_count_once_they_are_paid() -> None:
    lago = at_new_year()
    lago.post("customers", {"customer": {"external_id": "c1"}})
    wallet = {"external_customer_id": "c1", "rate_amount": "2", "currency": "USD", "paid_credits": "20"}
    made = lago.made("wallets", {"wallet": wallet})
    [invoice] = invoices(lago)
    assert (invoice["invoice_type"], invoice["total_amount_cents"]) == ("credit", 4000)
    path = f"wallets/{made['lago_id']}"
    assert lago.get(path).body["wallet"]["balance_cents"] == 0
    lago.put(f"invoices/{invoice['lago_id']}", {"invoice": {"payment_status": "succeeded"}})
    assert lago.get(path).body["wallet"]["balance_cents"] == 4000


def test_voiding_gives_back_what_the_invoice_had_used() -> None:
    lago = at_new_year()
    lago.plan()
    lago.subscription(subscription_at="2026-01-01T00:00:00Z")
    lago.post("coupons", coupon("half", percentage_rate="50", frequency="recurring", frequency_duration=1))
    lago.made("applied_coupons", {"applied_coupon": {"external_customer_id": "c1", "coupon_code": "half"}})
    wallet = {"external_customer_id": "c1", "rate_amount": "1", "currency": "USD", "granted_credits": "1"}
    made = lago.made("wallets", {"wallet": wallet})
    billed(lago, "2026-02-01T00:10:00Z")
    [invoice] = invoices(lago)
    assert lago.post(f"invoices/{invoice['lago_id']}/void").body["invoice"]["status"] == "voided"
    [given] = lago.get("applied_coupons").body["applied_coupons"]
    assert (given["status"], given["frequency_duration_remaining"]) == ("active", 1)
    after = lago.get(f"wallets/{made['lago_id']}").body["wallet"]
    assert (after["balance_cents"], after["consumed_credits"]) == (100, "0.0")
    assert lago.post(f"invoices/{invoice['lago_id']}/void").code == "not_voidable"


def test_an_invoice_of_nothing_is_paid_at_once_or_not_even_shown() -> None:
    lago = at_new_year()
    lago.plan(amount_cents=0)
    lago.subscription()
    lago.post("customers", {"customer": {"external_id": "c2", "finalize_zero_amount_invoice": "skip"}})
    lago.subscription(external_id="s2", external_customer_id="c2")
    billed(lago, "2026-02-01T00:10:00Z")
    assert [each["payment_status"] for each in invoices(lago)] == ["succeeded"]
    assert invoices(lago, "c2") == []
