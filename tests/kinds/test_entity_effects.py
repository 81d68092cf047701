from typing import Any

import pytest

from lago_gitops.core.model.effects import Effect, EffectClass
from tests.kinds.effects import create, effects, found, on, update

ENTITY = {"kind": "billing_entity", "code": "default", "name": "Org"}

ORGANIZATION = {"kind": "organization", "slug": "acme", "net_payment_term": 0, "timezone": "UTC"}


@pytest.mark.parametrize("before", [ENTITY, ORGANIZATION])
@pytest.mark.parametrize(
    ("fields", "class_", "said"),
    [
        (
            {"net_payment_term": 30},
            EffectClass.CHANGES_TERMS,
            "net_payment_term on all that are created or finalized from now on (due dates of drafts move immediately)",
        ),
        ({"timezone": "Europe/Paris"}, EffectClass.CHANGES_BILLS, "timezone in the running period and on drafts too"),
        ({"default_currency": "EUR"}, EffectClass.CHANGES_TERMS, "default_currency of new customers only"),
        (
            {"billing_configuration": {"invoice_grace_period": 5}},
            EffectClass.CHANGES_TERMS,
            "billing_configuration.invoice_grace_period from the next period",
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
    assert one.sentence.startswith(f"invoices of up to 4 subscriptions change: {said}")
    assert found(update(there, **fields)) == []


# recorded: entity/be-tax
def test_taxes_of_a_billing_entity_change_bills_and_its_address_none() -> None:
    [said] = effects(update(ENTITY, tax_codes=["t"]), audience=on("p", 3))
    assert said == "invoices of up to 3 subscriptions change: tax_codes in the running period and on drafts too"
    assert effects(update(ENTITY, city="Oslo", name="N"), audience=on("p", 3)) == []
    assert effects(create(ENTITY), audience=on("p", 3)) == []


# recorded: entity/be-g20
def test_fewer_days_of_grace_move_drafts() -> None:
    before = {**ENTITY, "billing_configuration": {"invoice_grace_period": 20}}
    [said] = effects(update(before, billing_configuration={"invoice_grace_period": 5}), audience=on("p", 3))
    assert "issuing and due dates of drafts move immediately" in said
