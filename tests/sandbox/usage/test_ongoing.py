from tests.sandbox.calls import charge
from tests.sandbox.months import at_new_year, use


def test_a_wallet_s_ongoing_balance_is_less_by_what_was_used() -> None:
    lago = at_new_year(premium=True)
    lago.plan(charges=[charge(lago.metric()), charge(lago.metric("now"), pay_in_advance=True)])
    lago.subscription(subscription_at="2026-01-01T00:00:00Z")
    wallet = {"external_customer_id": "c1", "rate_amount": "1", "currency": "USD", "granted_credits": "5"}
    made = lago.made("wallets", {"wallet": wallet})
    use(lago, "one", "2026-01-05T00:00:00Z")
    use(lago, "two", "2026-01-05T00:00:00Z", "now")
    lago.post("/sandbox/tick", {"now": "2026-01-05T00:05:00Z"})
    after = lago.get(f"wallets/{made['lago_id']}").body["wallet"]
    assert (after["balance_cents"], after["ongoing_balance_cents"]) == (400, 300)
