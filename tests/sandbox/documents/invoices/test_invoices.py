import pytest

from tests.sandbox.calls import Calls
from tests.sandbox.months import at_new_year, billed, invoices


def one_off(lago: Calls, **fields: object) -> dict[str, object]:
    lago.post("customers", {"customer": {"external_id": "c1", "name": "Zoe", "currency": "USD"}})
    fees = [{"add_on_code": "setup", **fields}]
    return lago.made("invoices", {"invoice": {"external_customer_id": "c1", "currency": "USD", "fees": fees}})


def test_a_fee_of_a_one_off_invoice_has_its_own_price_units_and_taxes() -> None:
    lago = Calls()
    lago.tax(applied_to_organization=True)
    lago.tax("low", rate="5")
    lago.add_on(amount_cents=5000)
    assert one_off(lago)["total_amount_cents"] == 6000
    special = one_off(lago, units="2.5", unit_amount_cents=1200, tax_codes=["low"])
    assert (special["fees_amount_cents"], special["taxes_amount_cents"]) == (3000, 150)
    assert one_off(lago, tax_codes=["nope"])["taxes_amount_cents"] == 1000


def test_before_1_39_a_fee_of_unknown_taxes_only_bears_none() -> None:
    lago = Calls(lago_version="1.38.0")
    lago.tax(applied_to_organization=True)
    lago.add_on(amount_cents=5000)
    assert one_off(lago, tax_codes=["nope"])["taxes_amount_cents"] == 0


def test_what_a_one_off_invoice_needs() -> None:
    lago = Calls()
    lago.add_on()
    lago.post("customers", {"customer": {"external_id": "c1"}})

    def code(**fields: object) -> object:
        given = {"external_customer_id": "c1", "currency": "USD", "fees": [{"add_on_code": "setup"}], **fields}
        return lago.post("invoices", {"invoice": given}).code

    assert code(fees=[]) == "fees_not_found"
    assert code(fees=[{"add_on_code": "nope"}]) == "add_on_not_found"
    assert code(external_customer_id="nope") == "customer_not_found"


def test_invoices_are_filtered_by_what_is_on_them() -> None:
    lago = Calls()
    lago.add_on()
    made = one_off(lago)
    lago.put(f"invoices/{made['lago_id']}", {"invoice": {"metadata": [{"key": "po", "value": "42"}]}})
    for query in (
        "status=finalized",
        "metadata[po]=42",
        "search_term=zoe",
        "currency=USD",
        "amount_from=100",
        "billing_entity_codes[]=sandbox",
    ):
        assert [each["lago_id"] for each in lago.get(f"invoices?{query}").body["invoices"]] == [made["lago_id"]]
    for query in (
        "status=draft",
        "metadata[po]=1",
        "search_term=x",
        "currency=EUR",
        "amount_to=99",
        "self_billed=true",
        "payment_dispute_lost=false",
        "purchase_order_number=7",
        "external_customer_id=c1&search_term=zoe",
    ):
        assert lago.get(f"invoices?{query}").body["invoices"] == []


def test_filters_of_invoices_that_can_t_be_are_refused_each_item_of_a_list_for_itself() -> None:
    lago = Calls()
    payments = "must be one of: pending, succeeded, failed"
    assert lago.get("invoices?status=lost&partially_paid=perhaps&self_billed=no").details == {
        "status": ["must be one of: draft, finalized, voided, failed, pending or must be an array"],
        "partially_paid": ["must be boolean"],
    }
    assert lago.get("invoices?payment_status=lost").details == {"payment_status": [f"{payments} or must be an array"]}
    assert lago.get("invoices?billing_entity_codes[]=nope").code == "billing_entity_not_found"
    listed = lago.get("invoices?payment_statuses[]=failed&payment_statuses[]=lost")
    assert listed.details == {"payment_status": {"1": [payments]}}


