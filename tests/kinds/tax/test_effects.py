from typing import Any

from lago_gitops.core.model.audience import Audience, OwnPlan, Subscribers
from lago_gitops.core.model.effects import Effect
from lago_gitops.core.model.resources import Address
from tests.kinds.effects import create, delete, desired, effects, found, on, update
from tests.kinds.forms import ADD_ON, PLAN

TAX = {"kind": "tax", "code": "t", "name": "T", "rate": 20}

ENTITY = {"kind": "billing_entity", "code": "default", "name": "Org"}


def own(**fields: Any) -> OwnPlan:
    return OwnPlan(Address("plan", "p"), desired({**PLAN, **fields}).fields)


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


def test_a_new_rate_changes_bills_whatever_the_code_and_a_new_name_does_not() -> None:
    rest = "customers with this tax of their own change: 20% → 19% on all invoices from now on, and on drafts"
    assert effects(update(TAX, rate=19)) == [f"the bills of {rest}"]
    assert effects(update(TAX, rate=19), {**PLAN, "tax_codes": ["t"]}, audience=on("p", 2)) == [
        f"the bills of 2 subscriptions and of {rest}"
    ]
    assert effects(update(TAX, rate=19, code="u"), {**PLAN, "tax_codes": ["t"]}, audience=on("p", 2)) == [
        f"the bills of 2 subscriptions and of {rest}"
    ]
    assert effects(update(TAX, rate=19, name="VAT")) == [f"the bills of {rest}"]
    assert effects(update(TAX, name="VAT")) == []


def test_customers_who_carry_a_tax_are_counted_where_lago_tells() -> None:
    carried = {Address("tax", "t"): {"customers": 3}}
    assert effects(update(TAX, rate=19), counts=carried) == [
        "the bills of 3 customers with this tax of their own change: 20% → 19% on all invoices from now on, and on "
        "drafts"
    ]
    assert "it is removed from 3 customers, billing entities and draft invoices" in effects(delete(TAX), counts=carried)
    nobody = {Address("tax", "t"): {"customers": 0}}
    assert effects(update(TAX, rate=19), {**PLAN, "tax_codes": ["t"]}, audience=on("p", 1), counts=nobody) == [
        "the bill of 1 subscription changes: 20% → 19% on all invoices from now on, and on drafts"
    ]
    assert effects(update(TAX, rate=19), counts=nobody) == []
    assert "it is removed from billing entities and draft invoices" in effects(delete(TAX), counts=nobody)
    unknown = {Address("tax", "t"): {"customers": None}}
    assert effects(update(TAX, rate=19), counts=unknown) == effects(update(TAX, rate=19))


def test_the_rate_of_a_billing_entitys_tax_is_everybodys() -> None:
    [said] = effects(update(TAX, rate=19), {**ENTITY, "tax_codes": ["t"]}, audience=on("p", 7))
    assert said.startswith("the bills of 7 subscriptions and of customers with")


def test_the_rate_of_another_bearers_tax_is_not_everybodys() -> None:
    there = Audience(9, {Address("plan", "p"): Subscribers(2, 0, 0)})
    [of_a_plan] = effects(update(TAX, rate=19), {**PLAN, "tax_codes": ["t"]}, audience=there)
    [of_an_add_on] = effects(update(TAX, rate=19), {**ADD_ON, "tax_codes": ["t"]}, audience=there)

    assert of_a_plan.startswith("the bills of 2 subscriptions and of customers")
    assert of_an_add_on.startswith("the bills of customers")


def test_a_tax_that_only_overridden_plans_have_changes_their_bills() -> None:
    """Lago copies no tax: an overridden plan has those that the override names, whatever the plan has."""
    audience = on("p", 3, own=2, own_plans=(own(), own(tax_codes=["t"])))
    rest = "customers with this tax of their own change: 20% → 19% on all invoices from now on, and on drafts"
    assert effects(update(TAX, rate=19), PLAN, audience=audience) == [f"the bills of 1 subscription and of {rest}"]
    assert effects(delete(TAX), PLAN, audience=audience)[1:] == [
        "it is removed from 1 overridden plan of plan/p, customers, billing entities and draft invoices",
        "the bill of 1 subscription changes: it is removed from all future invoices and from drafts",
    ]


def test_who_has_a_tax_is_who_has_the_plan_itself_and_who_has_an_override_with_it() -> None:
    taxed = {**PLAN, "tax_codes": ["t"]}
    for own_plans, number in (((own(), own()), 1), ((own(), own(tax_codes=["t"])), 2), (None, 3)):
        [said] = effects(update(TAX, rate=19), taxed, audience=on("p", 3, own=2, own_plans=own_plans))
        assert said.startswith(f"the bills of {number} subscription")


def test_plans_with_a_tax_are_hit_in_the_order_of_their_codes() -> None:
    plans = [{**PLAN, "code": code, "tax_codes": ["t"]} for code in "cbaed"]
    there = Audience(5, {Address("plan", code): Subscribers(1, 0, 0) for code in "cbaed"})
    [said] = found(update(TAX, rate=19), *plans, audience=there)
    assert isinstance(said, Effect)
    assert said.hit == tuple((Address("plan", code), 1) for code in "abcde")


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
    assert not any("taxes of their own" in one for one in effects(delete(on_all), audience=on("p", 3)))
