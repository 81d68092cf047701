"""What changes of taxes, coupons, add-ons, features and webhook endpoints come to."""

from typing import Any

import pytest

from lago_gitops.core.model.resources import Address
from tests.kinds.effects import create, delete, effects, update
from tests.kinds.forms import ADD_ON, FIXED, PLAN

TAX = {"kind": "tax", "code": "t", "name": "T", "rate": 20}
COUPON = {
    "kind": "coupon", "code": "c", "name": "C", "coupon_type": "percentage", "percentage_rate": 1,
    "frequency": "once", "expiration": "time_limit", "expiration_at": "2027-12-31",
}  # fmt: skip
FEATURE = {"kind": "feature", "code": "seats", "privileges": [{"code": "max", "value_type": "integer"}]}
ENTITLED = {**PLAN, "entitlements": {"seats": {"max": 1}}}


def endpoint(number: int) -> dict[str, Any]:
    return {"kind": "webhook_endpoint", "webhook_url": f"https://a.example/{number}"}


# recorded: re-tax-3, dl-tax-recreate
def test_a_deleted_tax_burns_its_code_and_is_taken_off_what_has_it() -> None:
    burnt = "no tax can ever be made again under the code 't'"
    rest = "customers, billing entities and draft invoices"
    assert effects(delete(TAX)) == [burnt, f"it is taken off {rest}"]
    assert effects(delete(TAX), {**PLAN, "tax_codes": ["t"]}) == [burnt, f"it is taken off plan/p, {rest}"]


def test_a_new_rate_changes_bills_and_a_new_name_does_not() -> None:
    assert effects(update(TAX, rate=19)) == ["draft invoices and all invoices from now on have the new rate"]
    assert effects(update(TAX, name="VAT")) == []


# recorded: use-coupon-del
def test_a_deleted_coupon_ends_discounts() -> None:
    assert effects(delete(COUPON), counts={Address("coupon", "c"): {"applied": 2}}) == [
        "2 discounts given to customers end at once"
    ]
    assert effects(delete(COUPON)) == []


# recorded: cp-past
@pytest.mark.parametrize("at", ["2027-05-31", "2027-06-01T00:00:00Z"])
def test_an_end_that_has_passed_is_refused(at: str) -> None:
    refusal = [f"refused: Lago takes no expiration_at that has passed: {at[:10]}T00:00:00Z"]
    assert effects(create({**COUPON, "expiration_at": at})) == refusal
    assert effects(update(COUPON, expiration_at=at)) == refusal


def test_an_end_that_is_not_sent_may_have_passed() -> None:
    assert effects(update({**COUPON, "expiration_at": "2020-01-01"}, name="N")) == []
    assert effects(create(COUPON)) == []


def test_a_coupon_for_a_plan_with_prices_of_their_own_can_not_be_updated() -> None:
    limited = {**COUPON, "applies_to": {"plan_codes": ["p", "q"]}}
    assert effects(update(limited, name="N"), counts={Address("plan", "p"): {"overridden": 1}}) == [
        "refused: Lago can't update a coupon for plan 'p' while there are own prices: 1 subscription"
    ]


# recorded: iu-addon-delete
def test_a_deleted_add_on_takes_its_fixed_charges_along() -> None:
    assert effects(delete(ADD_ON), {**PLAN, "fixed_charges": [FIXED]}) == [
        "its charges go from plan/p, and from plans of single subscriptions; their open usage is never billed"
    ]


# recorded: iu-feature-delete
def test_a_deleted_feature_ends_entitlements() -> None:
    assert effects(delete(FEATURE), ENTITLED) == ["plan/p no longer entitle to it, nor do their subscriptions"]
    assert effects(delete(FEATURE)) == []


def test_a_privilege_that_goes_takes_its_values_along() -> None:
    sentence = ["the values of max go from plan/p and their subscriptions"]
    assert effects(update(FEATURE, privileges=[]), ENTITLED) == sentence
    assert effects(update(FEATURE, privileges=[{"code": "max"}]), ENTITLED) == sentence
    assert effects(update(FEATURE, name="Seats"), ENTITLED) == []


def test_a_deleted_endpoint_takes_its_deliveries_along() -> None:
    assert effects(delete(endpoint(1))) == ["what was delivered to it is deleted with it"]


# recorded: hook-10
def test_the_eleventh_endpoint_is_refused() -> None:
    there = [endpoint(number) for number in range(9)]
    first, second = create(endpoint(10)), create(endpoint(11))
    assert effects(first, *there, with_=[second]) == []
    assert effects(second, *there[1:], with_=[first]) == []
    refusal = "refused: Lago takes 10 webhook endpoints, and there would be 11"
    assert effects(first, *there, endpoint(9)) == [refusal]


def test_a_delete_makes_room_for_it() -> None:
    there = [endpoint(number) for number in range(9)]
    assert effects(create(endpoint(10)), *there, with_=[delete(endpoint(9))]) == []
    assert effects(update(endpoint(1), name="N")) == []
