from tests.sandbox.subscribed import ALL, listed, overridden, subscribed


def test_overrides_take_a_licence() -> None:
    lago = subscribed()
    body = {"external_customer_id": "c1", "plan_code": "basic", "external_id": "s9", "plan_overrides": {"name": "x"}}
    assert lago.post("subscriptions", {"subscription": body}).code == "feature_unavailable"


def test_an_override_shares_the_code_and_does_not_use_the_plan() -> None:
    lago = overridden()
    [found] = lago.get("subscriptions?plan_code=basic").body["subscriptions"]
    assert found["plan_amount_cents"] == 5
    assert len(lago.get("plans").body["plans"]) == 1
    assert (len(listed(lago, "overridden=true")), len(listed(lago, "overridden=false"))) == (1, 0)
    assert lago.put("plans/basic", {"plan": {"interval": "weekly"}}).body["plan"]["interval"] == "weekly"


def test_a_deleted_plan_ends_its_overrides_too() -> None:
    lago = overridden()
    lago.delete("plans/basic")
    assert listed(lago, ALL) == [("basic", "terminated")]
