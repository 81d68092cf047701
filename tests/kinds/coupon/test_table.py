from typing import Any

import pytest

from lago_gitops.core.model.types import Lock
from lago_gitops.kinds.coupon.table import COUPON
from tests.kinds.forms import as_read, as_written, recorded


def test_a_rate_is_rounded_to_five_decimals() -> None:
    answer = {**recorded("cp-update-clear"), "percentage_rate": "33.33333"}
    assert (
        as_read(COUPON, answer)["percentage_rate"]
        == as_written(COUPON, {"percentage_rate": "33.333333"})["percentage_rate"]
    )


# recorded: coup-03
def test_what_means_nothing_in_a_coupon_of_its_sort_is_not_read() -> None:
    answer = {**recorded("coup-03"), "frequency_duration": 3, "expiration_at": "2099-01-01T00:00:00Z"}
    found = as_read(COUPON, answer)
    names = ("amount_cents", "amount_currency", "frequency_duration", "expiration_at")
    assert [found[name] for name in names] == [None] * 4


def test_an_end_is_compared_as_a_moment() -> None:
    written = as_written(COUPON, {"expiration_at": "2099-08-09T01:59:59.5+02:00"})
    assert written["expiration_at"] == as_read(COUPON, recorded("cp-update-clear"))["expiration_at"]


def limits(**answer: Any) -> Any:
    return as_read(COUPON, {**recorded("cp-update-clear"), **answer})["applies_to"]


@pytest.mark.parametrize("written", [{}, {"applies_to": {}}, {"applies_to": None}, {"applies_to": {"plan_codes": []}}])
def test_a_coupon_without_limits_has_two_empty_lists(written: dict[str, Any]) -> None:
    assert as_written(COUPON, written)["applies_to"] == limits()


def test_limits_are_sets() -> None:
    written = as_written(COUPON, {"applies_to": {"plan_codes": ["b", "a", "b"]}})
    assert written["applies_to"] == limits(plan_codes=["b", "a"], limited_plans=True)


def test_a_limit_to_what_was_deleted_is_still_a_limit() -> None:
    assert limits(limited_billable_metrics=True)["billable_metric_codes"] == ("(deleted)",)


# recorded: iu-coupon-put, use-coupon-put
def test_fields_that_stay_once_it_was_given_to_a_customer() -> None:
    free = {field.name for field in COUPON.fields if field.lock is not Lock.IN_USE}
    assert free == {"name", "description", "expiration", "expiration_at", "applies_to"}
    [applies_to] = [field.type for field in COUPON.fields if field.name == "applies_to"]
    assert {field.lock for field in applies_to.fields} == {Lock.IN_USE}  # type: ignore[union-attr]
