from dataclasses import replace
from decimal import Decimal

from lago_gitops.core.assessment.guard import DEFAULTS, OPEN, Guards, Limit, Policy, verdicts
from lago_gitops.core.model.effects import Effect, EffectClass, Undo, Weight
from lago_gitops.core.model.problem import Mark
from lago_gitops.core.model.resources import Address, Create, Delete, Desired, Live, Update


def desired(code: str) -> Desired:
    return Desired(Address("tax", code), {}, Mark("a.yaml"))


def delete(code: str) -> Delete:
    return Delete(desired(code), Live(Address("tax", code), code, {}, {}))


def update(code: str) -> Update:
    return Update(desired(code), Live(Address("tax", code), code, {}, {}), ())


def effect(class_: EffectClass) -> Effect:
    return Effect(class_, Weight.WARNING, Undo.LOSSY, f"it {class_}")


DELETES = effect(EffectClass.DELETES)
BURNS = effect(EffectClass.CODE_BURNED)


def test_an_allowed_class_stands_in_nobodys_way() -> None:
    assert verdicts([delete("a")], [[DELETES]], 9, OPEN, frozenset()) == ()


def test_a_class_stands_in_the_way_once_and_names_all_whose_doing_it_is() -> None:
    [found] = verdicts([delete("a"), delete("b")], [[DELETES], [DELETES]], 9, Guards(), frozenset())

    assert (found.waiver, found.policy, found.reason) == ("delete", Policy.ASK, "it delete")
    assert [address.key for address in found.addresses] == ["a", "b"]


def test_a_waiver_lets_its_own_class_pass_and_no_other() -> None:
    found = verdicts([delete("a")], [[DELETES, BURNS]], 9, Guards(), frozenset({"delete"}))

    assert [one.waiver for one in found] == ["code-burned"]


def test_a_number_is_held_at_every_size() -> None:
    guards = Guards(OPEN.policies, deletes=Limit(number=1), updates=Limit(percent=Decimal(50)))

    assert verdicts([delete("a")], [[]], 1, guards, frozenset()) == ()
    assert reasons([delete("a"), delete("b")], 1000, guards) == {"many-deletes": "2 of 1000 resources: more than 1"}
    assert reasons([update("a")], 1, guards) == {"many-updates": "1 of 1 resources: more than 50%"}
    assert reasons([update("a")], 2, guards) == {}


def test_creates_are_not_counted() -> None:
    assert verdicts([Create(desired("a"))], [[]], 1, Guards(deletes=Limit(0), updates=Limit(0)), frozenset()) == ()


def reasons(changes: list[Delete] | list[Update], there: int, guards: Guards) -> dict[str, str]:
    found = verdicts(changes, [[] for _ in changes], there, guards, frozenset())
    return {one.waiver: one.reason for one in found}


def test_a_guard_counts_each_subscription_once() -> None:
    p, q = Address("plan", "p"), Address("plan", "q")
    first = replace(effect(EffectClass.CHANGES_BILLS), hit=((p, 3),))
    second = replace(first, hit=((p, 3), (q, 4)))
    [found] = verdicts([delete("a"), delete("b")], [[first], [second]], 9, Guards(), frozenset({"many-deletes"}))

    assert found.subscriptions == 7


def test_a_share_is_held_to_the_last_resource() -> None:
    guards = Guards(OPEN.policies, updates=Limit(percent=Decimal(50)))

    assert reasons([update(str(number)) for number in range(100)], 200, guards) == {}
    assert list(reasons([update(str(number)) for number in range(101)], 200, guards)) == ["many-updates"]


def test_without_a_word_in_the_project_twenty_deletes_pass_and_half_of_what_there_is() -> None:
    def stops(number: int, there: int) -> bool:
        return "many-deletes" in reasons([delete(str(one)) for one in range(number)], there, Guards())

    assert [stops(20, 40), stops(21, 1000), stops(10, 20), stops(18, 35)] == [False, True, False, True]


def test_without_a_word_in_the_project_nothing_passes_that_ends_or_loses_something_for_good() -> None:
    assert {class_ for class_, policy in DEFAULTS.items() if policy is Policy.REFUSE} == {
        EffectClass.ENDS_SUBSCRIPTIONS,
        EffectClass.LOSES_USAGE,
        EffectClass.BILLS_TWICE,
        EffectClass.INVOICES_NOW,
        EffectClass.MOVES_SUBSCRIBERS,
        EffectClass.ENDS_DISCOUNTS,
    }
    assert DEFAULTS.keys() == set(EffectClass)


def test_the_first_of_several_effects_gives_the_reason() -> None:
    effects = [replace(DELETES, sentence="first"), replace(DELETES, sentence="second")]
    [found] = verdicts([delete("a")], [effects], 9, Guards(), frozenset())

    assert found.reason == "first"
