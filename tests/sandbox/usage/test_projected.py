from tests.sandbox.calls import Calls, charge
from tests.sandbox.months import OF, at_new_year, use


def test_projected_usage_goes_on_as_it_has_so_far() -> None:
    lago = at_new_year(premium=True)
    lago.plan(charges=[charge(lago.metric())])
    lago.subscription(subscription_at="2026-01-01T00:00:00Z")
    use(lago, "one", "2026-01-05T00:00:00Z")
    lago.now = "2026-01-10T12:00:00Z"
    shown = lago.get(OF.replace("current", "projected")).body["customer_projected_usage"]
    assert shown["charges_usage"][0]["projected_units"] == "3.1"
    assert shown["projected_amount_cents"] == "310.0"
    assert Calls().get(OF.replace("current", "projected")).code == "projected_usage_not_enabled"
