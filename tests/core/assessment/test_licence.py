from typing import Any

from lago_gitops.core.assessment.licence import licensed, needs_licence, needs_licence_to_exist
from lago_gitops.core.comparison.abilities.licence import asks_for_licence
from lago_gitops.core.model.effects import Situation
from lago_gitops.kinds.billing_entity import BILLING_ENTITY
from lago_gitops.kinds.plan.table import PLAN
from tests.kinds.effects import create, delete, desired, live, update
from tests.kinds.forms import CHARGE
from tests.kinds.forms import PLAN as BARE

PERCENTAGE = {**CHARGE, "charge_model": "percentage"}


def paths(**fields: Any) -> list[str]:
    return list(licensed(PLAN.object, desired({**BARE, **fields}).fields))


def test_licensed_fields_that_say_something_are_found_at_any_depth() -> None:
    price = {"rate": "1", "per_transaction_min_amount": "2"}
    assert paths(
        minimum_commitment={"amount_cents": 1},
        usage_thresholds=[{"amount_cents": 5}],
        charges=[{**PERCENTAGE, "min_amount_cents": 5, "properties": price}],
    ) == [
        "minimum_commitment",
        "usage_thresholds",
        "charges.c.min_amount_cents",
        "charges.c.per_transaction_min_amount",
    ]


def test_and_in_objects_of_their_own() -> None:
    entity = desired({"kind": "billing_entity", "code": "e", "billing_configuration": {"invoice_grace_period": 3}})
    assert list(licensed(BILLING_ENTITY.object, entity.fields)) == ["billing_configuration.invoice_grace_period"]


def test_defaults_need_no_licence() -> None:
    assert paths(charges=[{**CHARGE, "min_amount_cents": 0, "invoiceable": True}], usage_thresholds=[]) == []


def sentences(change: Any) -> list[str]:
    return [one.sentence for one in needs_licence(change, PLAN)]


def test_what_is_filled_for_the_first_time_is_said() -> None:
    with_minimum = {**BARE, "minimum_commitment": {"amount_cents": 1}}
    said = ["without a licence Lago answers 200 and leaves out minimum_commitment"]
    assert sentences(create(with_minimum)) == said
    assert sentences(update(BARE, minimum_commitment={"amount_cents": 1})) == said
    assert sentences(update(with_minimum, minimum_commitment={"amount_cents": 2})) == []
    assert sentences(delete(with_minimum)) == []


SHARES = {"graduated_percentage_ranges": [{"from_value": 0, "to_value": None, "rate": 1, "flat_amount": 0}]}
BY_SHARE = {**CHARGE, "charge_model": "graduated_percentage", "properties": SHARES}


def test_a_model_for_which_lago_refuses_the_plan_is_said_when_it_is_new() -> None:
    said = ["without a licence Lago refuses the plan, for charges.c.charge_model graduated_percentage"]
    assert sentences(create({**BARE, "charges": [BY_SHARE]})) == said
    assert sentences(update(BARE, charges=[BY_SHARE])) == said
    assert sentences(update({**BARE, "charges": [BY_SHARE]}, name="N")) == []


def test_a_second_billing_entity_is_one_too_many() -> None:
    one, two = ({"kind": "billing_entity", "code": code, "name": "E"} for code in ("a", "b"))

    def said(change: Any, *there: dict[str, Any]) -> list[str]:
        present = {live(data).address: live(data) for data in there}
        situation = Situation(present, (change,), {}, {}, "")
        return [effect.sentence for effect in needs_licence_to_exist(change, situation, BILLING_ENTITY)]

    assert said(create(two), one) == ["without a licence Lago refuses to create another billing_entity"]
    assert said(create(two)) == said(update(one, name="N"), one) == []


def test_whether_a_licence_matters_is_seen_in_fields_and_choices() -> None:
    def asks(**fields: Any) -> bool:
        return asks_for_licence(PLAN.object, desired({**BARE, **fields}).fields)

    assert asks(minimum_commitment={"amount_cents": 1})
    assert asks(charges=[BY_SHARE])
    assert not asks(charges=[CHARGE])
