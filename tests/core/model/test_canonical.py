from decimal import Decimal
from typing import Any

import pytest

from lago_gitops.core.model.canonical import (
    canonical,
    canonical_value,
    case_of,
    identity,
    is_again,
    keys_of,
    shaped,
    written_value,
)
from lago_gitops.core.model.scalars import moment
from lago_gitops.core.model.types import (
    Boolean,
    Exact,
    Field,
    Free,
    Grants,
    Integer,
    Keyed,
    Many,
    Moment,
    Object,
    Reference,
    Text,
    TextMap,
    Type,
    ValueSets,
    Variant,
)


def field(name: str, type_: Type, **more: Any) -> Field:
    return Field(name, type_, "", **more)


SHAPE = Variant("sort", {"a": Object((field("x", Exact()),)), "b": Object(())}, {"a": {"x": "1"}})
ITEM = Object((field("code", Text()), field("n", Integer(), default=0), field("shape", SHAPE, default={})))
ITEMS = Keyed(ITEM, ("code",), lambda item: str(item["code"]))


def test_a_field_left_out_and_one_that_is_null_have_the_default() -> None:
    object_ = Object((field("n", Integer(), default=7), field("t", Text())))
    assert canonical(object_, {}) == canonical(object_, {"n": None, "t": None}) == {"n": 7, "t": None}


def test_fields_that_tell_how_to_write_are_not_compared() -> None:
    assert canonical(Object((field("how", Boolean(), write_only=True),)), {"how": True}) == {}


def test_fields_of_others_are_compared_only_where_they_are_written() -> None:
    object_ = Object((field("theirs", Boolean(), only_if_given=True),))
    assert canonical(object_, {}) == {}
    assert canonical(object_, {"theirs": False}) == {"theirs": False}


def test_the_older_name_of_a_field_is_taken_where_the_newer_is_not_there() -> None:
    object_ = Object((field("new", Text(), alias="old"),))
    assert canonical(object_, {"old": "x"}) == canonical(object_, {"new": "x", "old": "y"}) == {"new": "x"}


def test_what_others_have_is_compared_where_it_is_written_under_its_older_name() -> None:
    object_ = Object((field("new", Text(), alias="old", only_if_given=True),))
    assert canonical(object_, {"old": "x"}) == {"new": "x"}
    assert canonical(object_, {}) == {}


def test_what_is_written_for_a_field_is_under_one_of_its_names() -> None:
    assert written_value(field("new", Text(), alias="old"), {"new": 1, "old": 2}) == 1
    assert written_value(field("new", Text()), {"": 1}) is None


def test_maps_that_are_left_out_are_not_shared() -> None:
    object_ = Object((field("m", TextMap(9, 9, 9), default={}),))
    assert canonical(object_, {})["m"] is not canonical(object_, {})["m"]


def test_objects_are_canonical_inside() -> None:
    object_ = Object((field("one", Object((field("n", Integer()),))),))
    assert canonical(object_, {"one": {"n": "5", "more": 1}}) == {"one": {"n": 5}}


def test_an_empty_text_is_none_where_both_say_nothing() -> None:
    assert canonical_value(Text(), "") is None
    assert canonical_value(Text(empty_is_null=False), "") == ""


@pytest.mark.parametrize("value", [5, "5", "5.0", Decimal("5.0")])
def test_whole_numbers_are_ints_however_they_are_written(value: Any) -> None:
    assert canonical_value(Integer(), value) == 5
    assert isinstance(canonical_value(Integer(), value), int)


@pytest.mark.parametrize("value", ["5.5", "five", True])
def test_what_is_no_whole_number_stays_as_it_is(value: Any) -> None:
    assert canonical_value(Integer(), value) is value


