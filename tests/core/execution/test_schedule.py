"""What has to come before what."""

from dataclasses import replace
from graphlib import CycleError
from typing import Any

import pytest

from lago_gitops.core.comparison.diff import field_changes
from lago_gitops.core.execution.schedule import Part, Schedule, schedule, split
from lago_gitops.core.model.kind import ReferredUse
from lago_gitops.core.model.problem import Mark
from lago_gitops.core.model.resources import Address, Change, Create, Delete, Desired, Live, Update
from lago_gitops.core.model.types import Field, Lock, Many, Reference
from tests.core.kinds import KINDS, NODE, address, create, delete, desired, live, node, update


def said(tasks: Any) -> list[str]:
    names = {Part.WHOLE: "", Part.GROW: "+", Part.SHRINK: "-"}
    return [f"{type(task.change).__name__[0].lower()}{names[task.part]} {task.change.address.key}" for task in tasks]


def waves(*changes: Change) -> list[list[str]]:
    return [said(wave) for wave in schedule(changes, KINDS).waves()]


def test_what_has_nothing_to_do_with_each_other_is_done_at_once() -> None:
    assert waves(create(node("a")), create(node("b")), delete(node("c"))) == [["c a", "c b", "d c"]]
    assert waves() == []


def test_what_is_referred_to_is_made_first() -> None:
    assert waves(create(node("a", "b")), create(node("b", "c")), create(node("c"))) == [["c c"], ["c b"], ["c a"]]


def test_and_deleted_last() -> None:
    assert waves(delete(node("c")), delete(node("a", "b")), delete(node("b", "c"))) == [["d a"], ["d b"], ["d c"]]


def test_a_delete_waits_for_what_stops_using_it() -> None:
    assert waves(delete(node("b")), update(node("a", "b"), node("a"))) == [["u a"], ["d b"]]


def test_an_update_waits_for_what_it_comes_to_use() -> None:
    assert waves(update(node("a"), node("a", "b")), create(node("b"))) == [["c b"], ["u a"]]


def test_a_reference_to_itself_is_no_reason_to_wait() -> None:
    assert waves(create(node("a", "a"))) == [["c a"]]


def test_a_code_is_free_before_something_else_gets_it() -> None:
    renamed = update(node("a"), node("b"))
    assert waves(create(node("a")), renamed) == [["u b"], ["c a"]]
    assert waves(update(node("x"), node("y")), delete(node("y"))) == [["d y"], ["u y"]]


def test_an_update_that_leaves_the_address_in_use_waits_for_nobody_who_stops_using_it() -> None:
    """Two that exchange what they refer to are no ring."""
    a, b = update(node("a"), node("a", name="n")), update(node("b"), node("b", name="n"))
    p, q = update(node("p", "a"), node("p", "b")), update(node("q", "b"), node("q", "a"))
    assert waves(p, q, a, b) == [["u a", "u b"], ["u p", "u q"]]


LOCKED = replace(
    NODE,
    fields=tuple(replace(one, lock=Lock.IN_USE) if one.name == "size" else one for one in NODE.fields),
    use=ReferredUse("node", "is referred to", ""),
)


def locked(before: dict[str, Any], after: dict[str, Any]) -> Update:
    found = update(before, after)
    return replace(found, fields=field_changes(LOCKED.object, found.live.fields, found.desired.fields))


def test_a_change_that_lago_makes_only_out_of_use_waits_for_those_whose_use_counts() -> None:
    change, user = locked(node("m"), node("m", size=2)), update(node("user", "m"), node("user"))
    by_others = replace(LOCKED, use=ReferredUse("another kind", "", ""))
    assert [said(wave) for wave in schedule([change, user], {"node": LOCKED}).waves()] == [["u user"], ["u m"]]
    assert [said(wave) for wave in schedule([change, user], {"node": by_others}).waves()] == [["u m", "u user"]]
    more = locked(node("m"), node("m", size=2, name="n"))
    assert [said(wave) for wave in schedule([more, user], {"node": LOCKED}).waves()] == [["u user"], ["u m"]]
    named = locked(node("m"), node("m", name="n"))
    assert [said(wave) for wave in schedule([named, user], {"node": LOCKED}).waves()] == [["u m", "u user"]]


def test_two_that_swap_their_codes_wait_for_each_other() -> None:
    swap = schedule([update(node("a"), node("b")), update(node("b"), node("a"))], KINDS)
    with pytest.raises(CycleError):
        swap.waves()


def values(*values_: str) -> dict[str, Any]:
    return {"values": [{"key": "k", "values": list(values_)}] if values_ else []}


USER = update(node("user", "m"), node("user", "m", name="n"))