def test_a_count_is_remembered_for_half_an_hour_also_for_another_customer() -> None:
    lago = at_new_year()
    lago.add_on()
    one_off(lago)
    one_off(lago)
    pages = "invoices?per_page=1&external_customer_id="
    assert lago.get(f"{pages}c1").body["meta"]["total_count"] == 2
    assert lago.get(f"{pages}nobody").body["meta"]["total_count"] == 2
    lago.now = "2026-01-01T10:31:00Z"
    assert lago.get(f"{pages}nobody").body["meta"]["total_count"] == 0
    assert lago.get("invoices?per_page=1&page=-1&currency=USD").status == 500


@pytest.mark.parametrize(("status", "shown"), [("succeeded", "succeeded"), ("failed", "failed")])
def test_fees_follow_the_payment_of_their_invoice(status: str, shown: str) -> None:
    lago = Calls()
    lago.add_on()
    made = one_off(lago)
    lago.put(f"invoices/{made['lago_id']}", {"invoice": {"payment_status": status}})
    [fee] = lago.get(f"fees?payment_status={shown}").body["fees"]
    assert fee["lago_invoice_id"] == made["lago_id"]
    assert lago.put(f"fees/{fee['lago_id']}", {"fee": {"payment_status": "pending"}}).code == "invoiced_fee"


def test_payments_add_up_and_what_is_left_can_be_credited() -> None:
    lago = Calls(premium=True)
    lago.add_on(amount_cents=5000)
    made = one_off(lago)
    payment = {"invoice_id": made["lago_id"], "amount_cents": 2000, "reference": "wire"}
    assert lago.made("payments", {"payment": payment})["payment_status"] == "succeeded"
    shown = lago.get(f"invoices/{made['lago_id']}").body["invoice"]
    assert (shown["total_paid_amount_cents"], shown["total_due_amount_cents"]) == (2000, 3000)
    fee_id = shown["fees"][0]["lago_id"]
    items = [{"fee_id": fee_id, "amount_cents": 1000}]
    note = {"invoice_id": made["lago_id"], "reason": "other", "refund_amount_cents": 1000, "items": items}
    assert lago.made("credit_notes", {"credit_note": note})["refund_status"] == "pending"
    note |= {"refund_amount_cents": 0, "credit_amount_cents": 9000, "items": [{"fee_id": fee_id, "amount_cents": 4001}]}
    assert lago.post("credit_notes", {"credit_note": note}).details == {
        "amount_cents": ["higher_than_remaining_fee_amount"]
    }
    payment["amount_cents"] = 3000
    lago.made("payments", {"payment": payment})
    assert lago.get(f"invoices/{made['lago_id']}").body["invoice"]["payment_status"] == "succeeded"


def test_a_payment_has_a_receipt_numbered_by_the_customer_s_where_these_are_sold() -> None:
    for sold in (("issue_receipts",), ()):
        lago = Calls(premium=True, premium_integrations=sold)
        lago.add_on(amount_cents=5000)
        made = one_off(lago)
        payment = {"invoice_id": made["lago_id"], "amount_cents": 2000, "reference": "wire"}
        paid = [lago.made("payments", {"payment": payment}) for _ in range(2)]
        listed = lago.get(f"payment_receipts?invoice_id={made['lago_id']}").body["payment_receipts"]
        slug = made["customer"]["slug"]
        assert [each["number"] for each in listed] == [f"{slug}-RCPT-00000{each}" for each in (2, 1) if sold]
        for receipt, of in zip(listed, reversed(paid), strict=False):
            assert lago.get(f"payment_receipts/{receipt['lago_id']}").body["payment_receipt"] == receipt
            assert receipt["payment"] == of
        assert lago.get("payment_receipts?invoice_id=nope").body["payment_receipts"] == []
        assert lago.get("payment_receipts/nope").code == "invoice_not_found"


