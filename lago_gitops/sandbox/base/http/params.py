"""Strong parameters: which parts of a request's body Lago accepts."""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any, NamedTuple

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import crash, missing_param
from lago_gitops.sandbox.base.values.casts import blank


class Shape(Enum):
    SCALAR = "text, number, boolean or null; an object or a list is dropped"
    SCALARS = "a list of scalars; anything else, null too, is dropped"
    OBJECT = "any object, however deep; anything else is dropped"
    ANYTHING = "as sent"


class One(NamedTuple):
    """An object of its own schema; anything else is dropped."""

    schema: "Schema"


class Many(NamedTuple):
    """A list of objects of one schema; items that aren't objects are dropped."""

    schema: "Schema"


Schema = Mapping[str, Shape | One | Many]


def scalars(*names: Iterable[str]) -> dict[str, Shape | One | Many]:
    return {name: Shape.SCALAR for group in names for name in group}


def root(body: Doc, name: str, schema: Schema) -> Doc:
    """The permitted part of `body[name]`. Refuses a request without it; Lago crashes if it isn't an object."""
    raw = body.get(name)
    if blank(raw) and raw is not False:
        raise missing_param(name)
    if not isinstance(raw, dict):
        raise crash()
    return permit(raw, schema)


def expected_root(body: Doc, name: str, schema: Schema) -> Doc:
    """Stricter than `root`: also refuses a root that isn't an object or has no permitted key."""
    raw = body.get(name)
    permitted = permit(raw, schema) if isinstance(raw, dict) else {}
    if not permitted:
        raise missing_param(name)
    return permitted


def permit(raw: Doc, schema: Schema) -> Doc:
    """Unknown keys and values of another shape are silently dropped."""
    kept = {}
    for name, shape in schema.items():
        if name in raw:
            value = _permitted(raw[name], shape)
            if value is not _DROPPED:
                kept[name] = value
    return kept


_DROPPED = object()


def _permitted(value: Any, shape: Shape | One | Many) -> Any:
    match shape:
        case Shape.ANYTHING:
            return value
        case Shape.SCALAR:
            return _DROPPED if isinstance(value, dict | list) else value
        case Shape.SCALARS:
            fits = isinstance(value, list) and not any(isinstance(item, dict | list) for item in value)
            return value if fits else _DROPPED
        case Shape.OBJECT:
            return value if isinstance(value, dict) else _DROPPED
        case One(schema):
            return permit(value, schema) if isinstance(value, dict) else _DROPPED
        case Many(schema):
            if not isinstance(value, list):
                return _DROPPED
            return [permit(item, schema) for item in value if isinstance(item, dict)]


def munged(value: Any) -> Any:
    """Rails removes nulls from lists."""
    if isinstance(value, dict):
        return {key: munged(item) for key, item in value.items()}
    if isinstance(value, list):
        return [munged(item) for item in value if item is not None]
    return value
