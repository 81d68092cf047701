from dataclasses import replace
from typing import Any

from lago_gitops.core.comparison.abilities.licence import (
    Gated,
    Missing,
    asks_for_licence,
    gated_values,
    licensed,
    missing_without_licence,
)
from lago_gitops.core.model.kind import Gate, ResourceKind
from lago_gitops.core.model.types import Field, Integer, Keyed, Object, Text, Variant


def field(name: str, type_: Any, **more: Any) -> Field:
    return Field(name, type_, "", **more)


PART = Object(
    (
        field("code", Text()),
        field("limit", Integer(), licence=True, default=1),
        field("model", Text(choices=("plain", "fancy"), licensed=("fancy",))),
        field("form", Text(choices=("old", "new"), newer=(("new", "1.45"),))),
    )
)
SHAPE = Variant("sort", {"a": PART, "b": Object(())})
THING = Object(
    (
        field("sort", Text()),
        field("parts", Keyed(PART, ("code",), lambda item: str(item["code"]))),
        field("deep", Object((field("shape", SHAPE),))),
    )
)
KIND = ResourceKind(name="big_thing", collection="big_things", doc="", fields=THING.fields)


def missing(gate: Gate | None, release: bool = True) -> Missing:
    return missing_without_licence([replace(KIND, gate=gate)], lambda _: release)


def test_a_licensed_field_counts_where_it_says_more_than_its_default() -> None:
    assert list(licensed(PART, {"limit": 2})) == ["limit"]
    assert list(licensed(PART, {"limit": 1})) == list(licensed(PART, {"limit": None})) == list(licensed(PART, {})) == []


def test_a_licensed_field_is_named_by_its_path_and_a_shape_has_no_step_of_its_own() -> None:
    parts = {"x": {"code": "x", "limit": 2}, "y": {"code": "y", "limit": 1}}
    fields = {"sort": "a", "parts": parts, "deep": {"shape": {"limit": 3}}}
    assert list(licensed(THING, fields)) == ["parts.x.limit", "deep.limit"]
    assert list(licensed(THING, {**fields, "parts": None})) == ["deep.limit"]
    assert list(licensed(THING, {**fields, "parts": {}, "sort": "b"})) == []


def test_values_that_some_servers_refuse_are_found_with_the_reason() -> None:
    parts = {"x": {"code": "x", "model": "plain", "form": "new"}, "y": {"code": "y", "model": "fancy", "form": "old"}}
    both = {"sort": "b", "parts": parts, "deep": {"shape": {}}}
    found = [Gated("parts.x.form", "new", False, "1.45"), Gated("parts.y.model", "fancy", True, "")]
    assert list(gated_values(THING, both)) == found
    deep = {"sort": "a", "parts": None, "deep": {"shape": {"model": "fancy"}}}
    assert list(gated_values(THING, deep)) == [Gated("deep.model", "fancy", True, "")]
    assert asks_for_licence(THING, both)
    assert asks_for_licence(THING, deep)


def test_what_lago_makes_of_values_that_only_came_later_depends_on_no_licence() -> None:
    assert asks_for_licence(PART, {"limit": 2})
    assert not asks_for_licence(PART, {"limit": 1})
    assert not asks_for_licence(PART, {"form": "new"})


def test_what_is_missing_without_a_licence_is_named_by_kind_and_field() -> None:
    assert missing(None) == Missing(
        ("big_thing.parts.limit", "big_thing.deep.shape.limit"),
        ("big_thing.parts.model fancy", "big_thing.deep.shape.model fancy"),
    )


def test_objects_beyond_those_that_are_free_are_refused_until_the_release_that_opened_the_kind() -> None:
    def gated(gate: Gate, release: bool) -> tuple[str, ...]:
        return missing(gate, release).refused[2:]

    assert gated(Gate(), True) == ("big things",)
    assert gated(Gate(free=1), True) == ("more than 1 big thing",)
    assert gated(Gate(until="1.39"), False) == ("big things before Lago 1.39",)
    assert gated(Gate(until="1.39"), True) == ()
