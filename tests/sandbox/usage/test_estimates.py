from typing import Any

from tests.sandbox.calls import Calls, charge


def test_an_estimate_is_of_one_event_after_all_before_it() -> None:
    lago = Calls()
    lago.tax(applied_to_organization=True)
    lago.plan(charges=[charge(lago.metric(), pay_in_advance=True)])
    lago.subscription()
    event = {"event": {"code": "calls", "external_subscription_id": "s1", "transaction_id": "e"}}
    [fee] = lago.post("events/estimate_fees", event).body["fees"]
    assert (fee["lago_id"], fee["amount_cents"], fee["taxes_amount_cents"]) == (None, 100, 20)
    [alone] = lago.post("events/estimate_instant_fees", event).body["fees"]
    assert (alone["amount_cents"], alone["taxes_amount_cents"]) == ("100.0", 0)
    both = {"events": [event["event"], event["event"]]}
    assert len(lago.post("events/batch_estimate_instant_fees", both).body["fees"]) == 2
    assert lago.get("events").body["events"] == []


def test_fees_are_estimated_for_charges_in_advance_only() -> None:
    lago = Calls()
    lago.plan(charges=[charge(lago.metric()), charge(lago.metric("now"), pay_in_advance=True)])
    lago.subscription()

    def estimated(code: str, external_id: str = "s1") -> Any:
        event = {"code": code, "external_subscription_id": external_id}
        return lago.post("events/estimate_fees", {"event": event})

    assert estimated("calls").details == {"code": ["does_not_match_an_instant_charge"]}
    assert [fee["amount_cents"] for fee in estimated("now").body["fees"]] == [100]
    assert estimated("calls", "none").code == "subscription_not_found"
