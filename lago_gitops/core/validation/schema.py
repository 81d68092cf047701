"""JSON Schemas out of the tables: 2020-12, within what editors that stop at draft-07 understand."""

from collections.abc import Iterable
from typing import Any

from lago_gitops.core.model.fields import CODE, NOT_BLANK
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.types import (
    Boolean,
    Exact,
    Field,
    Free,
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
from lago_gitops.core.validation.from_environment import VARIABLE, WORD

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
BASE = "https://raw.githubusercontent.com/lago-gitops/lago-gitops/main/schemas"
EXACT_TEXT = r"^[0-9]{1,15}(\.[0-9]+)?$"
SIGNED_TEXT = r"^-?[0-9]{1,15}(\.[0-9]+)?$"
EXACT: Schema = {"type": ["string", "number"], "pattern": EXACT_TEXT, "minimum": 0}

WORDS: Schema = {
    "state": {
        "enum": ["present", "absent"],
        "default": "present",
        "description": "`absent` deletes the resource from Lago. Nothing is deleted without it.",
    },
    "previously": {
        "type": "array",
        "items": {"type": "string"},
        "description": "Former codes of the resource: it is renamed in Lago, not recreated.",
    },
    "protect": {"type": "boolean", "default": False, "description": "Refuse to delete or replace it."},
    "silence": {
        "type": "object",
        "additionalProperties": {"type": "string", "pattern": NOT_BLANK},
        "description": "Pricing lint rules to ignore here, each with the reason.",
    },
    "ignore": {
        "type": "array",
        "items": {"type": "string"},
        "description": "Paths of fields managed elsewhere: they are neither compared nor changed. "
        "As a plan shows them (list.code.amount) or as a manifest nests them (list.code.properties.amount).",
    },
}
"""Settings of the resource as a whole, besides Lago's fields."""
RESERVED: Schema = {"^x-": {"description": "Reserved for you, e.g. for YAML anchors; ignored."}}
"""Keys that any file may have, by their pattern."""


def headed(file: str, title: str, description: str) -> Schema:
    """How the schema begins that is published as `file`."""
    return {"$schema": DIALECT, "$id": f"{BASE}/{file}.schema.json", "title": title, "description": description}


def kind_schema(kind: ResourceKind) -> Schema:
    """The schema of one kind's manifests. A tombstone (`state: absent`) needs nothing but its identity."""
    required = ["kind", *(field.name for field in kind.fields if field.required)]
    body = object_schema(kind.object)
    return {
        **headed(kind.name, kind.name, kind.doc),
        "type": "object",
        "properties": {"kind": {"const": kind.name, "description": "The kind of resource this document describes."}}
        | WORDS
        | body["properties"],  # where Lago has a field `state`, nothing can be deleted anyway
        "patternProperties": RESERVED,
        "additionalProperties": False,
        "required": ["kind", *kind.identity],
        "allOf": [
            {
                "if": {"properties": {"state": {"const": "absent"}}, "required": ["state"]},
                "else": {"required": required},
            },
            *body.get("allOf", ()),
        ],
    }


def any_schema(kinds: Iterable[ResourceKind]) -> Schema:
    """One schema for every manifest, which looks at `kind` first. It needs no other file."""
    known = tuple(kinds)
    return {
        **headed("manifest", "manifest", "A resource of a Lago organization."),
        "type": "object",
        "properties": {"kind": {"enum": [kind.name for kind in known]}},
        "required": ["kind"],
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": kind.name}}, "required": ["kind"]},
                "then": {"$ref": f"#/definitions/{kind.name}"},
            }
            for kind in known
        ],
        "definitions": {kind.name: _inner(kind_schema(kind)) for kind in known},
    }


def _inner(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if key not in {"$schema", "$id"}}


def object_schema(object_: Object) -> Schema:
    """A closed object. Where a field of it decides the shape of others, an `if` for each of its values."""
    schema: Schema = {
        "type": "object",
        "properties": {field.name: _described(field) for field in object_.fields}
        | {field.alias: _alias(field) for field in object_.fields if field.alias},
        "additionalProperties": False,
    }
    if required := [field.name for field in object_.fields if field.required]:
        schema["required"] = required
    names = {field.name for field in object_.fields}
    if cases := [case for by in sorted(_deciders(object_) & names) for case in _cases(object_, by)]:
        schema["allOf"] = cases
    return schema


