from typing import Any

from lago_gitops.core.comparison.diff import field_changes
from lago_gitops.core.model.canonical import canonical
from lago_gitops.core.model.resources import FieldChange
from lago_gitops.core.model.types import (
    Exact,
    Field,
    Free,
    Grants,
    Keyed,
    Lock,
    Many,
    Object,
    Text,
    TextMap,
    Type,
    Variant,
)


def field(name: str, type_: Type, **more: Any) -> Field:
    return Field(name, type_, "", **more)


SHAPE = Variant(
    "sort",
    {"flat": Object((field("price", Exact(), lock=Lock.REPLACE),)), "free": Object((field("words", Text()),))},
)
ITEM = Object((field("code", Text()), field("sort", Text()), field("shape", SHAPE)))
NODE = Object(
    (
        field("name", Text(), lock=Lock.IN_USE),
        field("limits", Object((field("least", Exact()), field("most", Exact())))),
        field("items", Keyed(ITEM, ("code",), lambda item: str(item["code"]))),
        field("tiers", Keyed(Object((field("from", Exact()), field("price", Exact()))), ("from",), lambda _: "[tier]")),
        field("labels", TextMap(9, 9, 9)),
        field("free", Free()),
    )
)


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    found = field_changes(NODE, canonical(NODE, before), canonical(NODE, after))
    return [(change.where, change.before, change.after) for change in found]


def test_equal_sides_have_no_changes() -> None:
    assert changes({"name": "a", "items": [{"code": "x"}]}, {"name": "a", "items": [{"code": "x"}]}) == []


def test_a_field_that_the_wanted_side_lacks_is_nobodys_business() -> None:
    assert field_changes(NODE, {"name": "a"}, {}) == ()


def test_a_change_has_the_lock_of_its_field() -> None:
    assert field_changes(NODE, {"name": "a"}, {"name": "b"}) == (
        FieldChange(("name",), ("name",), "a", "b", Lock.IN_USE),
    )


def test_changes_come_in_the_order_of_the_table() -> None:
    assert [where for where, *_ in changes({}, {"labels": {"a": "1"}, "name": "n"})] == ["name", "labels.a"]


def test_inside_an_object_each_field_is_a_change() -> None:
    assert changes({"limits": {"least": 1}}, {"limits": {"least": 2, "most": 3}}) == [
        ("limits.least", 1, 2),
        ("limits.most", None, 3),
    ]


def test_an_object_that_comes_or_goes_is_one_change() -> None:
    assert changes({}, {"limits": {"least": 1}}) == [("limits", None, {"least": 1, "most": None})]
    assert changes({"limits": {"least": 1}}, {}) == [("limits", {"least": 1, "most": None}, None)]


def test_items_are_matched_by_identity_not_by_place() -> None:
    a, b, c = ({"code": code, "sort": "flat", "shape": {"price": 1}} for code in "abc")
    assert [
        (where, before is None, after is None) for where, before, after in changes({"items": [a, b]}, {"items": [c, b]})
    ] == [("items.c", True, False), ("items.a", False, True)]


def test_the_way_to_a_value_inside_a_variant_does_not_name_the_variant() -> None:
    old, new = ({"items": [{"code": "a", "sort": "flat", "shape": {"price": price}}]} for price in (1, 2))
    [change] = field_changes(NODE, canonical(NODE, old), canonical(NODE, new))
    assert change.where == "items.a.price"
    assert change.keys == ("items", "a", "shape", "price")
    assert change.lock is Lock.REPLACE


def test_a_variant_of_another_case_loses_what_only_the_old_one_had() -> None:
    old = {"items": [{"code": "a", "sort": "flat", "shape": {"price": 1}}]}
    new = {"items": [{"code": "a", "sort": "free", "shape": {"words": "w"}}]}
    assert changes(old, new) == [
        ("items.a.sort", "flat", "free"),
        ("items.a.words", None, "w"),
        ("items.a.price", 1, None),
    ]


def test_a_variant_of_no_known_case_is_compared_as_a_whole() -> None:
    old, new = ({"items": [{"code": "a", "sort": "odd", "shape": {"z": z}}]} for z in (1, 2))
    assert changes(old, new) == [("items.a", {"z": 1}, {"z": 2})]