def test_credit_notes_pay_the_next_invoice_of_the_customer() -> None:
    lago = at_new_year(premium=True)
    lago.add_on(amount_cents=700)
    made = one_off(lago)
    fee_id = lago.get(f"invoices/{made['lago_id']}").body["invoice"]["fees"][0]["lago_id"]
    items = [{"fee_id": fee_id, "amount_cents": 700}]
    note = {"invoice_id": made["lago_id"], "reason": "other", "credit_amount_cents": 700, "items": items}
    estimate = lago.post("credit_notes/estimate", {"credit_note": note}).body["estimated_credit_note"]
    assert estimate["max_creditable_amount_cents"] == 700
    kept = lago.made("credit_notes", {"credit_note": note})
    lago.plan()
    lago.subscription(subscription_at="2026-01-01T00:00:00Z")
    billed(lago, "2026-02-01T00:10:00Z")
    month = invoices(lago)[0]
    assert (month["credit_notes_amount_cents"], month["total_amount_cents"]) == (700, 300)
    assert lago.get(f"credit_notes/{kept['lago_id']}").body["credit_note"]["credit_status"] == "consumed"


def test_a_void_with_notes_writes_the_rest_off() -> None:
    lago = Calls(premium=True)
    lago.add_on(amount_cents=1000)
    made = one_off(lago)
    body = {"generate_credit_note": True, "credit_amount": 400}
    assert lago.post(f"invoices/{made['lago_id']}/void", body).body["invoice"]["status"] == "voided"
    notes = lago.get("credit_notes").body["credit_notes"]
    assert sorted((note["credit_amount_cents"], note["credit_status"]) for note in notes) == [
        (400, "available"),
        (600, "voided"),
    ]


def test_a_preview_bills_what_isn_t_there_and_keeps_nothing() -> None:
    lago = at_new_year(premium=True)
    lago.tax(applied_to_organization=True)
    lago.plan(amount_cents=3100)
    lago.subscription(subscription_at="2026-01-01T00:00:00Z")
    new = {"plan_code": "basic", "subscription_at": "2026-01-22T00:00:00Z", "customer": {"name": "New"}}
    coupon = {"name": "Own", "coupon_type": "percentage", "percentage_rate": "50"}
    shown = lago.post("invoices/preview", {**new, "coupons": [coupon]}).body["invoice"]
    assert (shown["fees_amount_cents"], shown["coupons_amount_cents"], shown["taxes_amount_cents"]) == (1000, 500, 100)
    assert (shown["lago_id"], shown["number"], shown["issuing_date"]) == (None, "", "2026-02-01")
    assert (shown["fees"][0]["lago_id"], shown["customer"]["external_id"]) == (None, None)
    running = {"customer": {"external_id": "c1"}, "subscriptions": {"external_ids": ["s1"]}}
    assert lago.post("invoices/preview", running).body["invoice"]["fees_amount_cents"] == 3100
    running["subscriptions"]["terminated_at"] = "2026-01-10T12:00:00Z"  # type: ignore[assignment]
    assert lago.post("invoices/preview", running).body["invoice"]["fees_amount_cents"] == 1000
    assert invoices(lago) == []
    assert [each["external_id"] for each in lago.get("customers").body["customers"]] == ["c1"]


def test_previews_take_a_licence_once_there_is_something_to_show() -> None:
    lago = Calls()
    lago.plan()
    assert lago.post("invoices/preview", {"plan_code": "nope"}).code == "plan_not_found"
    assert lago.post("invoices/preview", {"plan_code": "basic"}).code == "feature_unavailable"


def test_overdue_invoices_are_requested_together_and_add_up_by_month() -> None:
    lago = at_new_year(premium=True)
    lago.add_on()
    made = one_off(lago)
    body = {"payment_request": {"external_customer_id": "c1", "lago_invoice_ids": [made["lago_id"]]}}
    assert lago.post("payment_requests", body).code == "invoices_not_overdue"
    billed(lago, "2026-01-03T00:25:00Z")
    assert lago.made("payment_requests", body)["amount_cents"] == 100
    [row] = lago.get("analytics/overdue_balance").body["overdue_balances"]
    assert (row["month"], row["amount_cents"]) == ("2026-01-01T00:00:00.000Z", "100.0")
    [revenue] = lago.get("analytics/gross_revenue").body["gross_revenues"]
    assert (revenue["amount_cents"], revenue["invoices_count"]) == ("100.0", "1")
    assert lago.get("analytics/invoice_collection").status == 200
    assert lago.get("analytics/invoiced_usage").body == {"invoiced_usages": []}
