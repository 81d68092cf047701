from typing import Any

import pytest

from tests.sandbox.calls import Calls, charge, coupon

FIXED = {"coupon_type": "fixed_amount", "percentage_rate": None, "amount_cents": 100, "amount_currency": "USD"}


@pytest.fixture
def lago() -> Calls:
    calls = Calls()
    calls.plan()
    calls.metric()
    return calls


def made(lago: Calls, **fields: Any) -> Any:
    return lago.post("coupons", coupon(**fields))


def shown(lago: Calls, code: str = "ten") -> dict[str, Any]:
    return dict(lago.get(f"coupons/{code}").body["coupon"])


@pytest.mark.parametrize(
    ("fields", "details"),
    [
        ({"name": ""}, {"name": ["value_is_mandatory"]}),
        ({"coupon_type": None}, {"coupon_type": ["value_is_invalid"]}),
        ({"percentage_rate": None}, {"percentage_rate": ["value_is_mandatory"]}),
        ({**FIXED, "amount_cents": None}, {"amount_cents": ["value_is_mandatory"]}),
        ({**FIXED, "amount_cents": "abc"}, {"amount_cents": ["is not a number"]}),
        ({**FIXED, "amount_cents": -1}, {"amount_cents": ["value_is_out_of_range"]}),
        ({**FIXED, "amount_currency": None}, {"amount_currency": ["value_is_mandatory"]}),
        ({**FIXED, "amount_currency": "usd"}, {"amount_currency": ["value_is_invalid"]}),
        ({"frequency": "daily"}, {"frequency": ["value_is_invalid"]}),
        ({"frequency": "recurring"}, {"frequency_duration": ["value_is_mandatory", "is not a number"]}),
        ({"frequency": "recurring", "frequency_duration": 0}, {"frequency_duration": ["value_is_out_of_range"]}),
        ({"expiration": None}, {"expiration": ["value_is_invalid"]}),
        ({"reusable": None}, {"reusable": ["value_is_reserved"]}),
        ({"expiration_at": "2001-01-01"}, {"expiration_at": ["invalid_date"]}),
        ({"expiration_at": "soon", "name": ""}, {"expiration_at": ["invalid_date"]}),
    ],
)
def test_what_a_coupon_is_refused_for(lago: Calls, fields: dict[str, Any], details: dict[str, list[str]]) -> None:
    assert made(lago, **fields).details == details


@pytest.mark.parametrize("fields", [{"expiration": 5}, {"percentage_rate": "100000"}])
def test_what_crashes_lago(lago: Calls, fields: dict[str, Any]) -> None:
    assert made(lago, **fields).status == 500


@pytest.mark.parametrize(
    ("targets", "status", "code"),
    [
        ({"plan_codes": ["none"]}, 404, "plans_not_found"),
        ({"billable_metric_codes": ["none"]}, 404, "billable_metrics_not_found"),
        (
            {"plan_codes": ["basic"], "billable_metric_codes": ["calls"]},
            405,
            "only_one_limitation_type_per_coupon_allowed",
        ),
    ],
)
def test_targets_are_looked_up_ahead_of_the_rest(lago: Calls, targets: object, status: int, code: str) -> None:
    reply = made(lago, name="", applies_to=targets)
    assert (reply.status, reply.code) == (status, code)


@pytest.mark.parametrize(("sent", "read"), [("10", "10.0"), (12.5, "12.5"), ("33.333333", "33.33333"), (150, "150.0")])
def test_a_rate_is_text_of_five_places_at_most(lago: Calls, sent: object, read: str) -> None:
    assert made(lago, percentage_rate=sent).body["coupon"]["percentage_rate"] == read


def test_what_does_not_matter_is_kept(lago: Calls) -> None:
    made(lago, amount_cents=5, amount_currency="EUR", expiration_at="2099-01-01", frequency_duration=3)
    found = shown(lago)
    assert (found["amount_cents"], found["amount_currency"], found["frequency_duration"]) == (5, "EUR", 3)
    assert found["expiration_at"] == "2099-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("targets", "flags", "codes"),
    [
        (None, (True, False), ([], [])),
        ({"plan_codes": ["basic"]}, (True, False), (["basic"], [])),
        ({"billable_metric_codes": ["calls"]}, (False, True), ([], ["calls"])),
        ({"plan_codes": [], "billable_metric_codes": []}, (False, False), ([], [])),
        ({"billable_metric_codes": []}, (True, False), ([], [])),
    ],
)
def test_an_update_takes_away_the_targets_that_it_does_not_name(
    lago: Calls, targets: object, flags: object, codes: object
) -> None:
    made(lago, applies_to={"plan_codes": ["basic"]})
    body = {"name": "n", **({} if targets is None else {"applies_to": targets})}
    found = lago.put("coupons/ten", {"coupon": body}).body["coupon"]
    assert (found["limited_plans"], found["limited_billable_metrics"]) == flags
    assert (found["plan_codes"], found["billable_metric_codes"]) == codes


def test_a_code_twice_is_one_target_at_first_and_not_found_later(lago: Calls) -> None:
    twice = {"plan_codes": ["basic", "basic"]}
    assert made(lago, applies_to=twice).body["coupon"]["plan_codes"] == ["basic"]
    assert lago.put("coupons/ten", {"coupon": {"applies_to": twice}}).code == "plans_not_found"


