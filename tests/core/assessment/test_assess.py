"""What changes come to, and what stands in their way, gathered for a plan."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lago_gitops.core.assessment.assess import Assessment, assess
from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.compare import compare
from lago_gitops.core.comparison.referrers import remaining_referrers
from lago_gitops.core.model.audience import HIDDEN, Audience, OwnPlan
from lago_gitops.core.model.effects import (
    Effect,
    EffectClass,
    Situation,
    Undo,
    Weight,
    deletes,
)
from lago_gitops.core.model.kind import ReferredUse
from lago_gitops.core.model.resources import Address, Change, Desired, Live, Refusal
from tests.core.kinds import KINDS, NODE, address, create, delete, desired, live, node, tombstone, update

LOUD = Effect(EffectClass.CASCADES, Weight.NOTE, Undo.REVERSIBLE, "a sound is made")


def rule(change: Change, _: Situation) -> Iterator[Effect | Refusal]:
    if change.desired.fields.get("name") == "loud":
        yield LOUD
    if change.desired.fields.get("name") == "too loud":
        yield Refusal(change.address, change.desired.mark, "nobody could stand it")


RULED = {"node": replace(NODE, effects=(rule,), use=ReferredUse("node", "is referred to", ""))}


def assessed(wanted: list[Desired], there: list[Live], *in_use: Address) -> Assessment:
    found = compare(wanted, {one.address: one for one in there}, RULED, Server())
    referrers = remaining_referrers(found.changes, found.live, RULED)
    return assess(found, Situation(found.live, found.changes, {}, referrers, "2027"), set(in_use), RULED)


def test_each_change_has_its_effects_in_order() -> None:
    found = assessed([desired(node("a", name="loud")), tombstone("b"), desired(node("c"))], [live(node("b"))])
    assert [[one.sentence for one in each] for each in found.effects] == [
        ["a sound is made"],
        ["the node is deleted"],
        [],
    ]


def test_all_that_stands_in_the_way_is_gathered() -> None:
    protected, undeletable = tombstone("a", protect=True), replace(RULED["node"], undeletable=True)
    going = live(node("c"), pending_deletion=True)
    there = {one.address: one for one in (live(node("a")), going)}
    found = compare([protected, desired(node("c"))], there, {"node": undeletable}, Server())
    refused = assess(found, situation(live=there, changes=found.changes), set(), {"node": undeletable}).refusals
    assert [one.message.partition(",")[0] for one in refused] == [
        "the manifest says `protect: true`",
        "Lago's API can't delete a node",
        "Lago is still deleting it in the background; its code is taken until that is done",
    ]


def test_a_rule_can_refuse() -> None:
    found = assessed([desired(node("a", name="too loud"))], [])
    assert (found.effects, [one.message for one in found.refusals]) == (((),), ["nobody could stand it"])


def test_what_others_refer_to_is_in_use_as_is_what_lago_counts() -> None:
    rename = desired(node("new"), previously=("old",))
    assert assessed([rename], [live(node("old"))]).refusals == ()
    assert len(assessed([rename], [live(node("old")), live(node("user", "old"))]).refusals) == 1
    assert len(assessed([rename], [live(node("old"))], address("old")).refusals) == 1


def test_only_referrers_of_the_kind_that_counts_are_a_use() -> None:
    kinds = {"node": replace(NODE, use=ReferredUse("another kind", "", ""))}
    there = {one.address: one for one in (live(node("old")), live(node("user", "old")))}
    found = compare([desired(node("new"), previously=("old",))], there, kinds, Server())
    referrers = remaining_referrers(found.changes, found.live, kinds)
    assert assess(found, Situation(found.live, found.changes, {}, referrers, ""), set(), kinds).refusals == ()


def test_what_stops_referring_is_no_use() -> None:
    wanted = [desired(node("new"), previously=("old",)), desired(node("user"))]
    assert assessed(wanted, [live(node("old")), live(node("user", "old"))]).refusals == ()
    assert assessed([wanted[0], tombstone("user")], [live(node("old")), live(node("user", "old"))]).refusals == ()


def test_those_who_go_on_referring_are_named() -> None:
    there = {one.address: one for one in (live(node("b", "x")), live(node("a", "x", "y")), live(node("c", "x")))}
    changes = [update(node("a", "x", "y"), node("a", "y")), delete(node("c", "x")), create(node("d", "x"))]
    assert remaining_referrers(changes, there, KINDS) == {address("x"): [address("b")], address("y"): [address("a")]}


def test_deletes_that_end_subscriptions_are_named_with_a_number() -> None:
    end = Effect(EffectClass.ENDS_SUBSCRIPTIONS, Weight.DANGER, Undo.IRREVERSIBLE, "all ends")
    changes = (delete(node("a")), delete(node("b")), delete(node("c")))
    five, unknown = replace(end, hit=((address("a"), 5),)), replace(end, hit=((address("b"), None),))
    found = Assessment(((five,), (unknown,), (LOUD,)), ())
    assert found.ending(situation(changes=changes)) == {address("a"): 5, address("b"): 1}


def test_what_only_overridden_plans_refer_to_is_in_use() -> None:
    rename, there = desired(node("new"), previously=("old",)), {address("old"): live(node("old"))}
    found = compare([rename], there, RULED, Server())
    own = OwnPlan(address("x"), node("x", "old"))
    asked = replace(situation(live=there, changes=found.changes), audience=Audience(1, own_plans=(own,)))
    assert len(assess(found, asked, set(), RULED).refusals) == 1
    ended = replace(asked, audience=Audience(1, own_plans=None, ended_plans=(own,)))
    assert len(assess(found, ended, set(), RULED).refusals) == 1
    assert assess(found, replace(asked, audience=HIDDEN), set(), RULED).refusals == ()
    untied = {"node": replace(NODE, use=None)}
    assert assess(found, asked, set(), untied).refusals == ()


# Words and numbers ----------------------------------------------------------------------------------------------------


def situation(**more: Any) -> Situation:
    return Situation(**{"live": {}, "changes": (), "counts": {}, "referrers": {}, "now": "", **more})


def test_what_lago_was_not_asked_is_nothing() -> None:
    found = situation(counts={address("a"): {"active": 3}})
    assert (found.count(address("a"), "active"), found.count(address("a"), "x"), found.count(address("b"), "x")) == (
        3,
        0,
        0,
    )


def test_what_an_object_is_after_the_changes() -> None:
    change = update(node("a"), node("b", name="n"))
    found = situation(live={address(code): live(node(code)) for code in "ac"}, changes=(create(node("x")), change))
    assert found.after(address("a"))["name"] == "n"
    assert found.after(address("c"))["name"] is None


def test_only_a_delete_is_one() -> None:
    assert [one.sentence for one in deletes(delete(node("a")))] == ["the node is deleted"]
    assert list(deletes(create(node("a")))) == []