def type_schema(type_: Type) -> Schema:
    match type_:
        case Text():
            return _text(type_)
        case Integer():
            bounds = {} if type_.minimum is None else {"minimum": type_.minimum}
            return {"type": "integer", **bounds, "maximum": type_.maximum}
        case Exact():
            return _exact(type_)
        case Boolean():
            return {"type": "boolean"}
        case Moment():
            return {"type": "string", "minLength": 1}
        case Reference():
            return _plain_text(CODE)
        case Many():
            return {"type": "array", "items": type_schema(type_.item)}
        case TextMap():
            return {
                "type": "object",
                "maxProperties": type_.max_keys,
                "propertyNames": {"maxLength": type_.max_key_length},
                "additionalProperties": _or_variable({"type": "string", "maxLength": type_.max_value_length}, "null"),
            }
        case ValueSets():
            values = {"type": "array", "items": {"type": "string"}, "minItems": 1}
            return {"type": "object", "minProperties": 1, "additionalProperties": values}
        case Grants():
            value = {"type": ["string", "integer", "boolean"]}
            return {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": value}}
        case Keyed():
            return {"type": "array", "items": object_schema(type_.item)}
        case Object():
            return object_schema(type_)
        case Variant():
            return {"type": "object"}  # the `if` around it says more
        case Free():  # the last of its union
            return {"type": "object"}


def _described(field: Field) -> Schema:
    schema = type_schema(field.type)
    if not field.required or field.null_means:
        schema = _or_null(schema)
    schema["description"] = field.doc + _when_it_changes(field)
    if field.default not in (None, {}, []):
        schema["default"] = field.default
    if field.example is not None:
        schema["examples"] = [field.example]
    return schema


def _when_it_changes(field: Field) -> str:
    notes = {
        Lock.FREE: "",
        Lock.IN_USE: " Can't change once it is in use.",
        Lock.REPLACE: " A change replaces the item.",
        Lock.NEVER: " Can't change.",
    }
    return (
        notes[field.lock]
        + (" Needs a Lago licence." if field.licence else "")
        + (f" Since Lago {field.since}." if field.since else "")
    )


def _alias(field: Field) -> Schema:
    return _or_null(type_schema(field.type)) | {
        "deprecated": True,
        "description": f"The older name of {field.name}.",
    }


def _or_null(schema: Schema) -> Schema:
    if "enum" in schema:
        return schema | {"enum": [*schema["enum"], None]}
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return schema | {"type": [*types, "null"]}


def _text(text: Text) -> Schema:
    return {"enum": list(text.choices)} if text.choices else _or_variable(_plain_text(text))


def _or_variable(schema: Schema, *more: str) -> Schema:
    """The schema of a text, which may come from an environment variable instead: what it says of texts and of objects
    doesn't meet."""
    name = {"type": "string", "pattern": VARIABLE, "description": "The environment variable that holds the text."}
    return schema | {
        "type": ["string", "object", *more],
        "properties": {WORD: name},
        "required": [WORD],
        "additionalProperties": False,
    }


def _plain_text(text: Text) -> Schema:
    schema: Schema = {"type": "string"}
    if text.pattern:
        schema["pattern"] = text.pattern
    if text.forbidden:
        schema["not"] = {"enum": list(text.forbidden)}
    if text.max_length:
        schema["maxLength"] = text.max_length
    if text.known:
        schema["examples"] = list(text.known)
    return schema


def _exact(exact: Exact) -> Schema:
    signed = exact.minimum is None and exact.above is None
    schema: Schema = {"type": ["string", "number"], "pattern": SIGNED_TEXT if signed else EXACT_TEXT}
    for word, bound in (("minimum", exact.minimum), ("exclusiveMinimum", exact.above), ("maximum", exact.maximum)):
        if bound is not None:
            schema[word] = int(bound)
    return schema


def _deciders(object_: Object) -> set[str]:
    """The fields, here or further out, that say which shape a variant in here has."""
    names: set[str] = set()
    for field in object_.fields:
        match field.type:
            case Variant():
                names.add(field.type.by)
            case Keyed():
                names |= _deciders(field.type.item)
            case Object():
                names |= _deciders(field.type)
            case _:
                pass
    return names


def _cases(object_: Object, by: str) -> list[Schema]:
    decider = next(field for field in object_.fields if field.name == by)
    choices = decider.type.choices if isinstance(decider.type, Text) else ()
    return [
        {
            "if": {"properties": {by: {"const": choice}}, "required": [by]},
            "then": _case(object_, by, choice),
        }
        for choice in choices
    ]


def _case(object_: Object, by: str, choice: str) -> Schema:
    """What the objects in here look like for one value of the decider."""
    properties: Schema = {}
    required: list[str] = []
    for field in object_.fields:
        match field.type:
            case Variant() if field.type.by == by and choice in field.type.cases:
                shape = field.type.cases[choice]
                properties[field.name] = _variant_case(field.type, choice, shape)
                if _must_be_given(field.type, choice, shape):
                    required.append(field.name)
            case Keyed() if by in _deciders(field.type.item):
                properties[field.name] = {"items": _case(field.type.item, by, choice)}
            case Object() if by in _deciders(field.type):
                properties[field.name] = _case(field.type, by, choice)
            case _:
                pass
    return {"properties": properties} | ({"required": required} if required else {})


def _variant_case(variant: Variant, choice: str, shape: Object) -> Schema:
    """An empty object is as good as none where Lago has defaults, and null where there may be none."""
    schema = object_schema(shape)
    if _must_be_given(variant, choice, shape):
        return schema
    schema = _or_null(schema)
    if "required" not in schema:
        return schema
    required = schema.pop("required")
    return schema | {"if": {"minProperties": 1}, "then": {"required": required}}


def _must_be_given(variant: Variant, choice: str, shape: Object) -> bool:
    return choice not in variant.defaults and any(field.required for field in shape.fields)
