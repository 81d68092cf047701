from tests.sandbox.calls import charge
from tests.sandbox.months import OF, at_new_year, billed, use


def test_past_usage_is_what_invoices_hold() -> None:
    lago = at_new_year()
    lago.plan(charges=[charge(lago.metric())])
    lago.subscription(subscription_at="2026-01-01T00:00:00Z")
    use(lago, "one", "2026-01-05T00:00:00Z")
    billed(lago, "2026-02-01T00:10:00Z")
    [period] = lago.get(OF.replace("current", "past")).body["usage_periods"]
    assert (period["amount_cents"], period["charges_usage"][0]["amount_cents"]) == (1100, 100)
    assert lago.get("customers/c1/past_usage").details == {"external_subscription_id": ["value_is_mandatory"]}
