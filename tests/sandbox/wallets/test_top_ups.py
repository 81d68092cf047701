from tests.sandbox.calls import charge
from tests.sandbox.months import at_new_year, billed, use


def test_a_wallet_fills_itself_at_its_threshold_and_at_intervals() -> None:
    lago = at_new_year(premium=True)
    lago.plan(charges=[charge(lago.metric())])
    lago.subscription(subscription_at="2026-01-01T00:00:00Z")
    rule = {"trigger": "threshold", "threshold_credits": "4.5", "granted_credits": "3"}
    wallet = {"external_customer_id": "c1", "rate_amount": "1", "currency": "USD", "granted_credits": "5"}
    made = lago.made("wallets", {"wallet": {**wallet, "recurring_transaction_rules": [rule]}})
    use(lago, "one", "2026-01-05T00:00:00Z")
    lago.post("/sandbox/tick", {"now": "2026-01-05T00:05:00Z"})
    assert lago.get(f"wallets/{made['lago_id']}").body["wallet"]["balance_cents"] == 800
    weekly = {"trigger": "interval", "interval": "weekly", "granted_credits": "2"}
    other = lago.made("wallets", {"wallet": {**wallet, "recurring_transaction_rules": [weekly], "name": "Weekly"}})
    for day in ("05", "12", "12", "13"):
        billed(lago, f"2026-01-{day}T12:00:00Z")
    assert lago.get(f"wallets/{other['lago_id']}").body["wallet"]["balance_cents"] == 700
