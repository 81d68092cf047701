"""The tree of fields below a kind, walked by path."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from lago_gitops.core.model.canonical import Scope, case_of
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.types import Field, Keyed, Object, Type, Variant

WORDS = ("kind", "state", "previously", "protect", "silence", "ignore")
"""What a manifest says about the resource as a whole, in the order in which it says it."""


def list_key(kinds: Mapping[str, ResourceKind], path: Sequence[str]) -> str | None:
    """The field that tells the items of a list apart; None where a list has none, more than one, or is one whole.

    The path starts with the kind and has no positions in lists: `plan charges filters`.
    """
    keyed = keyed_at(kinds, path)
    return keyed.key[0] if keyed is not None and not keyed.is_one and len(keyed.key) == 1 else None


def keyed_at(kinds: Mapping[str, ResourceKind], path: Sequence[str]) -> Keyed | None:
    """The keyed list at a path like that of `list_key`; of several shapes, each has the same key."""
    return next((field.type for field in fields_at(kinds, path) if isinstance(field.type, Keyed)), None)


def key_order(kinds: Mapping[str, ResourceKind], path: Sequence[str]) -> tuple[str, ...]:
    """The keys of the map at a path, in the order in which manifests have them: what names it first."""
    kind = kinds.get(path[0])
    objects = [] if kind is None else [kind.object]
    of_lago = {field.name for object_ in objects for field in object_.fields}
    words = [word for word in WORDS if word not in of_lago] if len(path) == 1 else []
    if len(path) > 1:
        objects = [object_ for field in fields_at(kinds, path) for object_ in objects_of(field.type)]
    orders = [[field.name for field in object_.fields] for object_ in objects]
    return tuple(dict.fromkeys((*words, *_merged(orders))))


def _merged(orders: Iterable[Sequence[str]]) -> Iterator[str]:
    """The names of all in one order, in which those of each stand as they do there, as far as they agree."""
    left = [order for order in orders if order]
    while left:
        later = {name for order in left for name in order[1:]}
        first = next((order[0] for order in left if order[0] not in later), left[0][0])
        yield first
        rest = ([name for name in order if name != first] for order in left)
        left = [order for order in rest if order]


def fields_at(kinds: Mapping[str, ResourceKind], path: Sequence[str]) -> tuple[Field, ...]:
    """The fields that the path can lead to: several where a shape depends on another field's value."""
    kind = kinds.get(path[0])
    objects: tuple[Object, ...] = () if kind is None else (kind.object,)
    fields: tuple[Field, ...] = ()
    for step in path[1:]:
        fields = tuple(field for object_ in objects for field in object_.fields if field.name == step)
        objects = tuple(object_ for field in fields for object_ in objects_of(field.type))
    return fields


def objects_of(type_: Type) -> Iterator[Object]:
    """The objects that a value of the type is, or is made of."""
    match type_:
        case Object():
            yield type_
        case Keyed():
            yield type_.item
        case Variant():
            yield from type_.cases.values()
        case _:
            pass


def inside(type_: Type, value: Any, scope: Scope) -> Iterator[tuple[Object, Mapping[str, Any], str]]:
    """The objects in a canonical value, each with its fields and its identity."""
    match type_:
        case Keyed():
            yield from ((type_.item, item, type_.label(item)) for item in value.values())
        case Object():
            yield type_, value, ""
        case Variant() if (shape := case_of(type_, scope)) is not None:
            yield shape, value, ""
        case _:
            pass
