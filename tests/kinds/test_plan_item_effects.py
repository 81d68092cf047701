from typing import Any

from lago_gitops.core.model.audience import OwnPlan
from lago_gitops.core.model.resources import Address
from tests.kinds.effects import delete, desired, effects, on, update
from tests.kinds.forms import ADD_ON, FIXED, PLAN


def own(**fields: Any) -> OwnPlan:
    return OwnPlan(Address("plan", "p"), desired({**PLAN, **fields}).fields)


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
    assert effects(update(ADD_ON, tax_codes=["t"], code="new"), plan, audience=on("p", 1)) == [said]
    assert said.startswith("the bill of 1 subscription changes: its taxes are those of fixed charges")
    assert effects(update(ADD_ON, tax_codes=["t"]), taxed, audience=on("p", 1)) == []
    assert effects(update(ADD_ON, tax_codes=["t"]), plan) == []
    assert effects(update(ADD_ON, amount_cents=7), plan, audience=on("p", 1)) == []


def test_taxes_of_an_add_on_reach_overridden_plans_that_alone_have_it() -> None:
    hidden = on("p", 2, own=1, own_plans=(own(fixed_charges=[FIXED]),))
    [said] = effects(update(ADD_ON, tax_codes=["t"]), PLAN, audience=hidden)
    assert said.startswith("the bill of 1 subscription changes")
