from dataclasses import replace
from typing import Any

from lago_gitops.core.assessment.money_facts import money_facts
from lago_gitops.core.identity import money_digest, named
from lago_gitops.core.model.effects import Effect, EffectClass, Undo, Weight
from lago_gitops.core.model.problem import Mark
from lago_gitops.core.model.resources import Address, Create, Desired, FieldChange, Live, Update

PLAN = Address("plan", "p")
WANTED = Desired(PLAN, {"amount_cents": 2, "name": "P"}, Mark("p.yaml"))
NAME = FieldChange(("name",), ("name",), "O", "P")
FEE = FieldChange(("amount_cents",), ("amount_cents",), 1, 2)
BILLS = Effect(EffectClass.CHANGES_BILLS, Weight.WARNING, Undo.REVERSIBLE, "bills change", ((PLAN, 3),))


def facts(*fields: FieldChange, hit: Any = 3) -> tuple[str, ...]:
    change = Update(WANTED, Live(PLAN, "1", {}, {}), fields)
    return money_facts(PLAN, named(change), (replace(BILLS, hit=((PLAN, hit),)),), [one is not NAME for one in fields])


def _created(change: Create) -> tuple[str, ...]:
    return money_facts(PLAN, named(change), (), None)


def test_a_name_is_no_money_fact() -> None:
    assert facts(NAME) == ()
    assert facts(NAME, FEE) == facts(FEE)


def test_an_amount_is_one() -> None:
    assert facts(FEE) != facts(replace(FEE, after=3))


def test_so_is_what_it_was_before_and_where_it_stands() -> None:
    assert len({facts(FEE), facts(replace(FEE, before=0)), facts(replace(FEE, keys=("charges", "c", "fee")))}) == 3
    name = named(Update(WANTED, Live(PLAN, "1", {}, {}), (FEE,)))
    assert money_facts(PLAN, name, (), [True]) != money_facts(Address("plan", "q"), name, (), [True])


def test_the_order_of_fields_is_none() -> None:
    other = replace(FEE, keys=("charges", "c", "fee"))
    assert facts(FEE, NAME, other) == facts(other, FEE, NAME)


def test_effects_are_told_in_one_order() -> None:
    effects = [replace(BILLS, class_=class_) for class_ in EffectClass]
    name = named(Update(WANTED, Live(PLAN, "1", {}, {}), (FEE,)))
    assert money_facts(PLAN, name, effects, [True]) == money_facts(PLAN, name, effects[::-1], [True])


def test_subscriptions_count_by_their_order_of_magnitude() -> None:
    assert facts(FEE, hit=3) == facts(FEE, hit=4)
    assert len({facts(FEE, hit=hit) for hit in (0, 4, 40, 400, None)}) == 5


def test_a_create_is_one_by_all_that_it_says() -> None:
    other = replace(WANTED, fields={"amount_cents": 3, "name": "P"})

    assert _created(Create(WANTED)) != _created(Create(other))


def test_the_order_of_changes_and_what_is_cosmetic_leave_the_digest_as_it_is() -> None:
    one, other = facts(FEE), facts(replace(FEE, after=3))

    assert money_digest([one, other]) == money_digest([other, (), one]) != money_digest([one])
