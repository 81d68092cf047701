"""What Lago has after a write, as its answer tells: the whole object, or as it was seen before with the part that the
answer is about."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lago_gitops.core.comparison.answer_shape import misfit, shape_misfit
from lago_gitops.core.comparison.live import live
from lago_gitops.core.comparison.renames import Renames, renamed, with_renames
from lago_gitops.core.execution.requests import Request
from lago_gitops.core.model.canonical import shaped, value_of
from lago_gitops.core.model.kind import Apart, Nested, ResourceKind
from lago_gitops.core.model.resources import Live
from lago_gitops.core.model.types import Json, Object

CODE = "code"
Answer = Mapping[str, Any]


def read_back(kind: ResourceKind, seen: Live, request: Request, answer: Answer, renames: Renames) -> Live | None:
    """The object after the request, `seen` just before it; None where the answer doesn't tell.

    An item that a DELETE took is left out, so that what is written after it can be told; that it is gone only another
    read shows. `renames` are those of the run, done or not.
    """
    match request.part:
        case None:
            return whole(kind, answer, renames)
        case Nested() as nested if request.method == "DELETE":
            return _without_item(kind, seen, nested, request.parts[-1])
        case Nested() as nested:
            return _with_item(kind, seen, nested, answer, renames)
        case Apart() as apart:  # the last of its union
            return _with_apart(kind, seen, apart, answer, renames)


def whole(kind: ResourceKind, answer: Answer, renames: Renames) -> Live | None:
    """The object in the answer; None where it has none, or one that has to be read again."""
    object_ = answer.get(kind.name)
    return None if object_ is None or misfit(kind, object_) else with_renames(kind, live(kind, object_), renames)


def _with_item(kind: ResourceKind, seen: Live, nested: Nested, answer: Answer, renames: Renames) -> Live | None:
    """With the item of the answer, instead of the one of the same code."""
    item = answer.get(nested.root)
    given = {nested.field: [item]}
    if not isinstance(item, dict) or not item.get(CODE) or shape_misfit(_only(kind, nested.field), given):
        return None
    kept = _without_item(kind, seen, nested, item[CODE])
    items = [*kept.data[nested.field], *_data(kind, nested.field, given, renames)]
    ids = {**kept.ids, (nested.field, item[CODE]): item.get("lago_id") or item[CODE]}
    return replace(_with_field(kind, kept, nested.field, items), ids=ids)


def _without_item(kind: ResourceKind, seen: Live, nested: Nested, code: str) -> Live:
    kept = [item for item in seen.data[nested.field] or () if item[CODE] != code]
    ids = {place: id_ for place, id_ in seen.ids.items() if place != (nested.field, code)}
    return replace(_with_field(kind, seen, nested.field, kept), ids=ids)


def _with_apart(kind: ResourceKind, seen: Live, apart: Apart, answer: Answer, renames: Renames) -> Live | None:
    """With all of the field, which a POST answers; a DELETE answers a part of it."""
    if answer.get(apart.field) is None or shape_misfit(_only(kind, apart.field), answer):
        return None
    return _with_field(kind, seen, apart.field, _data(kind, apart.field, answer, renames))


def _data(kind: ResourceKind, name: str, answer: Answer, renames: Renames) -> Any:
    """The field in the form of a manifest, with references as they read once all renames are done."""
    field = _only(kind, name)
    return renamed(field, shaped(field, answer), renames)[name]


def _only(kind: ResourceKind, name: str) -> Object:
    return Object(tuple(field for field in kind.fields if field.name == name))


def _with_field(kind: ResourceKind, seen: Live, name: str, value: Json) -> Live:
    [field] = _only(kind, name).fields
    data = {**seen.data, name: value}
    return replace(seen, data=data, fields={**seen.fields, name: value_of(field, data, (data,))})
