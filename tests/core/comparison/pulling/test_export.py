from decimal import Decimal
from typing import Any

from lago_gitops.core.comparison.pulling.export import manifest_data, manifest_form
from lago_gitops.core.model.canonical import canonical
from lago_gitops.core.model.types import (
    Boolean,
    Exact,
    Field,
    Keyed,
    Many,
    Object,
    Sent,
    Text,
    Type,
    ValueSets,
    Variant,
)
from tests.core.kinds import NODE, live, node


def field(name: str, type_: Type, **more: Any) -> Field:
    return Field(name, type_, "", **more)


def form(object_: Object, data: dict[str, Any]) -> dict[str, Any]:
    return manifest_form(object_, canonical(object_, data))


def test_a_manifest_has_what_differs_from_its_default_and_what_is_required() -> None:
    assert manifest_data(NODE, live(node("a", "b", size=1, name=""))) == {"kind": "node", "code": "a", "to": ["b"]}
    assert manifest_data(NODE, live(node("a", size=2))) == {"kind": "node", "code": "a", "size": 2}


def test_what_is_required_is_written_though_it_is_null() -> None:
    assert form(Object((field("end", Exact(), required=True),)), {}) == {"end": None}


def test_what_is_left_to_others_is_not_pulled() -> None:
    assert form(Object((field("theirs", Boolean(), only_if_given=True),)), {"theirs": True}) == {}


def test_prices_are_written_as_text_and_bounds_as_numbers() -> None:
    object_ = Object((field("price", Exact()), field("bound", Exact(sent=Sent.NUMBER)), field("odd", Exact())))
    assert form(object_, {"price": "1.50", "bound": "10.0", "odd": "1e401"}) == {
        "price": "1.5",
        "bound": 10,
        "odd": "1e401",
    }
    assert form(object_, {"bound": "0.50"}) == {"bound": Decimal("0.5")}


def test_lists_objects_and_value_sets_are_written_as_manifests_have_them() -> None:
    inner = Object((field("a", Text()), field("n", Exact(), default="1")))
    object_ = Object((field("sets", ValueSets()), field("inner", inner), field("list", Many(inner, ordered=True))))
    assert form(object_, {"sets": {"k": ["y", "x"]}, "inner": {"a": "t"}, "list": [{"a": "u", "n": 2}]}) == {
        "sets": {"k": ["x", "y"]},
        "inner": {"a": "t"},
        "list": [{"a": "u", "n": "2"}],
    }


def test_keyed_lists_are_written_in_order_of_identity_numbers_by_size() -> None:
    def ordered(name: str, type_: Type, *values: Any) -> list[Any]:
        keyed = Keyed(Object((field(name, type_),)), (name,), str)
        items = form(Object((field("items", keyed),)), {"items": [{name: value} for value in values]})["items"]
        return [item[name] for item in items]

    assert ordered("code", Text(), "b", "a") == ["a", "b"]
    assert ordered("from", Exact(sent=Sent.NUMBER), 10, 9) == [9, 10]


def test_shapes_are_written_without_their_defaults() -> None:
    shape = Variant("sort", {"a": Object((field("x", Exact(), required=True),))}, {"a": {"x": "0"}})
    object_ = Object((field("sort", Text(), required=True), field("shape", shape, default={})))
    assert form(object_, {"sort": "a", "shape": {"x": "0.0"}}) == {"sort": "a"}
    assert form(object_, {"sort": "a", "shape": {"x": "1"}}) == {"sort": "a", "shape": {"x": "1"}}
    assert form(object_, {"sort": "b", "shape": {"z": 1}}) == {"sort": "b", "shape": {"z": 1}}


def test_a_default_that_depends_on_what_is_around_is_left_out_where_it_is_the_same() -> None:
    shape = Variant("sort", {"a": Object((field("x", Exact(), default="1"),))})
    inner = Object((field("shape", shape, default={}),))
    object_ = Object((field("sort", Text(), required=True), field("inner", inner, default={})))
    assert form(object_, {"sort": "a"}) == {"sort": "a"}
    assert form(object_, {"sort": "a", "inner": {"shape": {"x": "2"}}}) == {
        "sort": "a",
        "inner": {"shape": {"x": "2"}},
    }
