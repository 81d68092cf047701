from typing import Any

from tests.sandbox.calls import Calls, charge
from tests.sandbox.months import alone, at_new_year, billed, invoices, use


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


def used_to_thresholds(*cents: int) -> tuple[Calls, list[Any]]:
    """A subscription that uses 1.00 a day, with its progressive invoices, the last one first."""
    lago = at_new_year(premium=True)
    thresholds = [{"amount_cents": each} for each in cents]
    lago.plan(charges=[charge(lago.metric())], usage_thresholds=thresholds)
    lago.subscription(subscription_at="2026-01-01T00:00:00Z")
    for day in range(5, 5 + max(cents) // 100):
        use(lago, f"e{day}", f"2026-01-{day:02}T00:00:00Z")
        lago.post("/sandbox/tick", {"now": f"2026-01-{day:02}T01:00:00Z"})
    return lago, invoices(lago)


def credited_in_the_month(lago: Calls) -> tuple[int, int]:
    """The fees of the month, and what progressive invoices take off."""
    billed(lago, "2026-02-01T00:10:00Z")
    month = invoices(lago)[0]
    return month["fees_amount_cents"], month["progressive_billing_credit_amount_cents"]


def test_a_progressive_invoice_that_was_voided_bills_nothing_and_the_one_before_does() -> None:
    lago, (second, _) = used_to_thresholds(200, 400)
    assert second["progressive_billing_credit_amount_cents"] == 200
    assert lago.post(f"invoices/{second['lago_id']}/void").status == 200
    assert credited_in_the_month(lago) == (1400, 200)


def test_a_credit_note_on_a_progressive_invoice_counts_until_it_is_voided() -> None:
    for voided, credit in ((False, 100), (True, 200)):
        lago, (early,) = used_to_thresholds(200)
        fee = lago.get(f"invoices/{early['lago_id']}").body["invoice"]["fees"][0]
        items = [{"fee_id": fee["lago_id"], "amount_cents": 100}]
        note = {"invoice_id": early["lago_id"], "reason": "other", "credit_amount_cents": 100, "items": items}
        kept = lago.made("credit_notes", {"credit_note": note})
        if voided:
            assert lago.put(f"credit_notes/{kept['lago_id']}/void", {}).status == 200
        assert credited_in_the_month(lago) == (1200, credit)


def test_of_two_subscriptions_to_a_plan_both_credits_are_taken_off_the_first_fee_before_taxes() -> None:
    lago = at_new_year(premium=True)
    lago.tax(rate="10")
    lago.plan(charges=[charge(lago.metric())], usage_thresholds=[{"amount_cents": 200}], tax_codes=["vat"])
    lago.subscription(subscription_at="2026-01-01T00:00:00Z")
    lago.subscription(external_id="s2", subscription_at="2026-01-01T00:00:00Z")
    for at in ("05", "06", "07"):
        for subscription in ("s1", "s2"):
            use(lago, f"{subscription}-{at}", f"2026-01-{at}T00:00:00Z", subscription=subscription)
        lago.post("/sandbox/tick", {"now": f"2026-01-{at}T01:00:00Z"})
    billed(lago, "2026-02-01T00:10:00Z")
    month = alone(lago, invoices(lago)[0])
    assert month["progressive_billing_credit_amount_cents"] == 400
    # each has used 3.00, of which 2.00 were billed: 2 × 2.00 are off the first 3.00, at most all of it
    assert [each["taxes_amount_cents"] for each in month["fees"] if each["item"]["type"] == "charge"] == [0, 30]