def test_a_label_in_brackets_follows_without_a_dot() -> None:
    assert changes({"tiers": [{"from": 0, "price": 1}]}, {"tiers": [{"from": 0, "price": 2}]}) == [
        ("tiers[tier].price", 1, 2)
    ]


def test_a_keyed_list_can_come_from_nothing() -> None:
    assert changes({}, {"tiers": [{"from": 0, "price": 1}]}) == [("tiers[tier]", None, {"from": 0, "price": 1})]


def test_maps_of_texts_are_compared_by_key() -> None:
    assert changes({"labels": {"a": "1", "b": "2", "c": "3"}}, {"labels": {"b": "2", "c": "4", "d": "5"}}) == [
        ("labels.a", "1", None),
        ("labels.c", "3", "4"),
        ("labels.d", None, "5"),
    ]


def test_free_json_is_explained_down_to_the_first_list() -> None:
    old = {"free": {"a": {"b": 1, "c": 2}, "list": [{"x": 1}, 2]}}
    new = {"free": {"a": {"b": 1, "c": 3}, "list": [{"x": 1}], "new": True}}
    assert changes(old, new) == [
        ("free.a.c", 2, 3),
        ("free.list", [{"x": 1}, 2], [{"x": 1}]),
        ("free.new", None, True),
    ]


def test_free_json_that_comes_or_changes_its_sort_is_one_change() -> None:
    assert changes({}, {"free": {"a": 1}}) == [("free", None, {"a": 1})]
    assert changes({"free": [1]}, {"free": {"a": 1}}) == [("free", [1], {"a": 1})]


def test_free_json_that_goes_is_one_change() -> None:
    assert changes({"free": {"a": 1, "b": 2}}, {"free": {}}) == [("free", {"a": 1, "b": 2}, {})]
    assert changes({"free": {}}, {"free": {"a": 1, "b": 2}}) == [("free", {}, {"a": 1, "b": 2})]


def test_values_of_grants_are_compared_one_by_one_and_a_whole_grant_that_comes_or_goes_is_one_change() -> None:
    grants = Object((field("grants", Grants("feature")),))
    before = {"grants": {"b": {"max": 1, "min": 2}, "a": {"x": 1}, "e": {}}}
    after = {"grants": {"b": {"max": 3, "min": 2}, "c": {}, "e": {}}}
    assert [(one.where, one.before, one.after) for one in field_changes(grants, before, after)] == [
        ("grants.a", {"x": 1}, None),
        ("grants.b.max", 1, 3),
        ("grants.c", None, {}),
    ]
    assert len(field_changes(grants, {"grants": None}, {"grants": {"c": {}}})) == 1
    assert len(field_changes(grants, {"grants": {"c": {}}}, {"grants": None})) == 1


def test_what_lago_only_lets_grow_is_replaced_where_it_shrinks() -> None:
    choices = Object((field("choices", Many(Text()), only_grows=True, lock=Lock.FREE),))

    def lock(before: list[str] | None, after: list[str] | None) -> Lock:
        [change] = field_changes(choices, {"choices": before}, {"choices": after})
        return change.lock

    assert [lock(["a"], ["b", "a"]), lock(None, ["a"]), lock(["a", "b"], ["b", "a"])] == [Lock.FREE] * 3
    assert [lock(["a", "b"], ["b"]), lock(["a"], None), lock(["a"], ["b", "c"])] == [Lock.REPLACE] * 3


def test_what_is_inside_of_something_licensed_is_licensed() -> None:
    inner = Object((field("plain", Exact()), field("paid", Exact(), licence=True)))
    outer = Object((field("free", inner), field("gold", inner, licence=True)))
    before, after = ({name: {"plain": n, "paid": n} for name in ("free", "gold")} for n in (1, 2))
    assert [(one.where, one.licence) for one in field_changes(outer, before, after)] == [
        ("free.plain", False),
        ("free.paid", True),
        ("gold.plain", True),
        ("gold.paid", True),
    ]


def test_an_item_that_comes_or_goes_tells_its_table_and_what_is_around() -> None:
    old, new = ({"items": [{"code": code, "sort": "flat", "shape": {"price": 1}}]} for code in "ab")
    after = canonical(NODE, new)
    for change in field_changes(NODE, canonical(NODE, old), after):
        assert change.item is ITEM
        assert change.scope == (after,)
