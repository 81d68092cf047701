"""What changes of taxes, coupons, add-ons, features, entities and webhook endpoints come to."""

from typing import Any

import pytest

from lago_gitops.core.model.audience import Audience, OwnPlan, Subscribers
from lago_gitops.core.model.effects import Effect, EffectClass
from lago_gitops.core.model.resources import Address
from tests.kinds.effects import create, delete, desired, effects, found, on, update
from tests.kinds.forms import ADD_ON, FIXED, PLAN

TAX = {"kind": "tax", "code": "t", "name": "T", "rate": 20}
COUPON = {
    "kind": "coupon", "code": "c", "name": "C", "coupon_type": "percentage", "percentage_rate": 1,
    "frequency": "once", "expiration": "time_limit", "expiration_at": "2027-12-31",
}  # fmt: skip
FEATURE = {"kind": "feature", "code": "seats", "privileges": [{"code": "max", "value_type": "integer"}]}
ENTITY = {"kind": "billing_entity", "code": "default", "name": "Org"}
ENTITLED = {**PLAN, "entitlements": {"seats": {"max": 1}}}


def endpoint(number: int) -> dict[str, Any]:
    return {"kind": "webhook_endpoint", "webhook_url": f"https://a.example/{number}"}


# recorded: re-tax-3, dl-tax-recreate
def test_a_deleted_tax_burns_its_code_and_is_taken_off_what_has_it() -> None:
    burnt = "no tax can ever be created again under the code 't'"
    rest = "customers, billing entities and draft invoices"
    assert effects(delete(TAX)) == [burnt, f"it is removed from {rest}"]
    assert effects(delete(TAX), {**PLAN, "tax_codes": ["t"]}) == [burnt, f"it is removed from plan/p, {rest}"]


# recorded: small/tx-del
def test_a_deleted_tax_changes_the_bills_of_those_whose_plan_has_it() -> None:
    taxed = {**PLAN, "tax_codes": ["t"]}
    assert effects(delete(TAX), taxed, audience=on("p", 2))[2] == (
        "the bills of 2 subscriptions change: it is removed from all future invoices and from drafts"
    )


def test_a_new_rate_changes_bills_and_a_new_name_does_not() -> None:
    rest = "customers that have this tax themselves change: all invoices from now on, and drafts"
    assert effects(update(TAX, rate=19)) == [f"the bills of {rest}"]
    assert effects(update(TAX, rate=19), {**PLAN, "tax_codes": ["t"]}, audience=on("p", 2)) == [
        f"the bills of 2 subscriptions and of {rest}"
    ]
    assert effects(update(TAX, name="VAT")) == []


def test_customers_who_carry_a_tax_are_counted_where_lago_tells() -> None:
    carried = {Address("tax", "t"): {"customers": 3}}
    assert effects(update(TAX, rate=19), counts=carried) == [
        "the bills of 3 customers that have this tax themselves change: all invoices from now on, and drafts"
    ]
    assert "it is removed from 3 customers, billing entities and draft invoices" in effects(delete(TAX), counts=carried)
    nobody = {Address("tax", "t"): {"customers": 0}}
    assert effects(update(TAX, rate=19), counts=nobody) == []
    assert "it is removed from billing entities and draft invoices" in effects(delete(TAX), counts=nobody)
    unknown = {Address("tax", "t"): {"customers": None}}
    assert effects(update(TAX, rate=19), counts=unknown) == effects(update(TAX, rate=19))


def test_the_rate_of_a_billing_entitys_tax_is_everybodys() -> None:
    [said] = effects(update(TAX, rate=19), {**ENTITY, "tax_codes": ["t"]}, audience=on("p", 7))
    assert said.startswith("the bills of 7 subscriptions and of customers that have")


def test_the_rate_of_another_bearers_tax_is_not_everybodys() -> None:
    there = Audience(9, {Address("plan", "p"): Subscribers(2, 0, 0)})
    [of_a_plan] = effects(update(TAX, rate=19), {**PLAN, "tax_codes": ["t"]}, audience=there)
    [of_an_add_on] = effects(update(TAX, rate=19), {**ADD_ON, "tax_codes": ["t"]}, audience=there)

    assert of_a_plan.startswith("the bills of 2 subscriptions and of customers")
    assert of_an_add_on.startswith("the bills of customers")


def own(**fields: Any) -> OwnPlan:
    return OwnPlan(Address("plan", "p"), desired({**PLAN, **fields}).fields)


def test_a_tax_that_only_overridden_plans_have_changes_their_bills() -> None:
    """Lago copies no tax: an overridden plan has those that the override names, whatever the plan has."""
    audience = on("p", 3, own=2, own_plans=(own(), own(tax_codes=["t"])))
    rest = "customers that have this tax themselves change: all invoices from now on, and drafts"
    assert effects(update(TAX, rate=19), PLAN, audience=audience) == [f"the bills of 1 subscription and of {rest}"]
    assert effects(delete(TAX), PLAN, audience=audience)[1:] == [
        "it is removed from 1 overridden plan of plan/p, customers, billing entities and draft invoices",
        "the bills of 1 subscription change: it is removed from all future invoices and from drafts",
    ]


