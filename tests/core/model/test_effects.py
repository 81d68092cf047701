import pytest

from lago_gitops.core.comparison.abilities.server import NEWEST
from lago_gitops.core.model.effects import (
    Effect,
    EffectClass,
    Situation,
    Undo,
    Weight,
    deletes,
    distinct,
    gravest,
)
from lago_gitops.core.model.resources import Change
from tests.core.kinds import address, create, delete, live, node, update

A, B = address("a"), address("b")


def situation(*changes: Change) -> Situation:
    there = [live(node("a")), live(node("b"))]
    return Situation({one.address: one for one in there}, changes, {A: {"plans": 3, "hidden": None}}, {}, "")


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (
            EffectClass,
            "delete ends-subscriptions changes-bills loses-usage cascades bills-twice invoices-now moves-subscribers "
            "cancels-downgrades changes-terms changes-entitlements ends-discounts code-burned leaves-out needs-licence",
        ),
        (Weight, "note warning danger"),
        (Undo, "reversible lossy irreversible"),
    ],
)
def test_words_that_programs_go_by_stay(words: type, values: str) -> None:
    assert [*words] == values.split()  # type: ignore[misc]


def test_the_gravest_weighs_most_and_none_weighs_nothing() -> None:
    assert gravest([Weight.NOTE, Weight.DANGER, Weight.WARNING]) == Weight.DANGER.gravity == 3
    assert gravest([]) == 0


def test_nobody_hit_is_nobody() -> None:
    assert distinct([(A, 0)]) == 0


def test_what_lago_has_not_been_asked_counts_nothing_and_what_it_hides_is_unknown() -> None:
    counts = situation().count
    assert (counts(A, "plans"), counts(A, "hidden"), counts(A, "other"), counts(B, "plans")) == (3, None, 0, 0)


def test_a_server_is_the_newest_unless_said_otherwise() -> None:
    assert situation().version == NEWEST


def test_changes_of_live_objects_are_found_in_the_order_of_the_run() -> None:
    changes = (update(node("b"), node("b", size=2)), delete(node("a")), create(node("c")))
    found = situation(*changes)
    assert found.changes_of((A, address("c"), B)) == list(changes[:2])
    assert (found.after(B)["size"], found.after(A)["size"]) == (2, 1)


def test_a_delete_is_an_effect_of_its_own() -> None:
    found = Effect(EffectClass.DELETES, Weight.WARNING, Undo.LOSSY, "the node is deleted")
    assert list(deletes(delete(node("a")))) == [found]
    assert list(deletes(create(node("a")))) == []