def test_what_others_use_grows_before_they_change_and_shrinks_after() -> None:
    change = update(node("m", **values("a", "b")), node("m", **values("b", "c")))
    assert waves(change, USER) == [["u+ m"], ["u user"], ["u- m"]]
    [grow], _, [shrink] = schedule([change, USER], KINDS).waves()
    assert grow.change.desired.fields["values"]["k"]["values"] == ("a", "b", "c")
    assert shrink.change.live.fields["values"] == grow.change.desired.fields["values"]
    assert shrink.change.desired.fields["values"]["k"]["values"] == ("b", "c")


@pytest.mark.parametrize("user", [update(node("user"), node("user", "m")), update(node("user", "m"), node("user"))])
def test_who_starts_or_stops_using_it_does_so_in_between(user: Change) -> None:
    change = update(node("m", **values("a", "b")), node("m", **values("b", "c")))
    found = schedule([change, user], KINDS)
    assert said(found.tasks) == ["u+ m", "u- m", "u user"]
    assert found.after[1] == {0, 2}


def test_what_has_grown_under_a_new_code_shrinks_under_it() -> None:
    change = update(node("m", **values("a", "b")), node("new", **values("b", "c")))
    user = update(node("user", "m"), node("user", "new"))
    shrink = next(one.change for one in schedule([change, user], KINDS).tasks if one.part is Part.SHRINK)
    assert isinstance(shrink, Update)
    assert shrink.live.address == address("new")
    assert [one.where for one in shrink.fields] == ["values.k.values"]


def test_what_only_grows_or_only_shrinks_does_so_whole() -> None:
    assert waves(update(node("m", **values("a")), node("m", **values("a", "b"))), USER) == [["u m"], ["u user"]]
    assert waves(update(node("m", **values("a")), node("m")), USER) == [["u user"], ["u- m"]]


def test_what_nobody_uses_shrinks_at_once() -> None:
    assert waves(update(node("m", **values("a")), node("m"))) == [["u m"]]


def test_what_is_left_to_others_does_not_grow() -> None:
    before, after = live(node("m", **values("a"))), desired(node("m", name="n"))
    without = replace(after, fields={name: value for name, value in after.fields.items() if name != "values"})
    change = update(node("m"), node("m", name="n"))
    assert waves(replace(change, desired=without, live=before), USER) == [["u m"], ["u user"]]


def test_a_limited_number_of_a_kind_makes_room_first() -> None:
    limited = {"node": replace(NODE, deletes_first=True)}
    found = schedule([create(node("a")), delete(node("b")), update(node("c"), node("c", name="n"))], limited)
    assert [said(wave) for wave in found.waves()] == [["d b", "u c"], ["c a"]]
    twins = {**limited, "twin": replace(NODE, name="twin")}
    other = Delete(
        Desired(Address("twin", "t"), {}, Mark("t.yaml"), absent=True), Live(Address("twin", "t"), "1", {}, {})
    )
    two = schedule([create(node("a")), create(node("c")), delete(node("b")), other], twins)
    assert two.after[:2] == (frozenset({2}), frozenset({2}))


# What ends subscriptions ----------------------------------------------------------------------------------------------

INVOICED = {"node": replace(NODE, on_invoices=True)}


def ending(code: str, *changes: Change) -> list[list[str]]:
    return [said(wave) for wave in schedule(changes, INVOICED, {address(code): 3}).waves()]


def test_what_ends_subscriptions_is_done_before_what_their_last_invoices_would_show() -> None:
    user, tax = update(node("user", "old"), node("user")), update(node("tax"), node("tax", name="n"))
    assert ending("old", user, tax, delete(node("old", "tax"))) == [["d old"], ["u user", "u tax"]]
    assert ending("old", delete(node("tax")), delete(node("old"))) == [["d old"], ["d tax"]]


def ended(number: int) -> Schedule:
    """Of so many tasks that end subscriptions, and as many that are done after them."""
    first = [f"old{at}" for at in range(number)]
    others = [update(node(f"tax{at}"), node(f"tax{at}", name="n")) for at in range(number)]
    ends = dict.fromkeys(map(address, first), 1)
    return schedule([*(delete(node(code)) for code in first), *others], INVOICED, ends)


def test_what_waits_for_all_that_ends_subscriptions_names_none_of_it() -> None:
    """Written out, fifty would name fifty each."""
    graph = ended(50).graph()
    assert sum(map(len, graph.values())) == 100
    assert [len(wave) for wave in ended(50).waves()] == [50, 50]


