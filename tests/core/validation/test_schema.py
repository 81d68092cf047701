"""The schemas say what the tables say, in words that old and new editors understand."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from lago_gitops.core.model.types import (
    Boolean,
    Exact,
    Field,
    Grants,
    Integer,
    Keyed,
    Lock,
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
from lago_gitops.core.validation.schema import Schema, any_schema, kind_schema, object_schema, type_schema
from lago_gitops.kinds import KINDS

COMMITTED = Path(__file__).parents[3] / "schemas"
SCHEMAS = {kind.name: kind_schema(kind) for kind in KINDS.values()} | {"manifest": any_schema(KINDS.values())}
# What draft-07 and 2020-12 both know and mean alike; `deprecated` is a note that draft-07 leaves unread.
WORDS = {
    "$schema", "$id", "$ref", "title", "description", "default", "examples", "deprecated",
    "type", "const", "enum", "not", "allOf", "if", "then", "else",
    "properties", "patternProperties", "propertyNames", "additionalProperties", "required",
    "minProperties", "maxProperties", "items", "minItems", "pattern", "minLength", "maxLength",
    "minimum", "maximum", "exclusiveMinimum", "definitions",
}  # fmt: skip
OF_SCHEMAS = ("properties", "patternProperties")
OF_ONE = ("items", "additionalProperties", "propertyNames", "not", "if", "then", "else")


def parts(schema: Schema, path: str = "") -> Iterator[tuple[str, Schema]]:
    """The schema and all schemas in it, by their path."""
    yield path, schema
    for word in OF_SCHEMAS:
        for name, part in schema.get(word, {}).items():
            yield from parts(part, f"{path}.{name}")
    for word in OF_ONE:
        if isinstance(schema.get(word), dict):
            yield from parts(schema[word], f"{path}/{word}")
    for number, part in enumerate(schema.get("allOf", ())):
        yield from parts(part, f"{path}/allOf[{number}]")


def fields(object_: Object, path: str) -> Iterator[tuple[str, Field]]:
    for field in object_.fields:
        here = f"{path}.{field.name}"
        yield here, field
        yield from (found for each in inner(field.type) for found in fields(each, here))


def inner(type_: Type) -> Iterator[Object]:
    match type_:
        case Object():
            yield type_
        case Keyed():
            yield type_.item
        case Variant():
            yield from type_.cases.values()
        case Many():
            yield from inner(type_.item)
        case _:
            pass


FIELDS = {path: field for kind in KINDS.values() for path, field in fields(kind.object, kind.name)}


@pytest.mark.parametrize("path", sorted(FIELDS))
def test_every_field_is_described_in_at_most_three_hundred_characters(path: str) -> None:
    field = FIELDS[path]
    found = object_schema(Object((field,)))["properties"][field.name]["description"]
    assert field.doc.endswith(".")
    assert 0 < len(found) <= 300


@pytest.mark.parametrize("path", sorted(path for path, field in FIELDS.items() if field.example is not None))
def test_every_example_is_valid(path: str) -> None:
    field = FIELDS[path]
    schema = object_schema(Object((field,)))["properties"][field.name]
    assert all(jsonschema_rs.is_valid(schema, example) for example in schema["examples"])


@pytest.mark.parametrize("path", sorted(path for path, field in FIELDS.items() if not isinstance(field.type, Variant)))
def test_every_default_is_valid(path: str) -> None:
    field = FIELDS[path]
    schema = object_schema(Object((field,)))["properties"][field.name]
    assert "default" not in schema or jsonschema_rs.is_valid(schema, schema["default"])


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_schemas_use_words_of_both_drafts(name: str) -> None:
    assert {word for _, part in parts(SCHEMAS[name]) for word in part} <= WORDS
    assert [path for path, part in parts(SCHEMAS[name]) if "$ref" in part and len(part) > 1] == []


@pytest.mark.parametrize("draft", [Draft7Validator, Draft202012Validator])
@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_schemas_are_schemas_of_both_drafts(name: str, draft: Any) -> None:
    draft.check_schema({word: value for word, value in SCHEMAS[name].items() if word != "$schema"})


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_word_of_a_manifest_is_described(name: str) -> None:
    assert SCHEMAS[name]["description"]
    bare = [
        word for word, part in SCHEMAS[name]["properties"].items() if name != "manifest" and "description" not in part
    ]
    assert bare == []


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_committed_schemas_are_what_the_tables_give(name: str) -> None:
    text = (COMMITTED / f"{name}.schema.json").read_text(encoding="utf-8")
    assert text == json.dumps(SCHEMAS[name], indent=2, ensure_ascii=False) + "\n"


def fits(kind: str, data: dict[str, Any]) -> bool:
    return jsonschema_rs.is_valid(SCHEMAS[kind], {"kind": kind, **data})


TAX = {"code": "t", "name": "T", "rate": 20}


def test_a_manifest_has_what_is_required() -> None:
    assert fits("tax", TAX)
    assert not fits("tax", {"code": "t", "name": "T"})


def test_a_tombstone_needs_nothing_but_its_identity() -> None:
    assert fits("tax", {"code": "t", "state": "absent"})
    assert not fits("tax", {"code": "t", "state": "present"})
    assert not fits("tax", {"state": "absent"})


def test_the_organization_has_no_identity() -> None:
    assert fits("organization", {})


def test_unknown_fields_are_refused_but_for_those_of_the_user() -> None:
    assert fits("tax", {**TAX, "x-anchors": [1]})
    assert not fits("tax", {**TAX, "colour": "red"})


def test_any_manifest_is_held_against_the_schema_of_its_kind() -> None:
    found = SCHEMAS["manifest"]["allOf"]
    assert [part["if"]["properties"]["kind"]["const"] for part in found] == list(KINDS)
    assert [part["then"]["$ref"] for part in found] == [f"#/definitions/{name}" for name in KINDS]
    assert jsonschema_rs.is_valid(SCHEMAS["manifest"], {"kind": "tax", **TAX})
    assert not jsonschema_rs.is_valid(SCHEMAS["manifest"], {"kind": "tax", **TAX, "colour": "red"})


# Types ------------------------------------------------------------------------------------------------------------


def takes(type_: Type, value: Any) -> bool:
    return jsonschema_rs.is_valid(type_schema(type_), value)


@pytest.mark.parametrize(
    ("type_", "good", "bad"),
    [
        (Text(), "", 1),
        (Text(choices=("a", "b")), "a", "c"),
        (Text(pattern="^a$"), "a", "a\n"),
        (Text(max_length=2), "ab", "abc"),
        (Text(forbidden=("a",)), "b", "a"),
        (Integer(), -1, 1.5),
        (Integer(minimum=0, maximum=9), 9, 10),
        (Exact(), "0.50", "-1"),
        (Exact(), 0, -1),
        (Exact(), "1" * 15, "1" * 16),
        (Exact(minimum=None), "-1", "1e2"),
        (Boolean(), True, "true"),
        (Moment(), "2027-01-01", ""),
        (Reference("tax"), "a b", " a"),
        (Many(Boolean()), [True], [1]),
        (TextMap(1, 2, 3), {"ab": "abc"}, {"a": "b", "c": "d"}),
        (TextMap(1, 2, 3), {"a": None}, {"abc": ""}),
        (TextMap(1, 2, 3), {}, {"a": "abcd"}),
        (ValueSets(), {"a": ["b"]}, {"a": []}),
        (ValueSets(), {"a": ["b"], "c": ["d"]}, {}),
        (Grants("feature"), {"a": {"b": 1, "c": "d"}}, {"a": {"b": 1.5}}),
    ],
)  # fmt: skip
def test_types_take_their_values_and_no_others(type_: Type, good: Any, bad: Any) -> None:
    assert takes(type_, good)
    assert not takes(type_, bad)


def object_with(**more: Any) -> Schema:
    return object_schema(Object((Field("f", Text(), "Doc.", **more),)))


def test_an_optional_field_may_be_null_and_a_required_one_not() -> None:
    assert object_with()["properties"]["f"]["type"] == ["string", "object", "null"]
    assert object_with(required=True)["properties"]["f"]["type"] == ["string", "object"]
    assert object_with(required=True)["required"] == ["f"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "Doc."),
        ({"lock": Lock.IN_USE}, "Doc. Can't change once it is in use."),
        ({"lock": Lock.REPLACE}, "Doc. A change replaces the item."),
        ({"lock": Lock.NEVER}, "Doc. Can't change."),
        ({"licence": True, "since": "1.40"}, "Doc. Needs a Lago licence. Since Lago 1.40."),
    ],
)
def test_what_a_change_does_is_said_with_the_field(more: dict[str, Any], said: str) -> None:
    assert object_with(**more)["properties"]["f"]["description"] == said


def test_an_older_name_is_taken_and_marked() -> None:
    older = object_with(alias="g")["properties"]["g"]
    assert older["deprecated"] is True
    assert older["description"] == "The older name of f."


# Shapes that depend on another field ------------------------------------------------------------------------------

SHAPE = Variant(
    "sort",
    {"flat": Object((Field("price", Integer(), "P.", required=True),)), "free": Object(())},
    {"flat": {"price": 0}},
)
STRICT = Variant("sort", SHAPE.cases)
INNER = Object((Field("strict", STRICT, "S."),))
NODE = Object(
    (
        Field("sort", Text(choices=("flat", "free", "odd")), "S.", required=True),
        Field("shape", SHAPE, "S."),
        Field("inner", Keyed(INNER, (), str), "I."),
        Field("more", Object((Field("strict", STRICT, "S."),)), "M."),
    )
)


def node(**data: Any) -> bool:
    return jsonschema_rs.is_valid(object_schema(NODE), data)


def test_the_decider_says_which_shape_there_is() -> None:
    assert node(sort="flat", shape={"price": 1})
    assert not node(sort="flat", shape={"colour": 1})
    assert not node(sort="free", shape={"price": 1})
    assert node(sort="odd", shape={"whatever": 1})


@pytest.mark.parametrize("empty", [{}, {"shape": {}}, {"shape": None}])
def test_a_shape_with_defaults_may_be_empty(empty: dict[str, Any]) -> None:
    assert node(sort="flat", **empty)
    assert node(sort="free", **empty)


def test_a_shape_without_defaults_has_to_be_given_where_something_in_it_is_required() -> None:
    assert node(sort="flat", inner=[{"strict": {"price": 1}}])
    assert not node(sort="flat", inner=[{"strict": {}}])
    assert not node(sort="flat", inner=[{}])
    assert node(sort="free", inner=[{}, {"strict": {}}, {"strict": None}])


def test_a_shape_in_an_object_of_its_own_is_held_against_the_decider_outside() -> None:
    assert node(sort="flat", more={"strict": {"price": 1}})
    assert not node(sort="flat", more={"strict": {"colour": 1}})
    assert not node(sort="flat", more={})
