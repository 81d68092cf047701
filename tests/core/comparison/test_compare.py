from typing import Any

import pytest

from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.compare import Comparison, Unknown, compare, needed_update, with_value
from lago_gitops.core.model.resources import Create, Delete, Desired, Live, Update
from tests.core.kinds import KINDS, NODE, address, desired, live, node, tombstone

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
    assert compared([], [live(node("b")), live(node("a"))]).unmanaged == (address("a"), address("b"))


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


def test_items_of_a_server_that_keeps_no_codes_are_matched_by_what_they_are() -> None:
    there = live(node("a", parts=[{"code": "x", "of": "b", "price": "1"}]))
    wanted = desired(node("a", parts=[{"code": "mine", "of": "b", "price": "1.0"}]))
    assert needed_update(wanted, there, NODE, OLD) is None
    assert needed_update(wanted, there, NODE, Server()) is not None


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


def test_changes_know_what_they_are_of() -> None:
    assert Create(desired(node("a"))).address == Delete(tombstone("a"), live(node("a"))).address == address("a")
