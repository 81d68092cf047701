from dataclasses import replace
from typing import Any

import pytest

from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.compare import (
    Comparison,
    Unknown,
    compare,
    compare_as_is,
    needed_update,
    value_at,
    with_value,
)
from lago_gitops.core.model.problem import Mark
from lago_gitops.core.model.resources import Address, Create, Delete, Desired, Live, Update
from lago_gitops.kinds import KINDS as REAL_KINDS
from tests.core.kinds import KINDS, NODE, address, desired, live, node, tombstone
from tests.kinds import effects as real
from tests.kinds import forms

OLD, NEW = Server((1, 38)), Server()


def compared(wanted: list[Desired], there: list[Live], server: Server = NEW) -> Comparison:
    return compare(wanted, {one.address: one for one in there}, KINDS, server)


def words(found: Comparison) -> list[str]:
    return [f"{type(change).__name__} {change.address.key}" for change in found.changes]


def test_what_is_not_there_is_created_and_what_differs_updated_in_the_order_of_the_manifests() -> None:
    wanted = [desired(node("b", name="new")), desired(node("a")), desired(node("c"))]
    found = compared(wanted, [live(node("b")), live(node("c"))])
    assert words(found) == ["Update b", "Create a"]
    assert found.unchanged == 1


def test_a_tombstone_deletes_what_is_there_and_nothing_else() -> None:
    found = compared([tombstone("a"), tombstone("b")], [live(node("a"))])
    assert words(found) == ["Delete a"]
    assert found.unchanged == 0


def test_what_no_manifest_names_is_left_alone() -> None:
    there = {address(code): live(node(code)) for code in "ba"}
    assert compare([], there, KINDS, NEW).unmanaged == (address("a"), address("b"))
    assert compare([], there, KINDS, NEW, described=[desired(node("a"))]).unmanaged == (address("b"),)
    assert compare([], there, {"node": replace(NODE, fixed=True)}, NEW).unmanaged == ()


def test_what_lago_is_deleting_is_neither_changed_nor_deleted_again() -> None:
    going = live(node("a"), pending_deletion=True)
    found = compared([desired(node("a", name="n"))], [going])
    assert (found.changes, found.unchanged) == ((), 0)
    assert [one.address for one in found.going] == [address("a")]
    gone = compared([tombstone("a")], [going])
    assert (gone.changes, gone.going) == ((), ())


def test_a_former_code_is_looked_for_where_there_is_none_of_the_new_one() -> None:
    wanted = desired(node("new"), previously=("older", "old"))
    [change] = compared([wanted], [live(node("old"))]).changes
    assert isinstance(change, Update)
    assert [one.where for one in change.fields] == ["code"]
    assert compared([wanted], [live(node("new")), live(node("old"))]).changes == ()


def test_references_follow_a_rename() -> None:
    wanted = [desired(node("new"), previously=("old",)), desired(node("user", "new"))]
    assert words(compared(wanted, [live(node("old")), live(node("user", "old"))])) == ["Update new"]


def test_a_field_that_the_server_is_too_old_for_is_not_sent_and_said() -> None:
    wanted = [desired(node("a", newer="x")), desired(node("b", newer="x")), desired(node("c"))]
    found = compared(wanted, [live(node("b")), live(node("c"))], Server((1, 49)))
    assert words(found) == ["Create a"]
    [created] = found.changes
    assert "newer" not in created.desired.fields
    assert found.unknown == (Unknown(address("a"), "newer", "1.50"), Unknown(address("b"), "newer", "1.50"))
    assert found.server == Server((1, 49))
    assert found.left_out(address("a")) == ()


def test_items_of_a_server_that_keeps_no_codes_are_matched_by_what_they_are() -> None:
    there = live(node("a", parts=[{"code": "x", "of": "b", "price": "1"}]))
    wanted = desired(node("a", parts=[{"code": "mine", "of": "b", "price": "1.0"}]))
    assert needed_update(wanted, there, NODE, OLD) is None
    assert needed_update(wanted, there, NODE, Server()) is not None


# Without a licence --------------------------------------------------------------------------------------------------

P, UNLICENSED = Address("plan", "p"), Server(licence=False)
MINIMUM = {"minimum_commitment": {"amount_cents": 5}}
DEARER = {"minimum_commitment": {"amount_cents": 6}}
STEPS, OTHER_STEPS = ({"usage_thresholds": [{"amount_cents": cents}]} for cents in (500, 600))
LEAST, LESS = ({"charges": [{**forms.CHARGE, "min_amount_cents": cents}]} for cents in (5, 4))