def test_numbers_are_rounded_half_up_where_lago_keeps_so_many_places() -> None:
    assert canonical_value(Exact(places=2), "0.125") == Decimal("0.13")
    assert canonical_value(Exact(places=2), "no number") == "no number"
    assert canonical_value(Exact(), "0.125") == Decimal("0.125")
    long = "9" * 300
    assert str(canonical_value(Exact(places=2), f"{long}.125")) == f"{long}.13"


def test_a_date_is_its_midnight_in_utc() -> None:
    assert moment("2064-12-13") == canonical_value(Moment(), "2064-12-13") == "2064-12-13T00:00:00Z"


def test_lists_are_sets_unless_their_order_counts() -> None:
    assert canonical_value(Many(Reference("tax")), ["b", "a", "b"]) == ("a", "b")
    assert canonical_value(Many(Text(), ordered=True), ["b", "a", "b"]) == ("b", "a", "b")
    assert canonical_value(Many(Integer()), ["5", 5]) == (5,)


def test_empty_text_in_a_list_is_there() -> None:
    assert canonical_value(Many(Text()), ["b", "", "a"]) == ("", "a", "b")


def test_an_empty_list_is_none_where_lago_drops_it() -> None:
    assert canonical_value(Many(Text(), empty_is_null=True), []) is None
    assert canonical_value(Many(Text(), empty_is_null=True), ["a"]) == ("a",)
    assert canonical_value(Many(Text()), []) == ()


def test_a_list_can_have_a_normal_form_of_its_own() -> None:
    assert canonical_value(Many(Text(), normal=lambda items: items[:1] or None), ["b", "a"]) == ("b",)


def test_value_sets_have_neither_order_nor_repeats() -> None:
    assert canonical_value(ValueSets(), {"b": ["y", "x", "y"], "a": ["z"]}) == (("a", ("z",)), ("b", ("x", "y")))
    many = [*"qwertyuiopasdfghjklzxcvbnm"]
    assert canonical_value(ValueSets(), {"a": many}) == (("a", tuple(sorted(many))),)


def test_a_null_in_a_map_of_texts_is_as_good_as_none() -> None:
    assert canonical_value(TextMap(9, 9, 9), {"b": "1", "a": None}) == {"b": "1"}


@pytest.mark.parametrize("type_", [Boolean(), Reference("tax"), Free()])
def test_other_values_stay(type_: Type) -> None:
    assert canonical_value(type_, "x") == "x"


def test_null_stays_null() -> None:
    assert canonical_value(ITEMS, None) is None
    assert canonical_value(Moment(), None) is None


def test_keyed_lists_are_maps_by_identity() -> None:
    assert canonical_value(ITEMS, [{"code": "b"}, {"code": "a", "n": 1}]) == {
        "b": {"code": "b", "n": 0, "shape": {}},
        "a": {"code": "a", "n": 1, "shape": {}},
    }


def test_keyed_lists_keep_every_item_whatever_names_it() -> None:
    assert list(canonical_value(ITEMS, [{"code": "a"}, {"code": "a", "n": 1}])) == ["a", ("a", 2)]
    several = Keyed(ITEM, ("code", "n"), str)
    assert list(canonical_value(several, [{"code": "a"}, {"code": "a", "n": 1}])) == [("a", 0), ("a", 1)]


@pytest.mark.parametrize(
    ("key", "again"), [(("a", 2), True), ((500, False), False), (("a", "b"), False), (("a",), False), (5, False)]
)
def test_an_item_of_an_earlier_identity_is_known_by_its_number(key: Any, again: bool) -> None:
    assert is_again(key) is again


def test_maps_are_in_the_order_of_their_keys() -> None:
    assert list(canonical_value(TextMap(9, 9, 9), {"b": "1", "a": "2"})) == ["a", "b"]
    granted = canonical_value(Grants("feature"), {"g": {}, "f": {"b": 1, "a": 2}})
    assert (list(granted), list(granted["f"])) == (["f", "g"], ["a", "b"])


def test_identity_is_a_tuple_where_several_fields_name_an_item() -> None:
    assert identity(Keyed(ITEM, ("code", "n"), str), {"code": "a", "n": "2"}) == ("a", 2)


