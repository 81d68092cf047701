from typing import Any

from tests.kinds.forms import findings

FIXED = {
    "kind": "coupon", "code": "c", "name": "C", "coupon_type": "fixed_amount", "amount_cents": 1,
    "amount_currency": "EUR", "frequency": "once", "expiration": "no_expiration",
}  # fmt: skip
PERCENT = {**FIXED, "coupon_type": "percentage", "amount_cents": None, "amount_currency": None, "percentage_rate": "5"}


def test_an_amount_off_has_an_amount_and_a_currency() -> None:
    assert findings(FIXED) == []
    assert findings({**FIXED, "amount_cents": None}) == [
        ("coupon_type", "coupon_type: fixed_amount needs amount_cents")
    ]
    assert findings({**FIXED, "amount_currency": None}) == [
        ("coupon_type", "coupon_type: fixed_amount needs amount_currency")
    ]


def test_a_share_has_a_rate_and_nothing_of_an_amount() -> None:
    assert findings(PERCENT) == []
    assert findings({**PERCENT, "percentage_rate": None}) == [
        ("coupon_type", "coupon_type: percentage needs percentage_rate")
    ]
    assert findings({**PERCENT, "amount_cents": 1}) == [
        ("amount_cents", "amount_cents has no effect with coupon_type: percentage")
    ]


def test_a_rate_is_above_zero_at_most_a_hundred_with_five_decimals() -> None:
    def of(rate: Any) -> list[tuple[str, str]]:
        return findings({**PERCENT, "percentage_rate": rate})

    assert of("100") == of("0.00001") == of("1.100000") == []
    assert of("0") == [("percentage_rate", "0 is not above 0")]
    assert of("100.1") == [("percentage_rate", "100.1 is more than 100")]
    assert of("0.000001") == [("percentage_rate", "0.000001 has more than 5 decimals")]


def test_a_number_of_invoices_goes_with_recurring() -> None:
    assert findings({**FIXED, "frequency": "recurring", "frequency_duration": 3}) == []
    assert findings({**FIXED, "frequency": "recurring"}) == [
        ("frequency", "frequency: recurring needs frequency_duration")
    ]
    assert findings({**FIXED, "frequency_duration": 3}) == [
        ("frequency_duration", "frequency_duration has no effect with frequency: once")
    ]


def test_an_end_goes_with_a_time_limit() -> None:
    limited = {**FIXED, "expiration": "time_limit", "expiration_at": "2099-01-01"}
    assert findings(limited) == []
    assert findings({**limited, "expiration_at": None}) == [
        ("expiration", "expiration: time_limit needs expiration_at")
    ]
    assert findings({**limited, "expiration": "no_expiration"}) == [
        ("expiration_at", "expiration_at has no effect with expiration: no_expiration")
    ]


def test_an_end_is_a_date() -> None:
    limited = {**FIXED, "expiration": "time_limit", "expiration_at": "some dayZ"}
    assert findings(limited) == [("expiration_at", "'some dayZ' is not a date")]


# recorded: cp-both, coup-13
def test_a_coupon_is_limited_to_plans_or_to_metrics() -> None:
    assert findings({**FIXED, "applies_to": {"plan_codes": ["p"], "billable_metric_codes": []}}) == []
    assert findings({**FIXED, "applies_to": {"billable_metric_codes": ["m"]}}) == []
    assert findings({**FIXED, "applies_to": {"plan_codes": ["p"], "billable_metric_codes": ["m"]}}) == [
        ("applies_to", "a coupon can be limited to plans or to metrics, not to both")
    ]
