"""`ignore`: the paths of what somebody else manages, spelled as a plan shows them or as a manifest nests its fields."""

from collections.abc import Iterator, Mapping
from typing import Any

from lago_gitops.core.model.canonical import Scope, canonical, case_of
from lago_gitops.core.model.field_walk import objects_of
from lago_gitops.core.model.kind import Finding
from lago_gitops.core.model.resources import joined
from lago_gitops.core.model.suggestions import closest
from lago_gitops.core.model.types import Field, Grants, Keyed, Object, TextMap, Type, Variant

Keys = tuple[Any, ...]
Fields = Mapping[str, Any]


def ignored_keys(object_: Object, fields: Fields, path: str) -> tuple[Keys, ...]:
    """Where in canonical fields the path leads: its last step may be an item that isn't there. Empty: nowhere.

    What only means something with the field at its end comes after that.
    """
    return tuple(dict.fromkeys(_in_object(object_, fields, path, ())))


def has_place(object_: Object, fields: Fields, keys: Keys, outer: Scope = ()) -> bool:
    """Whether canonical fields can have a value there: not where it means nothing beside the others, and not a price of
    another model."""
    first, rest = keys[0], keys[1:]
    field = next((one for one in object_.fields if one.name == first), None)
    if field is None or not field.has_place(fields):
        return False
    return not rest or _has_place_in(field.type, fields.get(first), rest, (fields, *outer))


def _has_place_in(type_: Type, value: Any, keys: Keys, scope: Scope) -> bool:
    """`value` may be None: then all around is missing."""
    match type_:
        case Object():
            return has_place(type_, value or {}, keys, scope)
        case Variant() if (shape := case_of(type_, scope)) is not None:
            return has_place(shape, value or {}, keys, scope)
        case Keyed() if len(keys) > 1:
            return has_place(type_.item, (value or {}).get(keys[0]) or {}, keys[1:], scope)
        case _:
            return True


def ignore_findings(object_: Object, data: Mapping[str, Any]) -> Iterator[Finding]:
    """The paths of a manifest's `ignore` that lead nowhere, in data that fits the schema."""
    paths = data.get("ignore") or ()
    fields = canonical(object_, data) if paths else {}
    for index, path in enumerate(paths):
        if not ignored_keys(object_, fields, path):
            hint = (
                closest(path, ignored_paths(object_, fields))
                or "write it as a plan shows it: FIELD, or LIST.CODE.FIELD"
            )
            yield Finding(("ignore", index), f"the path {path!r} doesn't match a field", hint)


def ignored_paths(object_: Object, fields: Fields, steps: tuple[str, ...] = (), outer: Scope = ()) -> Iterator[str]:
    """Every path that leads somewhere in these fields, as a plan spells it and as a manifest does."""
    scope = (fields, *outer)
    for field in object_.fields:
        if field.write_only:
            continue
        here, value = (*steps, field.name), fields.get(field.name)
        yield joined(here)
        match field.type:
            case Variant() if (shape := case_of(field.type, scope)) is not None:
                yield from ignored_paths(shape, value or {}, here, scope)
                yield from ignored_paths(shape, value or {}, steps, scope)
            case Object():
                yield from ignored_paths(field.type, value or {}, here, scope)
            case Keyed():
                for item in (value or {}).values():
                    yield joined((*here, field.type.label(item)))
                    yield from ignored_paths(field.type.item, item, (*here, field.type.label(item)), scope)
            case _:
                pass


def _in_object(object_: Object, fields: Fields, path: str, outer: Scope) -> Iterator[Keys]:
    scope = (fields, *outer)
    for field in object_.fields:
        value, rest = fields.get(field.name), _after(path, field.name)
        if field.write_only:
            continue
        if rest == "":
            yield (field.name,)
            yield from ((other.name,) for other in object_.fields if _is_shaped_by(other, field.name))
        elif rest is not None:
            yield from ((field.name, *keys) for keys in _in_value(field.type, value, rest, scope))
        elif isinstance(field.type, Variant):  # a plan leaves its name out
            yield from ((field.name, *keys) for keys in _in_value(field.type, value, path, scope))


def _is_shaped_by(field: Field, name: str) -> bool:
    """Whether a value can't be told from another's without the field of that name: prices without their model, an
    amount off without the coupon's sort."""
    if isinstance(field.type, Variant) and field.type.by == name:
        return True
    within = (inner for object_ in objects_of(field.type) for inner in object_.fields)
    return field.only_with[0] == name or any(_is_shaped_by(one, name) for one in within)


def _in_value(type_: Type, value: Any, path: str, scope: Scope) -> Iterator[Keys]:
    match type_:
        case Object():
            yield from _in_object(type_, value or {}, path, scope)
        case Variant() if (shape := case_of(type_, scope)) is not None:
            yield from _in_object(shape, value or {}, path, scope)
        case Keyed():
            yield from _in_items(type_, value or {}, path, scope)
        case TextMap():
            yield (path,)
        case Grants():
            yield from _in_grants(value or {}, path)
        case _:
            pass


def _in_items(keyed: Keyed, items: Mapping[Any, Fields], path: str, scope: Scope) -> Iterator[Keys]:
    labels = {key: keyed.label(item) for key, item in items.items()}
    for key, label in labels.items():
        rest = _after(path, label)
        if rest == "":
            yield (key,)
        elif rest is not None:
            yield from ((key, *keys) for keys in _in_object(keyed.item, items[key], rest, scope))
    if not keyed.is_one and all(_after(path, label) is None for label in labels.values()) and _is_label(path, keyed):
        yield (path,)  # an item that only Lago has


def _is_label(path: str, keyed: Keyed) -> bool:
    """Whether all of the path can name one item; codes can have dots, which else lead to a field of the item."""
    is_named = keyed.key == ("code",)
    return path.startswith("[") is not is_named and not any(_is_path(keyed.item, rest) for rest in _cuts(path))


def _in_grants(granted: Mapping[str, Fields], path: str) -> Iterator[Keys]:
    for code in granted:
        rest = _after(path, code)
        if rest is not None:
            yield (code, rest) if rest else (code,)
    if "." not in path:
        yield (path,)


def _after(path: str, step: str) -> str | None:
    """What is left of the path behind the step; None where it doesn't begin with it."""
    rest = path.removeprefix(step)
    if path == step or (len(rest) < len(path) and rest.startswith(("[", "."))):
        return rest[1:] or None if rest.startswith(".") else rest
    return None


def _cuts(path: str) -> Iterator[str]:
    """What could be the path inside of an item, wherever its label ends."""
    return (path[index + 1 :] for index, character in enumerate(path) if character == ".")


def _is_path(object_: Object, path: str) -> bool:
    """Whether a path can lead somewhere in objects of that shape, whatever is in them."""
    for field in object_.fields:
        rest = _after(path, field.name)
        inner = rest if rest is not None else path if isinstance(field.type, Variant) else None
        if rest == "" or (inner is not None and _can_lead(field.type, inner)):
            return True
    return False


def _can_lead(type_: Type, path: str) -> bool:
    match type_:
        case Keyed() | TextMap() | Grants():
            return True
        case _:
            return any(_is_path(object_, path) for object_ in objects_of(type_))
