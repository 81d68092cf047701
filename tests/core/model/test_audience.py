from lago_gitops.core.model.audience import (
    HIDDEN,
    NO_AUDIENCE,
    NOBODY,
    UNKNOWN,
    Audience,
    Move,
    OwnPlan,
    Subscribers,
    added,
    is_some,
)
from lago_gitops.core.model.effects import Effect, EffectClass, Hit, Undo, Weight, distinct_subscriptions
from lago_gitops.core.model.resources import Address

P, Q, ALL = Address("plan", "p"), Address("plan", "q"), Address("organization", "")


def effect(*hit: tuple[Address, int | None]) -> Effect:
    return Effect(EffectClass.CHANGES_BILLS, Weight.NOTE, Undo.LOSSY, "it happens", hit)


def test_what_is_not_known_may_be_some() -> None:
    assert [is_some(number) for number in (0, 1, None)] == [False, True, True]
    assert (added([1, 2]), added([1, None]), added([])) == (3, None, 0)


def test_those_with_the_plan_itself_are_the_active_ones_that_are_not_overridden() -> None:
    assert Subscribers(5, 2, 3).plain == 2
    assert Subscribers(5, 2, None).plain == 5
    assert UNKNOWN.plain is Subscribers(None, None, 2).plain is None
    assert (Subscribers(5, 2).all, UNKNOWN.all) == (7, None)


def test_nobody_has_what_is_not_there_unless_lago_tells_nothing() -> None:
    assert NO_AUDIENCE.of(P) == NOBODY
    assert HIDDEN.of(P) == UNKNOWN
    assert Audience(3, {P: Subscribers(3)}).of(P) == Subscribers(3)


def test_where_nothing_is_told_of_subscribers_there_are_none() -> None:
    assert Subscribers(0, 0, 0) == NOBODY
    assert NO_AUDIENCE.total == 0


def test_moves_and_overridden_plans_are_found_by_the_plans_that_they_are_about() -> None:
    there, back, own = Move(P, Q), Move(Q, P, 5), OwnPlan(P, {}, "s")
    some = Audience(moves=(there, back), own_plans=(own,))
    assert (list(some.moves_to(P) or ()), list(some.moves_from(P) or ())) == ([back], [there])
    assert (list(some.copies_of(P) or ()), some.copies_of(Q)) == ([own], ())
    assert NO_AUDIENCE.moves_to(P) == NO_AUDIENCE.moves_from(P) == NO_AUDIENCE.copies_of(P) == ()
    assert HIDDEN.moves_to(P) is HIDDEN.moves_from(P) is HIDDEN.copies_of(P) is None


def hits(*each: Hit) -> int | None:
    return distinct_subscriptions(effect(*hit) for hit in each)


def test_a_subscription_that_two_effects_hit_counts_once() -> None:
    assert hits(((P, 3),), ((P, 2), (Q, 4))) == 7
    assert effect((P, 3), (Q, 4)).subscriptions == 7


def test_everybody_is_more_than_the_sum_of_some() -> None:
    assert hits(((P, 3),), ((ALL, 5),), ((Q, 4),)) == 5


def test_what_is_not_known_stays_so() -> None:
    assert hits(((P, None),), ((P, 3),)) is None
    assert hits(((P, 3),), ((P, None),)) is None
    assert hits() == 0