def test_a_plan_made_anew_is_another_target(lago: Calls) -> None:
    made(lago, applies_to={"plan_codes": ["basic"]})
    lago.delete("plans/basic")
    lago.plan()
    assert (shown(lago)["limited_plans"], shown(lago)["plan_codes"]) == (True, [])


def test_a_past_date_is_refused_even_when_it_is_the_one_it_has() -> None:
    lago = Calls()
    made(lago, expiration="time_limit", expiration_at="2099-01-01")
    assert lago.put("coupons/ten", {"coupon": {"name": "n", "expiration_at": "2001-01-01"}}).status == 422
    assert lago.put("coupons/ten", {"coupon": {"expiration_at": None}}).body["coupon"]["expiration_at"] is None


def applied(lago: Calls, code: str = "ten", customer: str = "c1") -> Any:
    lago.post("customers", {"customer": {"external_id": customer}})
    return lago.post("applied_coupons", {"applied_coupon": {"external_customer_id": customer, "coupon_code": code}})


def test_once_applied_only_name_description_and_expiration_change(lago: Calls) -> None:
    made(lago, applies_to={"plan_codes": ["basic"]})
    applied(lago)
    wanted = {"code": "x", "percentage_rate": "50", "frequency": "forever", "reusable": False, "applies_to": {}}
    always = {"name": "N", "description": "D", "expiration": "time_limit", "expiration_at": "2099-01-01T00:00:00Z"}
    found = lago.put("coupons/ten", {"coupon": {**wanted, **always}}).body["coupon"]
    assert {name: found[name] for name in always} == always
    assert (found["code"], found["percentage_rate"], found["frequency"], found["reusable"]) == (
        "ten",
        "10.0",
        "once",
        True,
    )
    assert found["plan_codes"] == ["basic"]


def test_it_stays_frozen_when_what_was_applied_has_ended(lago: Calls) -> None:
    made(lago)
    given = applied(lago).body["applied_coupon"]
    assert (
        lago.delete(f"customers/c1/applied_coupons/{given['lago_id']}").body["applied_coupon"]["status"] == "terminated"
    )
    assert lago.put("coupons/ten", {"coupon": {"code": "x"}}).body["coupon"]["code"] == "ten"


def test_a_deleted_coupon_ends_where_it_is_applied_and_frees_its_code(lago: Calls) -> None:
    made(lago, applies_to={"plan_codes": ["basic"]})
    applied(lago)
    gone = lago.delete("coupons/ten").body["coupon"]
    assert (gone["plan_codes"], gone["limited_plans"], gone["terminated_at"]) == ([], True, None)
    [found] = lago.get("applied_coupons").body["applied_coupons"]
    assert (found["status"], found["coupon_status"]) == ("terminated", "active")
    assert found["coupon_deleted_at"] is not None
    assert made(lago).status == 200


def test_a_coupon_is_refused_where_another_covers_the_same(lago: Calls) -> None:
    other = lago.get("billable_metrics/calls").body["billable_metric"]
    lago.plan("with_calls", charges=[charge(other)])
    limits: dict[str, Any] = {
        "plan": {"plan_codes": ["with_calls"]},
        "metric": {"billable_metric_codes": ["calls"]},
        "same": {"plan_codes": ["with_calls", "basic"]},
        "free": {},
        "free2": {},
    }
    for code, targets in limits.items():
        lago.post("coupons", coupon(code, applies_to=targets))
    assert applied(lago, "plan").status == 200
    assert [applied(lago, code).status for code in ("metric", "same", "plan")] == [405] * 3
    assert applied(lago, "same").code == "plan_overlapping"
    assert [applied(lago, code).status for code in ("free", "free2")] == [200, 200]


def test_a_coupon_that_is_not_reusable_is_applied_once_a_customer(lago: Calls) -> None:
    made(lago, reusable=False)
    assert applied(lago).status == 200
    assert applied(lago).details == {"coupon": ["coupon_is_not_reusable"]}
    assert applied(lago, customer="c2").status == 200


def test_an_unknown_coupon_or_customer_is_not_found(lago: Calls) -> None:
    assert applied(lago, "none").code == "coupon_not_found"
    body = {"applied_coupon": {"external_customer_id": "nobody", "coupon_code": "ten"}}
    assert lago.post("applied_coupons", body).code == "customer_not_found"


def test_applied_coupons_are_filtered_by_code_as_a_list_only(lago: Calls) -> None:
    for code in ("ten", "twenty"):
        lago.post("coupons", coupon(code))
        applied(lago, code)

    def count(query: str) -> Any:
        return lago.get(f"applied_coupons?{query}&per_page=1").body["meta"]["total_count"]

    assert (count("coupon_code[]=ten"), count("coupon_code=ten"), count("coupon_code[]=none")) == (1, 2, 0)
    assert (count("external_customer_id=c1"), count("external_customer_id=c2"), count("status=terminated")) == (2, 0, 0)


def test_1_38_accepts_more_coupons() -> None:
    lago = Calls(lago_version="1.38.0")
    assert made(lago, frequency="recurring").status == 200
    assert lago.post("coupons", {"coupon": {"name": "n"}}).details.keys() == {"coupon_type", "frequency", "expiration"}
