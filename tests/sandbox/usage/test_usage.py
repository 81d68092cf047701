from tests.sandbox.billing.test_periods import at_new_year, billed, use
from tests.sandbox.calls import Calls, charge

OF = "customers/c1/current_usage?external_subscription_id=s1"


def used(lago: Calls, path: str = OF) -> dict[str, object]:
    return dict(lago.get(path).body["customer_usage"])


def test_usage_is_of_the_running_period_with_taxes_on_the_whole() -> None:
    lago = at_new_year()
    lago.tax(applied_to_organization=True)
    lago.plan(charges=[charge(lago.metric())])
    lago.subscription(subscription_at="2026-01-01T00:00:00Z")
    use(lago, "one", "2026-01-05T00:00:00Z")
    assert (used(lago)["amount_cents"], used(lago)["taxes_amount_cents"]) == (100, 20)
    assert used(lago, f"{OF}&apply_taxes=false")["total_amount_cents"] == 100
    lago.now = "2026-02-05T00:00:00Z"
    assert used(lago)["amount_cents"] == 0


def test_usage_can_be_asked_of_some_charges_only() -> None:
    lago = at_new_year()
    lago.plan(charges=[charge(lago.metric(), code="a"), charge(lago.metric("b"), code="b")])
    lago.subscription(subscription_at="2026-01-01T00:00:00Z")
    use(lago, "one", "2026-01-05T00:00:00Z")
    use(lago, "two", "2026-01-05T00:00:00Z", "b")
    assert used(lago)["amount_cents"] == 200
    for query in ("filter_by_charge_code=a", "filter_by_metric_code=calls", 'filter_by_group={"no":"such"}'):
        assert used(lago, f"{OF}&{query}")["amount_cents"] == (0 if "group" in query else 100)
    assert lago.get(f"{OF}&filter_by_charge_code=nope").code == "charge_not_found"
    assert lago.get(f"{OF}&full_usage=true").code == "full_usage_not_allowed"
    assert lago.get(OF.replace("c1", "c2")).code == "resource_not_found"
    assert lago.get(OF.replace("s1", "s2")).code == "no_active_subscription"


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


def test_past_usage_is_what_invoices_hold() -> None:
    lago = at_new_year()
    lago.plan(charges=[charge(lago.metric())])
    lago.subscription(subscription_at="2026-01-01T00:00:00Z")
    use(lago, "one", "2026-01-05T00:00:00Z")
    billed(lago, "2026-02-01T00:10:00Z")
    [period] = lago.get(OF.replace("current", "past")).body["usage_periods"]
    assert (period["amount_cents"], period["charges_usage"][0]["amount_cents"]) == (1100, 100)
    assert lago.get("customers/c1/past_usage").details == {"external_subscription_id": ["value_is_mandatory"]}


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


def test_an_estimate_is_of_one_event_after_all_before_it() -> None:
    lago = Calls()
    lago.tax(applied_to_organization=True)
    lago.plan(charges=[charge(lago.metric(), pay_in_advance=True)])
    lago.subscription()
    event = {"event": {"code": "calls", "external_subscription_id": "s1", "transaction_id": "e"}}
    [fee] = lago.post("events/estimate_fees", event).body["fees"]
    assert (fee["lago_id"], fee["amount_cents"], fee["taxes_amount_cents"]) == (None, 100, 20)
    [alone] = lago.post("events/estimate_instant_fees", event).body["fees"]
    assert (alone["amount_cents"], alone["taxes_amount_cents"]) == ("100.0", 0)
    both = {"events": [event["event"], event["event"]]}
    assert len(lago.post("events/batch_estimate_instant_fees", both).body["fees"]) == 2
    assert lago.get("events").body["events"] == []
