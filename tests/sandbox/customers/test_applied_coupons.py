from tests.sandbox.calls import coupon
from tests.sandbox.months import at_new_year, billed, invoices


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
