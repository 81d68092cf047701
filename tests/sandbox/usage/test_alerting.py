from tests.sandbox.calls import charge
from tests.sandbox.months import at_new_year, use


def test_an_alert_fires_once_for_each_threshold_that_is_passed() -> None:
    lago = at_new_year(premium=True)
    lago.plan(charges=[charge(lago.metric())])
    lago.subscription(subscription_at="2026-01-01T00:00:00Z")
    thresholds = [{"code": "warn", "value": 100}]
    alert = {"alert_type": "current_usage_amount", "code": "a", "thresholds": thresholds}
    lago.post("subscriptions/s1/alerts", {"alert": alert})
    use(lago, "one", "2026-01-05T00:00:00Z")
    lago.post("/sandbox/tick", {"now": "2026-01-05T00:05:00Z"})
    shown = lago.get("subscriptions/s1/alerts/a").body["alert"]
    assert (shown["previous_value"], shown["last_processed_at"]) == ("100.0", "2026-01-05T00:05:00Z")
    lifetime = lago.get("subscriptions/s1/lifetime_usage").body["lifetime_usage"]
    assert lifetime["current_usage_amount_cents"] == 100
