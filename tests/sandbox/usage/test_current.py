from tests.sandbox.calls import Calls, charge
from tests.sandbox.months import OF, at_new_year, use


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


def test_usage_without_events_is_what_the_first_tiers_cost() -> None:
    lago = Calls()
    tiers = [{"from_value": 0, "to_value": None, "per_unit_amount": "1", "flat_amount": "2.5"}]
    graduated = {"charge_model": "graduated", "properties": {"graduated_ranges": tiers}}
    lago.plan(charges=[charge(lago.metric(), **graduated), charge(lago.metric("b"))])
    lago.subscription()
    usage = lago.get("customers/c1/current_usage?external_subscription_id=s1").body["customer_usage"]
    assert (usage["amount_cents"], [found["amount_cents"] for found in usage["charges_usage"]]) == (250, [0, 250])
    assert lago.get("customers/c1/past_usage?external_subscription_id=s1").body["usage_periods"] == []
    assert lago.get("customers/c1/current_usage?external_subscription_id=s2").code == "no_active_subscription"
    assert lago.get("customers/c2/current_usage?external_subscription_id=s1").code == "resource_not_found"
