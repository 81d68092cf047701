"""Whether what Lago answered has the shape that its kind says, before anything else looks at it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

from lago_gitops.core.model.canonical import Scope, case_of, decimal
from lago_gitops.core.model.duplicates import repeated
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.resources import joined
from lago_gitops.core.model.types import (
    Boolean,
    Exact,
    Field,
    Free,
    Grants,
    Integer,
    Json,
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

CODE = "code"
DEEPEST = 64  # levels of somebody else's JSON
ID = Field("lago_id", Text(), "Lago's own id.")
CREATED = Field("created_at", Text(), "When it was created.")
OF_ALL = Object((ID, CREATED))
OF_THE_ORGANIZATION = Object(
    (replace(ID, required=True), Field("name", Text(), "For people.", required=True), Field("slug", Text(), ""))
)
ROW = Object((replace(CREATED, required=True),))
"""An item of a list that is only looked at for its age."""


def misfit(kind: ResourceKind, answer: Json) -> str:
    """What is wrong with an object that Lago answered, the first mistake in words; empty where nothing is.

    What the kind does not know is no mistake, nor is what a server is too old to have.
    """
    found = shape_misfit(kind.object, answer) or shape_misfit(OF_ALL if kind.key else OF_THE_ORGANIZATION, answer)
    return found or ("" if not kind.key or answer[kind.key] else f"{kind.key} is empty")


def shape_misfit(object_: Object, answer: Json) -> str:
    """As `misfit`, of an answer that is no resource."""
    return str(_value(object_, answer, ()) or "")


@dataclass(frozen=True, slots=True)
class _Mistake:
    """`path` leads to it from where it was found: it grows on the way back, so that what fits costs no path."""

    path: tuple[str, ...]
    found: str
    wanted: str

    def __str__(self) -> str:
        return f"{joined(self.path) or 'it'} is {self.found}, not {self.wanted}"


@cache
def _keys(object_: Object) -> tuple[tuple[Field, type | None], ...]:
    """What is looked at: a field under its own name, or what its `read` needs instead; and the type of a value about
    which there is nothing more to ask."""
    fields = (field for field in object_.fields if not field.write_only)
    return tuple((key, _plain(key.type)) for field in fields for key in (field.answered or (field,)))


def _plain(type_: Type) -> type | None:
    match type_:
        case Text() | Moment() | Reference() | Exact():
            return str
        case Boolean():
            return bool
        case Integer():
            return int
        case _:
            return None


def _object(object_: Object, answer: Mapping[str, Any], outer: Scope) -> _Mistake | None:
    scope = (answer, *outer)
    for field, plain in _keys(object_):
        value = answer.get(field.name)
        if type(value) is plain:
            continue
        if value is None:
            is_odd = field.tells_sort and field.name in answer
            if field.required and not field.null_means and not is_odd:
                return _Mistake((field.name,), "null" if field.name in answer else "missing", _words(field.type))
        elif (found := _value(field.type, value, scope)) is not None:
            return replace(found, path=(field.name, *found.path))
    return None


def _value(type_: Type, value: Json, scope: Scope) -> _Mistake | None:
    """What is wrong with a list or an object as such, or else with what is in it."""
    if not _is_one(type_, value):
        return _Mistake((), _shown(value), _words(type_))
    match type_:
        case Object():
            return _object(type_, value, scope)
        case Variant():
            shape = case_of(type_, scope)
            return None if shape is None else _object(shape, value, scope)
        case Keyed() if type_.key == (CODE,):
            return _first(_parts(type_, value), scope) or _repeated(value)
        case Keyed() | Many() | ValueSets() | TextMap():
            return _first(_parts(type_, value), scope)
        case Free() if not _is_shallow(value):
            return _Mistake((), "nested too deeply", f"at most {DEEPEST} levels")
        case _:
            return None


def _parts(type_: Keyed | Many | ValueSets | TextMap, value: Json) -> Iterator[tuple[str, Type, Json]]:
    match type_:
        case Keyed():
            yield from ((f"[{index}]", _item(type_, item), item) for index, item in enumerate(value))
        case Many():
            yield from ((f"[{index}]", type_.item, item) for index, item in enumerate(value))
        case ValueSets():
            yield from ((key, Many(Text()), values) for key, values in value.items())
        case TextMap():  # the last of its union
            yield from ((key, Text(), text) for key, text in value.items() if text is not None)


def _first(parts: Iterable[tuple[str, Type, Json]], scope: Scope) -> _Mistake | None:
    for name, type_, value in parts:
        if (found := _value(type_, value, scope)) is not None:
            return replace(found, path=(name, *found.path))
    return None


def _repeated(items: Sequence[Mapping[str, Any]]) -> _Mistake | None:
    """Items that have codes are known by them."""
    found = next(repeated(item.get(CODE) for item in items), None)
    return None if found is None else _Mistake((f"[{found[0]}]", CODE), "there twice", "a code of its own")


def _item(keyed: Keyed, item: Json) -> Object:
    """An old server keeps no codes of what is `unnamed_by` something else; its age and its id name it then."""
    return _unnamed(keyed) if keyed.unnamed_by and isinstance(item, dict) and CODE not in item else _named(keyed)


@cache
def _named(keyed: Keyed) -> Object:
    return Object((*keyed.item.fields, ID))


@cache
def _unnamed(keyed: Keyed) -> Object:
    fields = (field for field in keyed.item.fields if field.name != CODE)
    return Object((*fields, replace(ID, required=True), replace(CREATED, required=True)))


def _is_one(type_: Type, value: Json) -> bool:
    match type_:
        case Text() | Moment() | Reference():
            return isinstance(value, str)
        case Exact():  # Lago keeps prices as text, and any text for some of them. Recorded: num-get
            return isinstance(value, str) or isinstance(decimal(value), Decimal)
        case Boolean():
            return isinstance(value, bool)
        case Integer():
            return isinstance(number := decimal(value), Decimal) and number == number.to_integral_value()
        case Many() | Keyed():
            return isinstance(value, list)
        case Object() | Variant() | TextMap() | ValueSets() | Grants() | Free():  # the last of its union
            return isinstance(value, dict)


def _is_shallow(value: Json, levels: int = DEEPEST) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels > 0 and all(_is_shallow(item, levels - 1) for item in inner)


def _words(type_: Type) -> str:
    match type_:
        case Text() | Moment() | Reference():
            return "text"
        case Exact():
            return "a number"
        case Boolean():
            return "true or false"
        case Integer():
            return "a whole number"
        case Many() | Keyed():
            return "a list"
        case _:
            return "an object"


def _shown(value: Json) -> str:
    """What came instead, without its text: nobody knows what is in it."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case str():
            return "text"
        case list():
            return "a list"
        case dict():
            return "an object"
        case _:
            return "a number"
