from tests.sandbox.calls import charge
from tests.sandbox.months import alone, at_new_year, invoices, use


def test_a_charge_paid_in_advance_is_invoiced_with_each_event() -> None:
    lago = at_new_year()
    lago.plan(charges=[charge(lago.metric(), pay_in_advance=True)])
    lago.subscription()
    use(lago, "one", "2026-01-05T00:00:00Z")
    [invoice] = invoices(lago)
    shown = alone(lago, invoice)
    assert (shown["fees_amount_cents"], shown["issuing_date"]) == (100, "2026-01-05")
    assert shown["fees"][0]["event_transaction_id"] == "one"
    assert shown["billing_periods"][0]["invoicing_reason"] == "in_advance_charge"


def test_without_a_licence_a_charge_paid_in_advance_is_always_invoiced() -> None:
    for premium, count in ((True, 0), (False, 1)):
        lago = at_new_year(premium=premium)
        lago.plan(charges=[charge(lago.metric(), pay_in_advance=True, invoiceable=False)])
        lago.subscription()
        use(lago, "one", "2026-01-05T00:00:00Z")
        assert len(invoices(lago)) == count
        [fee] = lago.get("fees?event_transaction_id=one").body["fees"]
        assert (fee["lago_invoice_id"] is None) == premium
