import json
from typing import Any

from tests.sandbox.calls import Calls, charge
from tests.sandbox.documents.invoices.test_invoices import one_off


def payloads(lago: Calls, *types: str) -> list[Any]:
    """The bodies of what was delivered, of these types alone where there are any, oldest first."""
    kept = lago.get("/sandbox/webhooks").body["webhooks"]
    bodies = [json.loads(each["body"]) for each in kept]
    return [body for body in bodies if not types or body["webhook_type"] in types]


def listening(**settings: Any) -> Calls:
    lago = Calls(**settings)
    hook = {"webhook_url": "http://elsewhere.test/", "signature_algo": "hmac"}
    lago.made("webhook_endpoints", {"webhook_endpoint": hook})
    return lago


def test_changes_of_the_catalogue_are_told() -> None:
    lago = listening()
    lago.plan(charges=[charge(lago.metric())])
    lago.put("plans/basic", {"plan": {"name": "New"}})
    lago.made("features", {"feature": {"code": "sso", "privileges": [{"code": "max", "value_type": "integer"}]}})
    lago.post("plans/basic/entitlements", {"entitlements": {"sso": {"max": 1}}})
    lago.delete("plans/basic/entitlements/sso/privileges/max")
    lago.delete("plans/basic/entitlements/sso")
    lago.delete("features/sso")
    lago.delete("plans/basic")
    lago.delete("billable_metrics/calls")
    assert [body["webhook_type"] for body in payloads(lago)] == [
        *("billable_metric.created", "plan.created", "plan.updated", "feature.created"),
        *("plan.updated", "plan.updated", "plan.updated", "feature.deleted", "plan.deleted", "billable_metric.deleted"),
    ]


def test_metrics_are_told_of_since_1_47_alone() -> None:
    lago = listening(lago_version="1.38.0")
    lago.plan(charges=[charge(lago.metric())])
    assert [body["webhook_type"] for body in payloads(lago)] == ["plan.created"]


def test_what_a_request_announces_shows_what_the_jobs_it_left_have_made_of_it() -> None:
    """Recorded: wa-create, where the new wallet already has the credits that a job gives it."""
    lago = listening()
    lago.made("customers", {"customer": {"external_id": "c1", "currency": "USD"}})
    wallet = {"external_customer_id": "c1", "rate_amount": "1", "currency": "USD", "granted_credits": "5"}
    lago.made("wallets", {"wallet": wallet})
    [made] = payloads(lago, "wallet.created")
    assert made["wallet"]["balance_cents"] == 500


def test_a_top_up_at_a_threshold_comes_after_what_was_told_before_it() -> None:
    """Recorded: inv-grace-finalize, where the wallet is told of as empty before it is filled."""
    lago = listening(premium=True)
    lago.add_on(amount_cents=400)
    lago.made("customers", {"customer": {"external_id": "c1", "currency": "USD"}})
    rule = {"trigger": "threshold", "threshold_credits": "3", "granted_credits": "5", "paid_credits": "0"}
    wallet = {"external_customer_id": "c1", "rate_amount": "1", "currency": "USD", "granted_credits": "5"}
    made = lago.made("wallets", {"wallet": {**wallet, "recurring_transaction_rules": [rule]}})
    lago.post("wallet_transactions", {"wallet_transaction": {"wallet_id": made["lago_id"], "voided_credits": "4"}})
    balances = [body["wallet"]["balance_cents"] for body in payloads(lago, "wallet.updated")]
    assert balances == [500, 100, 600]


def test_a_retried_payment_fails_for_lack_of_a_provider_and_a_paid_one_is_not_retried() -> None:
    lago = listening()
    lago.add_on()
    invoice = one_off(lago)
    path = f"invoices/{invoice['lago_id']}"
    assert lago.post(f"{path}/retry_payment").status == 200
    [failed] = payloads(lago, "invoice.payment_failure")
    assert failed["object_type"] == "payment_provider_invoice_payment_error"
    assert failed[failed["object_type"]]["error_details"] == {"code": "customer_must_have_payment_provider"}
    lago.put(path, {"invoice": {"payment_status": "succeeded"}})
    assert lago.post(f"{path}/retry_payment").code == "invalid_status"


def test_an_entitlement_of_an_unknown_feature_is_refused_and_told_all_the_same() -> None:
    """Recorded: sub-entitle-bad."""
    lago = listening()
    lago.plan()
    lago.subscription()
    assert lago.patch("subscriptions/s1/entitlements", {"entitlements": {"nope": {}}}).code == "feature_not_found"
    assert len(payloads(lago, "subscription.updated")) == 1


def test_the_end_of_a_subscription_is_an_update_too_and_a_canceled_move_one_of_the_plan_that_stays() -> None:
    lago = listening()
    lago.plan(amount_cents=2000)
    lago.plan("small", amount_cents=1000)
    lago.subscription()
    lago.subscription("small")
    lago.delete("subscriptions/s1?status=pending")
    lago.delete("subscriptions/s1")
    changes = payloads(lago, "subscription.updated", "subscription.terminated")
    assert [(body["webhook_type"], body["subscription"]["status"]) for body in changes] == [
        ("subscription.updated", "active"),
        ("subscription.updated", "active"),
        ("subscription.terminated", "canceled"),
        ("subscription.updated", "terminated"),
        ("subscription.terminated", "terminated"),
    ]


def test_reset_leaves_an_organization_with_nothing_in_it() -> None:
    lago = Calls()
    lago.post("customers", {"customer": {"external_id": "c1"}})
    assert lago.get("/sandbox/ready").body == {"ready": True}
    assert lago.post("/sandbox/reset").status == 200
    assert lago.get("customers").body["customers"] == []
    assert lago.get("organizations").status == 200