def unlicensed(before: dict[str, Any] | None, after: dict[str, Any], server: Server = UNLICENSED, **more: Any) -> Any:
    """What changes, and what is left out."""
    there = {} if before is None else {P: real.live({**forms.PLAN, **before})}
    found = compare([real.desired({**forms.PLAN, **after}, **more)], there, REAL_KINDS, server)
    changed = [one.fields if isinstance(one, Update) else () for one in found.changes]
    return [[field.where for field in fields] for fields in changed], found.left_out(P)


def test_a_new_resource_is_created_without_what_needs_a_licence() -> None:
    wanted = real.desired({**forms.PLAN, **MINIMUM, **STEPS})
    found = compare([wanted], {}, REAL_KINDS, UNLICENSED)
    [created] = found.changes
    assert (created.desired.fields["minimum_commitment"], created.desired.fields["usage_thresholds"]) == (None, {})
    assert found.left_out(P) == ("minimum_commitment", "usage_thresholds")
    assert found.left_out(Address("plan", "q")) == ()


@pytest.mark.parametrize("licence", [True, None])
def test_what_needs_a_licence_is_sent_to_a_lago_that_has_one_or_does_not_say(licence: bool | None) -> None:
    assert unlicensed({}, MINIMUM, Server(licence=licence)) == ([["minimum_commitment"]], ())
    assert unlicensed(None, MINIMUM, Server(licence=licence)) == ([[]], ())


@pytest.mark.parametrize(
    ("before", "after", "path"),
    [
        ({}, MINIMUM, "minimum_commitment"),
        (MINIMUM, {}, "minimum_commitment"),
        (MINIMUM, DEARER, "minimum_commitment"),
        ({}, STEPS, "usage_thresholds"),
        (STEPS, {}, "usage_thresholds"),
        (STEPS, OTHER_STEPS, "usage_thresholds"),
        (LEAST, LESS, "charges.c.min_amount_cents"),
    ],
)
def test_what_needs_a_licence_stays_as_it_is_whatever_else_changes(
    before: dict[str, Any], after: dict[str, Any], path: str
) -> None:
    assert unlicensed(before, after) == ([], (path,))
    assert unlicensed(before, {**after, "name": "N"}) == ([["name"]], (path,))
    there = real.live({**forms.PLAN, **before})
    [change] = compare([real.desired({**forms.PLAN, **after, "name": "N"})], {P: there}, REAL_KINDS, UNLICENSED).changes
    assert {**change.desired.fields, "name": "P"} == there.fields


def test_what_needs_a_licence_and_is_there_already_is_not_left_out() -> None:
    assert unlicensed(MINIMUM, {**MINIMUM, "name": "N"}) == ([["name"]], ())
    assert unlicensed({**MINIMUM, **STEPS}, {**MINIMUM, **OTHER_STEPS}) == ([], ("usage_thresholds",))
    assert unlicensed({}, LEAST) == ([["charges.c"]], ("charges.c.min_amount_cents",))
    assert unlicensed(STEPS, OTHER_STEPS, ignore=("usage_thresholds",)) == ([], ())


# What changes take away --------------------------------------------------------------------------------------------


def feature(of: str) -> dict[str, Any]:
    return {"kind": "feature", "code": "seats", "privileges": [{"code": "max", "value_type": of}]}


ENTITLED = {**forms.PLAN, "entitlements": {"seats": {"max": 1}}}


@pytest.mark.parametrize("ignore", [(), ("name", "entitlements")])
def test_what_a_replaced_part_takes_away_is_set_again_ignored_or_not(ignore: tuple[str, ...]) -> None:
    there = {one.address: one for one in map(real.live, (ENTITLED, feature("integer")))}
    mine = {**ENTITLED, "entitlements": {}, "name": "Mine"} if ignore else ENTITLED
    others = [real.desired(each, ignore=("name",)) for each in (feature("string"), {**forms.PLAN, "code": "new"})]
    wanted = [real.desired(mine, ignore=ignore), *others, Desired(Address("plan", "gone"), {}, Mark(""), absent=True)]
    found = compare(wanted, there, REAL_KINDS, NEW)
    [again] = [one for one in found.changes if isinstance(one, Update) and one.address == P]
    assert [(one.where, one.after) for one in again.fields] == [("entitlements.seats.max", 1)]
    assert again.desired.ignore == ignore[:1]


def test_a_part_that_goes_for_good_is_not_set_again_for_those_who_ignore_it() -> None:
    there = {one.address: one for one in map(real.live, (ENTITLED, feature("integer")))}
    gone = {**feature("integer"), "privileges": [{"code": "min", "value_type": "integer"}]}
    wanted = [real.desired({**ENTITLED, "entitlements": {}}, ignore=("entitlements",)), real.desired(gone)]
    assert [one.address.kind for one in compare(wanted, there, REAL_KINDS, NEW).changes] == ["feature"]


