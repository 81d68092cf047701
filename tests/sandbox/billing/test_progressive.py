from tests.sandbox.calls import charge
from tests.sandbox.months import at_new_year, billed, invoices, use


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