def test_who_has_a_tax_is_who_has_the_plan_itself_and_who_has_an_override_with_it() -> None:
    taxed = {**PLAN, "tax_codes": ["t"]}
    for own_plans, number in (((own(), own()), 1), ((own(), own(tax_codes=["t"])), 2), (None, 3)):
        [said] = effects(update(TAX, rate=19), taxed, audience=on("p", 3, own=2, own_plans=own_plans))
        assert said.startswith(f"the bills of {number} subscription")


# measured on a server: e2e 5
def test_a_tax_that_is_put_on_everybody_or_taken_off_says_so() -> None:
    on_all = {**TAX, "applied_to_organization": True}
    put = "customers without taxes of their own have it on their invoices, drafts too: 3 subscriptions at most"
    assert effects(update(TAX, applied_to_organization=True), audience=on("p", 3)) == [put]
    assert effects(create(on_all), audience=on("p", 3)) == [put]
    assert effects(update(on_all, applied_to_organization=False), audience=on("p", 3)) == [
        "customers without taxes of their own no longer have it, drafts too: 3 subscriptions at most"
    ]
    assert effects(create(on_all)) == effects(create(TAX), audience=on("p", 3)) == []
    assert effects(update(on_all, name="N"), audience=on("p", 3)) == []


# recorded: use-coupon-del
def test_a_deleted_coupon_ends_discounts() -> None:
    given = Address("coupon", "c")
    assert effects(delete(COUPON), counts={given: {"applied": 2}}) == [
        "the coupon ends immediately for the 2 discounts given to customers, on draft invoices too"
    ]
    [unknown] = effects(delete(COUPON), counts={given: {"applied": None}})
    assert unknown == "the coupon ends immediately for discounts given to customers, on draft invoices too"
    assert effects(delete(COUPON)) == []


# recorded: small/k-exp
def test_a_new_end_leaves_what_customers_have() -> None:
    later, given = update(COUPON, expiration_at="2028-12-31"), Address("coupon", "c")
    assert effects(later, counts={given: {"applied": 3}}) == [
        "nothing changes for the 3 discounts given to customers, not even after the new date"
    ]
    assert effects(later, counts={given: {"applied": None}}) == [
        "nothing changes for discounts given to customers, not even after the new date"
    ]
    assert effects(later) == effects(update(COUPON, name="N"), counts={given: {"applied": 3}}) == []


# recorded: cp-past
@pytest.mark.parametrize("at", ["2027-05-31", "2027-06-01T00:00:00Z"])
def test_an_end_that_has_passed_is_refused(at: str) -> None:
    refusal = [f"refused: Lago refuses an expiration_at in the past: {at[:10]}T00:00:00Z"]
    assert effects(create({**COUPON, "expiration_at": at})) == refusal
    assert effects(update(COUPON, expiration_at=at)) == refusal


def test_an_end_that_is_not_sent_may_have_passed() -> None:
    assert effects(update({**COUPON, "expiration_at": "2020-01-01"}, name="N")) == []
    assert effects(create(COUPON)) == []


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


# recorded: iu-addon-delete, fixed2/ao_del
def test_a_deleted_add_on_takes_its_fixed_charges_along() -> None:
    plan = {**PLAN, "fixed_charges": [FIXED]}
    removed = "its fixed charges are removed from plan/p"
    assert effects(delete(ADD_ON), plan) == [removed]
    assert effects(delete(ADD_ON), plan, audience=on("p", 1)) == [
        removed,
        "amounts due from 1 subscription for its fixed charges in the running period, and on drafts, are never billed",
    ]
    assert effects(delete(ADD_ON), plan, audience=on("p", 1), version=(1, 38)) == [removed]


def test_taxes_of_an_add_on_are_those_of_fixed_charges_without_their_own() -> None:
    plan, taxed = {**PLAN, "fixed_charges": [FIXED]}, {**PLAN, "fixed_charges": [{**FIXED, "tax_codes": ["x"]}]}
    [said] = effects(update(ADD_ON, tax_codes=["t"]), plan, audience=on("p", 1))
    assert said.startswith("the bills of 1 subscription change: its taxes are those of fixed charges")
    assert effects(update(ADD_ON, tax_codes=["t"]), taxed, audience=on("p", 1)) == []
    assert effects(update(ADD_ON, tax_codes=["t"]), plan) == []
    assert effects(update(ADD_ON, amount_cents=7), plan, audience=on("p", 1)) == []


