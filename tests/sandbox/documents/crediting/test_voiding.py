from tests.sandbox.calls import coupon
from tests.sandbox.months import at_new_year, billed, invoices


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
