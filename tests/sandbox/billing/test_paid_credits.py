from tests.sandbox.months import at_new_year, invoices


def test_paid_credits_are_invoiced_and_count_once_they_are_paid() -> None:
    lago = at_new_year()
    lago.post("customers", {"customer": {"external_id": "c1"}})
    wallet = {"external_customer_id": "c1", "rate_amount": "2", "currency": "USD", "paid_credits": "20"}
    made = lago.made("wallets", {"wallet": wallet})
    [invoice] = invoices(lago)
    assert (invoice["invoice_type"], invoice["total_amount_cents"]) == ("credit", 4000)
    path = f"wallets/{made['lago_id']}"
    assert lago.get(path).body["wallet"]["balance_cents"] == 0
    lago.put(f"invoices/{invoice['lago_id']}", {"invoice": {"payment_status": "succeeded"}})
    assert lago.get(path).body["wallet"]["balance_cents"] == 4000