def test_what_is_deleted_itself_is_deleted_as_it_reads_now() -> None:
    there = {one.address: one for one in map(real.live, (ENTITLED, feature("integer")))}
    gone = Desired(P, {}, Mark("p.yaml"), absent=True)
    [deleted, _] = compare([gone, real.desired(feature("string"))], there, REAL_KINDS, NEW).changes
    assert isinstance(deleted, Delete)
    assert deleted.live is there[P]


def test_as_is_nothing_is_taken_away() -> None:
    there = {one.address: one for one in map(real.live, (ENTITLED, feature("integer")))}
    found = compare_as_is([real.desired(ENTITLED), real.desired(feature("string"))], there, REAL_KINDS, NEW)
    assert ([one.address.kind for one in found.changes], found.unchanged) == (["feature"], 1)


# Left to others ---------------------------------------------------------------------------------------------------

PARTS = [{"code": "a.b", "price": 1}, {"code": "a", "price": 2}]


def left(*paths: str, **fields: Any) -> Update | None:
    there = live(node("n", parts=PARTS, name="there"))
    wanted = {"parts": PARTS, "name": "there", **fields}
    return needed_update(desired(node("n", **wanted), ignore=paths), there, NODE, Server())


def wheres(change: Update | None) -> list[str]:
    return [] if change is None else [one.where for one in change.fields]


def test_a_path_leaves_its_value_to_others() -> None:
    assert left("name", name="mine") is None
    assert left("name", name=None) is None


def test_a_path_leaves_all_below_it_to_others() -> None:
    dearer = [{"code": "a.b", "price": 5}, {"code": "c"}]
    assert wheres(left("parts.a.b", parts=dearer)) == ["parts.c", "parts.a"]
    assert left("parts", parts=dearer) is None


def test_codes_with_dots_are_no_way_down() -> None:
    dearer = [{"code": "a.b", "price": 5}, {"code": "a", "price": 5}]
    assert wheres(left("parts.a", parts=dearer)) == ["parts.a.b.price"]


def test_what_is_left_to_others_goes_with_the_update_as_it_is() -> None:
    change = left("name", "parts.a.price", name="mine", parts=[{"code": "a.b", "price": 5}, {"code": "a", "price": 7}])
    assert change is not None
    assert change.desired.fields["name"] == "there"
    assert {key: part["price"] for key, part in change.desired.fields["parts"].items()} == {"a.b": 5, "a": 2}


def test_an_item_that_is_left_to_others_goes_along_or_stays_away() -> None:
    gone = left("parts.a", name="mine", parts=[PARTS[0]])
    assert gone is not None
    assert list(gone.desired.fields["parts"]) == ["a.b", "a"]
    new = left("parts.c", name="mine", parts=[*PARTS, {"code": "c"}])
    assert new is not None
    assert list(new.desired.fields["parts"]) == ["a.b", "a"]


@pytest.mark.parametrize(("before", "after"), [(STEPS, {}), ({}, STEPS), (STEPS, OTHER_STEPS)])
def test_an_item_without_a_code_is_left_to_others_by_what_names_it(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    ignore = ("usage_thresholds[500]",)
    changed, _ = unlicensed(before, after, NEW, ignore=ignore)
    assert changed == ([["usage_thresholds[600]"]] if after is OTHER_STEPS else [])


def test_a_value_that_is_ignored_inside_an_item_keeps_the_item_neither_from_coming_nor_from_going() -> None:
    new = left("parts.c.price", parts=[*PARTS, {"code": "c", "price": 3}])
    assert new is not None
    assert new.desired.fields["parts"]["c"]["price"] == 3
    assert wheres(left("parts.a.price", parts=[PARTS[0]])) == ["parts.a"]


@pytest.mark.parametrize(
    ("keys", "value", "after"),
    [
        (("a",), 2, {"a": 2, "b": {"c": 1}}),
        (("a",), None, {"b": {"c": 1}}),
        (("b", "d"), 2, {"a": 1, "b": {"c": 1, "d": 2}}),
        (("b", "c"), None, {"a": 1, "b": {}}),
        (("x", "y"), 2, {"a": 1, "b": {"c": 1}, "x": {"y": 2}}),
    ],
)
def test_a_value_is_put_or_taken_out_at_the_end_of_a_path(keys: tuple[str, ...], value: Any, after: Any) -> None:
    before = {"a": 1, "b": {"c": 1}}
    assert with_value(before, keys, value) == after
    assert before == {"a": 1, "b": {"c": 1}}


@pytest.mark.parametrize(
    ("fields", "value"), [({"a": {"b": 1}}, 1), ({"a": {}}, None), ({"a": None}, None), ({}, None)]
)
def test_a_way_that_ends_leads_to_nothing(fields: dict[str, Any], value: Any) -> None:
    assert value_at(fields, ("a", "b")) == value


def test_changes_know_what_they_are_of() -> None:
    assert Create(desired(node("a"))).address == Delete(tombstone("a"), live(node("a"))).address == address("a")
