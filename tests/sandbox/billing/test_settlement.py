from tests.sandbox.months import at_new_year, billed, invoices


def test_an_invoice_of_nothing_is_paid_at_once_or_not_even_shown() -> None:
    lago = at_new_year()
    lago.plan(amount_cents=0)
    lago.subscription()
    lago.post("customers", {"customer": {"external_id": "c2", "finalize_zero_amount_invoice": "skip"}})
    lago.subscription(external_id="s2", external_customer_id="c2")
    billed(lago, "2026-02-01T00:10:00Z")
    assert [each["payment_status"] for each in invoices(lago)] == ["succeeded"]
    assert invoices(lago, "c2") == []
