from dataclasses import replace
from typing import Any

from lago_gitops.core.assessment.licence import (
    is_one_too_many,
    lacks_licence,
    licensed,
    needs_licence,
    needs_licence_to_exist,
)
from lago_gitops.core.comparison.abilities.licence import asks_for_licence
from lago_gitops.core.model.effects import Situation, Weight
from lago_gitops.core.model.kind import Gate
from lago_gitops.core.model.resources import Address, Create, Update
from lago_gitops.core.model.types import Field, Text
from lago_gitops.kinds.billing_entity import BILLING_ENTITY
from lago_gitops.kinds.plan.table import PLAN
from tests.core.kinds import NODE, node
from tests.core.kinds import create as kind_create
from tests.core.kinds import live as kind_live
from tests.core.kinds import update as kind_update
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


def test_only_objects_of_the_kind_that_are_created_before_count() -> None:
    gated = replace(NODE, gate=Gate(free=1))
    there = {Address("other", "x"): kind_live(node("x"))}
    change, others = kind_create(node("a")), (create(BARE), kind_update(node("z"), node("z", name="n")))
    assert not is_one_too_many(change, (*others, change), there, gated, lambda _: True)
    assert is_one_too_many(change, (kind_create(node("b")), change), there, gated, lambda _: True)


def test_what_no_newer_lago_refuses_is_not_said() -> None:
    situation = Situation({}, (kind_create(node("a")),), {}, {}, "")
    [change] = situation.changes
    [effect] = needs_licence_to_exist(change, situation, replace(NODE, gate=Gate()))
    assert effect.weight is Weight.WARNING
    assert list(needs_licence_to_exist(change, situation, replace(NODE, gate=Gate(until="1.39")))) == []


def test_a_choice_that_only_came_later_needs_no_licence() -> None:
    model = Field("model", Text(choices=("plain", "new", "fancy"), licensed=("fancy",), newer=(("new", "1.45"),)), "")
    kind = replace(NODE, fields=(*NODE.fields, model))

    def said(change: Create | Update, before: str, after: str) -> list[str]:
        change = replace(change, desired=replace(change.desired, fields={**change.desired.fields, "model": after}))
        if isinstance(change, Update):
            change = replace(change, live=replace(change.live, fields={**change.live.fields, "model": before}))
        return [one.sentence for one in needs_licence(change, kind)]

    fancy = ["without a licence Lago refuses the node, for model fancy"]
    assert said(kind_create(node("a")), "", "new") == []
    assert said(kind_update(node("a"), node("a")), "new", "fancy") == said(kind_create(node("a")), "", "fancy") == fancy


def test_what_this_lago_would_leave_out_is_said_as_a_note() -> None:
    assert list(lacks_licence([])) == []
    [effect] = lacks_licence(["a", "b"])
    assert effect.weight is Weight.NOTE
    assert effect.sentence == "this Lago has no licence and would leave out a, b: not sent"


def test_whether_a_licence_matters_is_seen_in_fields_and_choices() -> None:
    def asks(**fields: Any) -> bool:
        return asks_for_licence(PLAN.object, desired({**BARE, **fields}).fields)

    assert asks(minimum_commitment={"amount_cents": 1})
    assert asks(charges=[BY_SHARE])
    assert not asks(charges=[CHARGE])
