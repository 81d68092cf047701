import pytest

from lago_gitops.core.model.audience import Audience
from lago_gitops.core.model.resources import Address
from tests.kinds.effects import create, delete, effects, on, update

COUPON = {
    "kind": "coupon", "code": "c", "name": "C", "coupon_type": "percentage", "percentage_rate": 1,
    "frequency": "once", "expiration": "time_limit", "expiration_at": "2027-12-31",
}  # fmt: skip


# recorded: use-coupon-del
def test_a_deleted_coupon_ends_discounts() -> None:
    given = Address("coupon", "c")
    assert effects(delete(COUPON), counts={given: {"applied": 2}}) == [
        "deleting it ends 2 discounts given to customers immediately, on draft invoices too"
    ]
    [unknown] = effects(delete(COUPON), counts={given: {"applied": None}})
    assert unknown == "deleting it ends discounts given to customers immediately, on draft invoices too"
    assert effects(delete(COUPON)) == []


# recorded: small/k-exp
def test_a_new_end_leaves_what_customers_have() -> None:
    later, given = update(COUPON, expiration_at="2028-12-31"), Address("coupon", "c")
    assert effects(later, counts={given: {"applied": 3}}) == [
        "nothing changes for 3 discounts given to customers, not even after the new date"
    ]
    assert effects(later, counts={given: {"applied": None}}) == [
        "nothing changes for discounts given to customers, not even after the new date"
    ]
    assert len(effects(update(COUPON, name="N", expiration_at="2028-12-31"), counts={given: {"applied": 3}})) == 1
    assert effects(later) == effects(update(COUPON, name="N"), counts={given: {"applied": 3}}) == []


# recorded: cp-past
@pytest.mark.parametrize("at", ["2027-05-31", "2027-06-01T00:00:00Z"])
def test_an_end_that_has_passed_is_refused(at: str) -> None:
    refusal = [f"refused: Lago refuses an expiration_at in the past: {at[:10]}T00:00:00Z"]
    assert effects(create({**COUPON, "expiration_at": at})) == refusal
    assert effects(update(COUPON, expiration_at=at)) == effects(update(COUPON, name="N", expiration_at=at)) == refusal


def test_an_end_that_is_not_sent_may_have_passed() -> None:
    assert effects(update({**COUPON, "expiration_at": "2020-01-01"}, name="N")) == []
    assert (
        effects(create(COUPON)) == effects(update({**COUPON, "expiration_at": "2020-01-01"}, expiration_at=None)) == []
    )


def test_a_coupon_for_an_overridden_plan_can_not_be_updated() -> None:
    limited = {**COUPON, "applies_to": {"plan_codes": ["p", "q"]}}
    assert effects(update(limited, name="N"), audience=on("p", 1, own=1)) == [
        "refused: Lago can't update a coupon for plan 'p' while it has 1 overridden subscription"
    ]


def test_so_it_is_while_a_subscription_that_waits_or_has_ended_has_a_copy_of_the_plan() -> None:
    """Lago looks its plans up by code, and finds each copy too: 404 plans_not_found."""
    limited = {**COUPON, "applies_to": {"plan_codes": ["p"]}}
    copied = Audience(copied=frozenset({Address("plan", "p")}))
    [refused] = effects(update(limited, name="N"), audience=copied)
    assert "'p' while it has an overridden subscription that waits or has ended" in refused
    assert effects(update({**COUPON, "applies_to": {"plan_codes": ["q"]}}, name="N"), audience=copied) == []


# measured on a server: e2e 9
def test_where_lago_does_not_tell_who_is_overridden_nothing_is_refused_for_it() -> None:
    limited = {**COUPON, "applies_to": {"plan_codes": ["p"]}}
    assert effects(update(limited, name="N"), audience=on("p", 1, own=None)) == []