def test_the_second_item_of_one_identity_is_kept_apart() -> None:
    assert keys_of(ITEMS, [{"code": "a"}, {"code": "b"}, {"code": "a"}]) == ["a", "b", ("a", 2)]


def test_the_shape_of_a_variant_is_said_by_the_object_around_it() -> None:
    object_ = Object((field("sort", Text()), field("shape", SHAPE, default={})))
    assert canonical(object_, {"sort": "a", "shape": {"x": "2.0", "y": 1}})["shape"] == {"x": 2}


def test_or_by_an_object_further_out() -> None:
    object_ = Object((field("sort", Text()), field("items", ITEMS)))
    found = canonical(object_, {"sort": "a", "items": [{"code": "i", "shape": {"x": "3.0"}}, {"code": "j"}]})
    assert [one["shape"] for one in found["items"].values()] == [{"x": 3}, {"x": 1}]
    answer = {"sort": "a", "items": [{"code": "i", "shape": {"x": "3", "more": 1}}]}
    assert shaped(object_, answer)["items"] == [{"code": "i", "n": None, "shape": {"x": "3"}}]


@pytest.mark.parametrize("shape", [{}, None])
def test_an_empty_variant_has_the_defaults_of_its_case(shape: Any) -> None:
    object_ = Object((field("sort", Text()), field("shape", SHAPE)))
    assert canonical(object_, {"sort": "a", "shape": shape})["shape"] == {"x": 1}


def test_a_variant_of_a_case_without_defaults_is_empty() -> None:
    object_ = Object((field("sort", Text()), field("shape", SHAPE)))
    assert canonical(object_, {"sort": "b"})["shape"] == {}


@pytest.mark.parametrize("around", [{}, {"sort": None}, {"sort": "unheard of"}])
def test_a_variant_without_a_known_case_stays_as_it_is(around: dict[str, Any]) -> None:
    assert case_of(SHAPE, (around,)) is None
    assert canonical_value(SHAPE, {"z": 1}, (around,)) == {"z": 1}


def test_shaped_leaves_out_what_no_field_reads() -> None:
    object_ = Object((field("code", Text()), field("how", Boolean(), write_only=True)))
    assert shaped(object_, {"code": "a", "lago_id": "1", "how": True}) == {"code": "a"}


def test_shaped_finds_values_where_the_answer_has_them() -> None:
    object_ = Object((field("codes", Many(Text()), read=lambda answer: [one["code"] for one in answer["things"]]),))
    assert shaped(object_, {"things": [{"code": "x"}]}) == {"codes": ["x"]}


def test_shaped_goes_into_objects_lists_and_variants() -> None:
    inner = Object((field("a", Text()),))
    object_ = Object((field("sort", Text()), field("one", inner), field("items", ITEMS), field("shape", SHAPE)))
    answer = {
        "sort": "a",
        "one": {"a": "x", "b": 1},
        "items": [{"code": "i", "more": 1}],
        "shape": {"x": "1", "more": 1},
    }
    assert shaped(object_, answer) == {
        "sort": "a",
        "one": {"a": "x"},
        "items": [{"code": "i", "n": None, "shape": None}],
        "shape": {"x": "1"},
    }


def test_shaped_keeps_a_variant_of_no_known_case() -> None:
    assert shaped(Object((field("shape", SHAPE),)), {"shape": {"z": 1}}) == {"shape": {"z": 1}}


def test_values_of_privileges_are_what_their_text_says() -> None:
    values = {"a": "true", "b": "false", "c": "25", "d": "-3", "e": "007", "f": "1.5", "g": True, "h": 25, "i": "gold"}
    assert canonical_value(Grants("feature"), {"seats": values}) == {
        "seats": {"a": True, "b": False, "c": 25, "d": -3, "e": "007", "f": "1.5", "g": True, "h": 25, "i": "gold"}
    }
