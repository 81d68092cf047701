from tests.sandbox.calls import charge
from tests.sandbox.months import NEW_YEAR, alone, at_new_year, billed, invoices, use


def test_a_month_is_billed_when_it_has_ended_with_what_was_used_in_it() -> None:
    lago = at_new_year()
    lago.plan(charges=[charge(lago.metric())])
    lago.subscription(subscription_at="2026-01-01T00:00:00Z")
    use(lago, "one", "2026-01-20T00:00:00Z")
    use(lago, "two", "2026-01-31T23:59:59Z")
    use(lago, "three", "2026-02-01T00:00:00Z")
    billed(lago, "2026-02-01T00:10:00Z")
    [invoice] = invoices(lago)
    assert (invoice["fees_amount_cents"], invoice["issuing_date"]) == (1000 + 200, "2026-02-01")
    assert alone(lago, invoice)["billing_periods"][0]["invoicing_reason"] == "subscription_periodic"
    assert invoice["number"].endswith("-001-001")


def test_a_day_is_billed_once_however_often_the_clock_strikes() -> None:
    lago = at_new_year()
    lago.plan()
    lago.subscription()
    for hour in ("00:10", "01:10", "23:10"):
        billed(lago, f"2026-02-01T{hour}:00Z")
    assert len(invoices(lago)) == 1


def test_a_month_that_began_within_is_billed_by_its_days() -> None:
    lago = at_new_year()
    lago.now = "2026-01-17T10:00:00Z"
    lago.plan(amount_cents=3100)
    lago.subscription()
    billed(lago, "2026-02-01T00:10:00Z")
    assert [each["fees_amount_cents"] for each in invoices(lago)] == [15 * 100]


def test_a_plan_in_advance_is_billed_at_its_start_and_then_ahead_of_each_month() -> None:
    lago = at_new_year()
    lago.plan(pay_in_advance=True)
    lago.subscription()
    billed(lago, "2026-02-01T00:10:00Z")
    after, before = invoices(lago)
    assert [each["fees_amount_cents"] for each in (before, after)] == [1000, 1000]
    period = alone(lago, after)["billing_periods"][0]
    assert period["subscription_from_datetime"] == "2026-02-01T00:00:00Z"


def test_all_subscriptions_of_a_day_share_an_invoice_by_currency() -> None:
    lago = at_new_year()
    lago.plan()
    lago.plan("euro", amount_currency="EUR")
    for plan_code, external_id in (("basic", "s1"), ("basic", "s2"), ("euro", "s3")):
        lago.subscription(plan_code, external_id)
    billed(lago, "2026-02-01T00:10:00Z")
    assert sorted((each["currency"], each["fees_amount_cents"]) for each in invoices(lago)) == [
        ("EUR", 1000),
        ("USD", 2000),
    ]


def test_turning_the_clock_bills_every_month_on_the_way() -> None:
    lago = at_new_year(starts_at=None)
    lago.plan()
    lago.subscription()
    lago.post("/sandbox/clock", {"now": NEW_YEAR})
    lago.now = None
    lago.post("/sandbox/clock", {"now": "2026-04-15T00:00:00Z"})
    assert [each["issuing_date"] for each in invoices(lago)] == ["2026-04-01", "2026-03-01", "2026-02-01"]
    assert all(each["payment_overdue"] for each in invoices(lago))


def test_an_end_within_a_month_bills_its_days_and_a_plan_in_advance_gives_the_rest_back() -> None:
    lago = at_new_year()
    lago.plan(amount_cents=3100)
    lago.plan("ahead", amount_cents=3100, pay_in_advance=True)
    lago.subscription(subscription_at="2026-01-01T00:00:00Z")
    lago.subscription("ahead", "s2", external_customer_id="c2")
    lago.now = "2026-01-10T12:00:00Z"
    lago.delete("subscriptions/s1")
    lago.delete("subscriptions/s2")
    assert [each["fees_amount_cents"] for each in invoices(lago)] == [10 * 100]
    [note] = lago.get("credit_notes?external_customer_id=c2").body["credit_notes"]
    assert (note["credit_amount_cents"], note["reason"]) == (21 * 100, "order_cancellation")


