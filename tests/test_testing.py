import pytest

from lago_gitops.testing import Lago, lago

__all__ = ["lago"]


def test_a_test_turns_the_clock_and_finds_an_invoice(lago: Lago) -> None:
    plan = {"name": "P", "code": "p", "interval": "monthly", "amount_cents": 1000, "amount_currency": "USD"}
    lago.post("plans", {"plan": {**plan, "pay_in_advance": False}})
    subscription = {"external_customer_id": "c", "external_id": "s", "plan_code": "p"}
    lago.post("subscriptions", {"subscription": subscription})
    lago.turn("2026-02-01T01:00:00Z")
    assert [each["total_amount_cents"] for each in lago.get("invoices")["invoices"]] == [1000]
    assert lago.webhooks() == []
    lago.reset()
    assert lago.get("invoices")["invoices"] == []
    with pytest.raises(ValueError, match="404"):
        lago.get("plans/p")


def test_a_test_goes_back_to_where_it_was(lago: Lago) -> None:
    lago.seed(custom_metrics=[{"code": "tokens"}])
    lago.snapshot()
    lago.turn("2026-03-01")
    lago.seed(custom_metrics=[{"code": "words"}])
    lago.restore()
    assert [each["code"] for each in lago.get("billable_metrics")["billable_metrics"]] == ["tokens"]
    with pytest.raises(ValueError, match="there is no snapshot 'other'; there are: default"):
        lago.restore("other")