def test_taxes_of_an_add_on_reach_overridden_plans_that_alone_have_it() -> None:
    hidden = on("p", 2, own=1, own_plans=(own(fixed_charges=[FIXED]),))
    [said] = effects(update(ADD_ON, tax_codes=["t"]), PLAN, audience=hidden)
    assert said.startswith("the bills of 1 subscription change")


# recorded: iu-feature-delete
def test_a_deleted_feature_ends_entitlements() -> None:
    taken = "the feature and its values are taken from plan/p and from subscriptions that had them individually"
    assert effects(delete(FEATURE), ENTITLED) == [taken]
    assert effects(delete(FEATURE), ENTITLED, audience=on("p", 2)) == [
        taken,
        "this entitlement ends immediately for 2 subscriptions",
    ]
    assert effects(delete(FEATURE)) == []


# measured on a server: e2e 15
def test_a_feature_that_no_plan_has_may_be_given_to_subscriptions() -> None:
    assert effects(delete(FEATURE), audience=on("p", 2)) == [
        "the feature and its values are taken from subscriptions that had them individually"
    ]


def test_a_privilege_that_is_removed_takes_its_values_along() -> None:
    sentence = [
        "the values of max are taken from plan/p and from subscriptions that had them individually",
    ]
    assert effects(update(FEATURE, privileges=[]), ENTITLED) == sentence
    assert effects(update(FEATURE, privileges=[{"code": "max"}]), ENTITLED) == sentence
    assert effects(update(FEATURE, name="Seats"), ENTITLED, audience=on("p", 1)) == []
    assert effects(create(FEATURE), audience=on("p", 1)) == []


ORGANIZATION = {"kind": "organization", "slug": "acme", "net_payment_term": 0, "timezone": "UTC"}


@pytest.mark.parametrize("before", [ENTITY, ORGANIZATION])
@pytest.mark.parametrize(
    ("fields", "class_", "said"),
    [
        (
            {"net_payment_term": 30},
            EffectClass.CHANGES_TERMS,
            "net_payment_term: all created or finalized from now on (due dates of drafts move immediately)",
        ),
        ({"timezone": "Europe/Paris"}, EffectClass.CHANGES_BILLS, "timezone: the running period and drafts"),
        ({"default_currency": "EUR"}, EffectClass.CHANGES_TERMS, "default_currency: new customers only"),
        (
            {"billing_configuration": {"invoice_grace_period": 5}},
            EffectClass.CHANGES_TERMS,
            "billing_configuration.invoice_grace_period: from the next period",
        ),
    ],
)
def test_terms_of_a_billing_entity_are_everybodys(
    before: dict[str, Any], fields: dict[str, Any], class_: EffectClass, said: str
) -> None:
    there = {"billing_configuration": {"invoice_grace_period": 0}, "default_currency": "USD", **before}
    [one] = found(update(there, **fields), audience=on("p", 3, 1))
    assert isinstance(one, Effect)
    assert (one.class_, one.subscriptions) == (class_, 4)
    assert one.sentence.startswith(f"invoices of up to 4 subscriptions: {said}")
    assert found(update(there, **fields)) == []


# recorded: entity/be-tax
def test_taxes_of_a_billing_entity_change_bills_and_its_address_none() -> None:
    [said] = effects(update(ENTITY, tax_codes=["t"]), audience=on("p", 3))
    assert said == "invoices of up to 3 subscriptions: tax_codes: the running period and drafts get the new value"
    assert effects(update(ENTITY, city="Oslo", name="N"), audience=on("p", 3)) == []
    assert effects(create(ENTITY), audience=on("p", 3)) == []


# recorded: entity/be-g20
def test_fewer_days_of_grace_move_drafts() -> None:
    before = {**ENTITY, "billing_configuration": {"invoice_grace_period": 20}}
    [said] = effects(update(before, billing_configuration={"invoice_grace_period": 5}), audience=on("p", 3))
    assert "issuing and due dates of drafts move immediately" in said


def test_a_deleted_endpoint_takes_its_deliveries_along() -> None:
    assert effects(delete(endpoint(1))) == ["its delivery log is deleted, too"]


# recorded: hook-10
def test_the_eleventh_endpoint_is_refused() -> None:
    there = [endpoint(number) for number in range(9)]
    first, second = create(endpoint(10)), create(endpoint(11))
    assert effects(first, *there, with_=[second]) == []
    assert effects(second, *there[1:], with_=[first]) == []
    refusal = "refused: Lago allows 10 webhook endpoints, but there would be 11"
    assert effects(first, *there, endpoint(9)) == [refusal]


def test_a_delete_makes_room_for_it() -> None:
    there = [endpoint(number) for number in range(9)]
    assert effects(create(endpoint(10)), *there, with_=[delete(endpoint(9))]) == []
    assert effects(update(endpoint(1), name="N")) == []
