"""Whether what Lago answered has the shape that its kind says, before anything else looks at it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any, Final

from lago_gitops.core.model.canonical import Scope, case_of
from lago_gitops.core.model.duplicates import repeated
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.resources import joined
from lago_gitops.core.model.scalars import decimal
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
    wrong = shape_misfit(kind.object, answer) or shape_misfit(OF_ALL if kind.key else OF_THE_ORGANIZATION, answer)
    return wrong or ("" if not kind.key or answer[kind.key] else f"{kind.key} is empty")


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

    def below(self, name: str) -> "_Mistake":
        return replace(self, path=(name, *self.path))


@cache
def _keys(object_: Object) -> tuple[tuple[str, Field, type | None], ...]:
    """What is looked at: a field under its own name, or what its `read` needs instead; and the type of a value about
    which there is nothing more to ask."""
    fields = (field for field in object_.fields if not field.write_only)
    return tuple(
        (key.name, key, None if type(key.type) in _INSIDE else _JSON[type(key.type)])
        for field in fields
        for key in (field.answered or (field,))
    )


def _object(object_: Object, answer: Mapping[str, Any], outer: Scope) -> _Mistake | None:
    scope = (answer, *outer)
    for name, field, plain in _keys(object_):
        value = answer.get(name)
        if type(value) is plain:
            continue
        if value is None:
            is_odd = field.marks_variant and name in answer
            if field.required and not field.null_means and not is_odd:
                return _Mistake((name,), "null" if name in answer else "missing", _words(field.type))
        elif (wrong := _value(field.type, value, scope)) is not None:
            return wrong.below(name)
    return None


def _value(type_: Type, value: Json, scope: Scope) -> _Mistake | None:
    """What is wrong with a list or an object as such, or else with what is in it."""
    if not _is_one(type_, value):
        return _Mistake((), _shown(value), _words(type_))
    inside = _INSIDE.get(type(type_))
    return None if inside is None else inside(type_, value, scope)


def _variant(variant: Variant, value: Json, scope: Scope) -> _Mistake | None:
    shape = case_of(variant, scope)
    return None if shape is None else _object(shape, value, scope)


def _keyed(keyed: Keyed, items: Json, scope: Scope) -> _Mistake | None:
    for index, item in enumerate(items):
        if (wrong := _value(_item(keyed, item), item, scope)) is not None:
            return wrong.below(f"[{index}]")
    return _repeated(items) if keyed.key == (CODE,) else None


def _many(many: Many, items: Json, scope: Scope) -> _Mistake | None:
    return _first(((f"[{index}]", many.item, item) for index, item in enumerate(items)), scope)


def _value_sets(_: ValueSets, sets: Json, scope: Scope) -> _Mistake | None:
    return _first(((key, Many(Text()), values) for key, values in sets.items()), scope)


def _text_map(_: TextMap, texts: Json, scope: Scope) -> _Mistake | None:
    return _first(((key, Text(), text) for key, text in texts.items() if text is not None), scope)


def _free(_: Free, value: Json, _scope: Scope) -> _Mistake | None:
    return None if _is_shallow(value) else _Mistake((), "nested too deeply", f"at most {DEEPEST} levels")


_INSIDE: Final[Mapping[type, Callable[[Any, Json, Scope], _Mistake | None]]] = {
    Object: _object,
    Variant: _variant,
    Keyed: _keyed,
    Many: _many,
    ValueSets: _value_sets,
    TextMap: _text_map,
    Free: _free,
}
"""What is wrong inside of what has the right type in JSON, by the type of the field."""


def _first(parts: Iterable[tuple[str, Type, Json]], scope: Scope) -> _Mistake | None:
    for name, type_, value in parts:
        if (wrong := _value(type_, value, scope)) is not None:
            return wrong.below(name)
    return None


def _repeated(items: Sequence[Mapping[str, Any]]) -> _Mistake | None:
    """Items that have codes are known by them."""
    twice = next(repeated(item.get(CODE) for item in items), None)
    return None if twice is None else _Mistake((f"[{twice[0]}]", CODE), "there twice", "a code of its own")


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
    if type(value) is _JSON[type(type_)]:
        return True
    match type_:
        case Exact():
            return isinstance(decimal(value), Decimal)
        case Integer():
            return isinstance(number := decimal(value), Decimal) and number == number.to_integral_value()
        case _:
            return False


_JSON: Final[Mapping[type, type]] = {
    Text: str,
    Moment: str,
    Reference: str,
    Exact: str,  # Lago keeps prices as text, and any text for some of them. Recorded: num-get
    Boolean: bool,
    Integer: int,
    Many: list,
    Keyed: list,
    Object: dict,
    Variant: dict,
    TextMap: dict,
    ValueSets: dict,
    Grants: dict,
    Free: dict,
}
"""As what Lago answers a value, by the type of its field; numbers as something else, too."""


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
