from tests.sandbox.months import alone, at_new_year, billed, invoices


def test_a_minimum_commitment_is_filled_up() -> None:
    lago = at_new_year(premium=True)
    lago.plan(minimum_commitment={"amount_cents": 5000})
    lago.subscription(subscription_at="2026-01-01T00:00:00Z")
    billed(lago, "2026-02-01T00:10:00Z")
    [invoice] = invoices(lago)
    fees = alone(lago, invoice)["fees"]
    assert {fee["item"]["type"]: fee["amount_cents"] for fee in fees} == {"subscription": 1000, "commitment": 4000}