def test_one_that_is_held_back_blocks_all_that_come_after_the_ends() -> None:
    held = split(ended(2), {address("old1")})
    assert (said(held.schedule.tasks), said(held.blocked)) == (["d old0"], ["u tax0", "u tax1"])
    left = split(ended(2), {address("tax0")}).schedule
    assert [said(wave) for wave in left.waves()] == [["d old0", "d old1"], ["u tax1"]]


def test_two_that_end_subscriptions_do_not_wait_for_each_other() -> None:
    both = schedule([delete(node("a")), delete(node("b"))], INVOICED, {address("a"): 1, address("b"): 2})
    assert [said(wave) for wave in both.waves()] == [["d a", "d b"]]
    assert [one.ends for one in both.tasks] == [1, 2]


def test_what_lago_is_deleting_already_is_waited_for_where_it_matters() -> None:
    tax, leaving = update(node("tax"), node("tax", name="n")), [live(node("old"))]
    assert [said(wave) for wave in schedule([tax], INVOICED, {}, leaving).waves()] == [["d old"], ["u tax"]]
    assert [said(wave) for wave in schedule([tax], KINDS, {}, leaving).waves()] == [["u tax"]]
    new = create(node("new"))
    assert [said(wave) for wave in schedule([new, tax], INVOICED, {}, leaving).waves()] == [
        ["c new", "d old"],
        ["u tax"],
    ]


def test_what_is_new_is_on_no_last_invoice_unless_it_says_so() -> None:
    twin = replace(NODE, name="twin", fields=(replace(NODE.fields[1], same_as=("node", "name")),), on_invoices=True)
    shown = Create(Desired(Address("twin", "t"), {"name": "n"}, Mark("t.yaml")))
    hidden = replace(shown, desired=replace(shown.desired, fields={"name": None}))
    kinds = {**INVOICED, "twin": twin}
    for change, waves_ in ((shown, 2), (hidden, 1)):
        assert len(schedule([change, delete(node("old"))], kinds, {address("old"): 1}).waves()) == waves_


def test_of_two_that_have_the_same_fact_the_one_that_depends_on_it_is_written_first() -> None:
    """Unless the fact is a reference to the other one, which is reason enough."""
    twin = replace(NODE, name="twin", fields=(replace(NODE.fields[1], same_as=("node", "name")),))
    shows = Create(Desired(Address("twin", "t"), {"name": "n"}, Mark("t.yaml")))
    named, sized = update(node("a"), node("a", name="n")), update(node("b"), node("b", size=2))
    order = schedule([named, sized, shows], {"node": NODE, "twin": twin})
    assert [said(wave) for wave in order.waves()] == [["u a", "u b"], ["c t"]]
    before = Live(Address("twin", "t"), "1", {"name": "m"}, {})
    updated = Update(shows.desired, before, field_changes(twin.object, before.fields, shows.desired.fields))
    order = schedule([updated, named], {"node": NODE, "twin": twin})
    assert [said(wave) for wave in order.waves()] == [["u a"], ["u t"]]
    many = Field("name", Many(Reference("twin")), "")
    referring = replace(NODE, fields=(many, *(one for one in NODE.fields if one.name != "name")))
    order = schedule([replace(named, fields=named.fields), shows], {"node": referring, "twin": twin})
    assert order.after == (frozenset(), frozenset())


# Parts of a schedule --------------------------------------------------------------------------------------------------


def chain() -> Schedule:
    return schedule([create(node("a", "b")), create(node("b", "c")), create(node("c")), create(node("d"))], KINDS)


def test_what_is_held_back_blocks_what_would_come_after() -> None:
    found = split(chain(), {address("b")})
    assert (said(found.schedule.tasks), said(found.held), said(found.blocked)) == (["c c", "c d"], ["c b"], ["c a"])
    assert found.schedule.after == (frozenset(), frozenset())


def test_what_is_held_back_itself_is_not_blocked() -> None:
    found = split(chain(), {address("a"), address("b")})
    assert (said(found.held), said(found.blocked)) == (["c a", "c b"], [])


def test_what_is_held_back_or_blocked_keeps_its_order() -> None:
    codes = [f"n{number}" for number in range(20)]
    users = [create(node(f"u{code}", code)) for code in codes]
    found = split(schedule([*map(create, map(node, codes)), *users], KINDS), set(map(address, codes)))
    assert said(found.held) == [f"c {code}" for code in codes]
    assert said(found.blocked) == [f"c u{code}" for code in codes]


def test_what_is_left_keeps_its_order() -> None:
    found = split(chain(), {address("d")}).schedule
    assert [said(wave) for wave in found.waves()] == [["c c"], ["c b"], ["c a"]]


def test_with_nothing_held_back_all_is_left() -> None:
    assert split(chain(), set()).schedule == chain()