def test_an_upgrade_bills_the_old_plan_and_a_downgrade_waits() -> None:
    lago = at_new_year()
    lago.plan(amount_cents=3100)
    lago.plan("dear", amount_cents=6200)
    lago.subscription(subscription_at="2026-01-01T00:00:00Z")
    lago.now = "2026-01-11T12:00:00Z"
    lago.subscription("dear")
    [invoice] = invoices(lago)
    assert invoice["fees_amount_cents"] == 10 * 100
    assert lago.subscription()["next_plan_code"] == "basic"
    billed(lago, "2026-02-01T00:10:00Z")
    assert invoices(lago)[0]["fees_amount_cents"] == 21 * 200
    lago.now = "2026-02-01T12:00:00Z"
    assert lago.get("subscriptions/s1").body["subscription"]["plan_code"] == "basic"


def test_a_trial_is_free_and_the_rest_of_its_month_is_billed_when_it_ends() -> None:
    lago = at_new_year()
    lago.plan(amount_cents=3100, pay_in_advance=True, trial_period=10)
    lago.subscription()
    billed(lago, "2026-01-10T12:00:00Z")
    assert invoices(lago) == []
    billed(lago, "2026-01-11T10:35:00Z")
    assert [each["fees_amount_cents"] for each in invoices(lago)] == [21 * 100]
    lago.now = "2026-01-11T12:00:00Z"
    assert lago.get("subscriptions/s1").body["subscription"]["trial_ended_at"] == "2026-01-11T10:00:00Z"


def test_days_of_grace_make_a_draft_that_follows_late_events_and_is_final_after_them() -> None:
    lago = at_new_year(premium=True)
    lago.plan(charges=[charge(lago.metric())])
    customer = {"external_id": "c1", "billing_configuration": {"invoice_grace_period": 3}}
    lago.post("customers", {"customer": customer})
    lago.subscription()
    billed(lago, "2026-02-01T00:10:00Z")
    [draft] = invoices(lago)
    assert (draft["status"], draft["number"][-6:]) == ("draft", "-DRAFT")
    lago.now = "2026-02-02T00:00:00Z"
    event = {"transaction_id": "late", "code": "calls", "external_subscription_id": "s1", "timestamp": 1769000000}
    lago.post("events", {"event": event})
    refreshed = lago.put(f"invoices/{draft['lago_id']}/refresh", {}).body["invoice"]
    assert refreshed["fees_amount_cents"] == draft["fees_amount_cents"] + 100
    billed(lago, "2026-02-04T00:20:00Z")
    [final] = invoices(lago)
    assert (final["status"], final["issuing_date"], final["number"][-7:]) == ("finalized", "2026-02-04", "001-001")


def test_a_note_on_a_draft_without_the_fee_of_a_plan_makes_lago_fail_over_it_and_nothing_else() -> None:
    """Of what Lago's own source says: it looks for the plan's fee, and doesn't expect that there is none."""
    lago = at_new_year(premium=True)
    customer = {"external_id": "c1", "billing_configuration": {"invoice_grace_period": 3}}
    lago.post("customers", {"customer": customer})
    lago.plan(charges=[charge(lago.metric())], trial_period=60)
    lago.subscription(subscription_at="2026-01-01T00:00:00Z")
    use(lago, "one", "2026-01-20T00:00:00Z")
    billed(lago, "2026-02-01T00:10:00Z")
    [draft] = invoices(lago)
    [fee] = alone(lago, draft)["fees"]
    items = [{"fee_id": fee["lago_id"], "amount_cents": 50}]
    note = {"invoice_id": draft["lago_id"], "reason": "other", "credit_amount_cents": 50, "items": items}
    assert lago.post("credit_notes", {"credit_note": note}).status == 200
    crashed = {"status": 500, "error": "Internal Server Error"}
    assert lago.put(f"invoices/{draft['lago_id']}/refresh", {}).body == crashed
    billed(lago, "2026-02-05T00:10:00Z")
    assert [each["status"] for each in invoices(lago)] == ["draft"]
    assert lago.get("credit_notes").body["credit_notes"] == []
