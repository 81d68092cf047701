"""A resource in its source's form → data of a manifest, by the table of its kind."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from lago_gitops.core.comparison.pulling.export import manifest_form
from lago_gitops.core.model.canonical import Scope, canonical, case_of
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.types import (
    Boolean,
    Field,
    Grants,
    Json,
    Keyed,
    Object,
    Reference,
    Text,
    Type,
    Variant,
)
from lago_gitops.imports.json_text import NotJsonError, json_value
from lago_gitops.imports.resources import Note, Raw, plain_json

Kinds = Mapping[str, ResourceKind]
ANSWERED = frozenset({"lago_id", "created_at"})  # only answers have them, with many fields that only Lago sets

WORDS = {"true": True, "false": False, "TRUE": True, "FALSE": False}  # in tables and text attributes


@dataclass(frozen=True, slots=True)
class Shaped:
    """A resource in manifest form, including `kind`. `unknown` are ids in it without a known code.

    `secret` are fields of it that must not be shown.
    """

    data: Mapping[str, Any]
    where: str
    unknown: frozenset[str] = frozenset()
    secret: frozenset[str] = frozenset()


def shaped_all(raws: Iterable[Raw], kinds: Kinds) -> Iterator[Shaped | Note]:
    """Each resource in manifest form, without Lago's defaults; and notes for fields that manifests lack."""
    all_ = tuple(raws)
    codes = {(raw.kind, identity): _code(raw, kinds) for raw in all_ for identity in _identities(raw, kinds)}
    for raw in (one for one in all_ if not one.is_known_only):
        kind = kinds[raw.kind]
        reader = _Reader(codes, is_answer=not ANSWERED.isdisjoint(raw.data.keys() - raw.others))
        data = reader.object(kind.object, raw.data, ())
        named = [data.get(name) for name in kind.identity]
        if not all(isinstance(name, str) for name in named):
            yield Note(raw.where, f"it has no {kind.key} to identify it by")
            continue
        if kind.fixed and reader.is_answer:  # a saved answer about the organization isn't meant to be managed
            yield Note(raw.where, f"what Lago says of its {kind.name} isn't imported: `pull` writes a manifest of it")
            continue
        missed = (name for name in reader.missed if name not in raw.others | {"kind"})
        yield from (Note(raw.where, f"{name} can't be expressed in a manifest") for name in sorted(missed))
        tidied = {"kind": raw.kind, **_tidied(kind, data, is_answer=reader.is_answer)}
        yield Shaped(tidied, raw.where, frozenset(reader.unknown), raw.secret)


def _code(raw: Raw, kinds: Kinds) -> str:
    return str(raw.data.get(kinds[raw.kind].key, ""))


def _identities(raw: Raw, kinds: Kinds) -> Iterator[Any]:
    """All names and ids by which others may refer to it."""
    yield from (
        raw.data[name] for name in ("id", "lago_id", kinds[raw.kind].key) if isinstance(raw.data.get(name), str)
    )


def _known(object_: Object) -> set[str]:
    """All keys that a source can use for an object."""
    return {name for one in object_.fields for name in (one.name, one.alias, _block(one), *_inner_names(one.type))}


def _block(one: Field) -> str:
    """The name of Terraform's repeatable block for the items of a list, or ""."""
    return one.name.removesuffix("s") if isinstance(one.type, Keyed) else ""


def _inner_names(type_: Type) -> Iterator[str]:
    """Fields of an inner object that some write beside it, and equivalent fields with ids."""
    match type_:
        case Object():
            yield from (one.name for one in type_.fields)
        case Reference():
            yield type_.sent_as


def _tidied(kind: ResourceKind, data: Mapping[str, Any], *, is_answer: bool) -> Mapping[str, Any]:
    """As `pull` would write it; unchanged if it doesn't match the schema: validation says why."""
    try:
        given = manifest_form(kind.object, canonical(kind.object, data))
    except (TypeError, ValueError, KeyError, AttributeError):
        return data
    said = () if is_answer else (one.name for one in kind.fields if one.only_if_given and one.name in data)
    return given | {name: data[name] for name in said}


@dataclass(slots=True)
class _Reader:
    """Reads one resource; `codes` maps kinds and names of resources to their codes.

    `missed` are paths to unsupported fields in bodies that people wrote: answers have many fields that only Lago sets.
    """

    codes: Mapping[tuple[str, Any], str]
    is_answer: bool
    unknown: list[str] = field(default_factory=list)
    missed: set[str] = field(default_factory=set)

    def object(self, object_: Object, data: Mapping[str, Any], outer: Scope, way: str = "") -> dict[str, Json]:
        scope = (data, *outer)
        self._miss(data, _known(object_) | ({"id"} if way else set()), way)
        names = frozenset(one.name for one in object_.fields)
        values = ((one.name, self._value(one, data, scope, names, way)) for one in object_.fields if not one.write_only)
        return {name: value for name, value in values if value is not None}

    def _miss(self, data: Mapping[str, Any], known: Set[str], way: str) -> None:
        if not self.is_answer and ANSWERED.isdisjoint(data if way else ()):
            said = (name for name, value in data.items() if value not in (None, [], {}, ""))
            self.missed.update(f"{way}{name}" for name in said if name not in known)

    def _value(self, one: Field, data: Mapping[str, Any], scope: Scope, others: frozenset[str], way: str) -> Json:
        """The source's value of a field, even if fields of an inner object are beside the `others`."""
        value = data.get(one.name)
        for name in (one.alias, _block(one)):
            value = data.get(name) if value is None and name else value
        if value is None and isinstance(one.type, Reference) and data.get(one.type.sent_as):
            value = self._of_id(one.type.kind, data[one.type.sent_as])
        if value is None and isinstance(one.type, Object):
            names = {inner.name for inner in one.type.fields} - others
            value = {name: data[name] for name in names if data.get(name) is not None} or None
        if one.read is not None and (value is None or self.is_answer):
            value = _read(one, data, value)
        return None if value is None else self._typed(one.type, value, scope, f"{way}{one.name}.")

    def _typed(self, type_: Type, value: Json, scope: Scope, way: str) -> Json:
        match type_:
            case Object() | Variant() | Keyed() | Grants() if isinstance(value, str) and value[:1] in {"{", "["}:
                return self._typed(type_, _decoded(value), scope, way)
            case Object() | Variant() if isinstance(value, list) and len(value) <= 1:  # a block that may occur once
                return self._typed(type_, value[0], scope, way) if value else None
            case Object() if isinstance(value, dict):
                return self.object(type_, value, scope, way)
            case Variant() if isinstance(value, dict) and (shape := _case(type_, scope)) is not None:
                return self.object(shape, value, scope, way)
            case Keyed() if isinstance(value, dict):
                return self._typed(type_, _items(value), scope, way)
            case Keyed() if _are_objects(value):
                return [self.object(type_.item, item, scope, way) for item in self._with_codes(type_, value)]
            case Grants() if _are_objects(value):
                for item in value:
                    self._miss(item, {"code", "privileges"}, way)
                return {str(item["code"]): _privileges(item.get("privileges")) for item in value if "code" in item}
            case Reference() if isinstance(value, str):
                return self.codes.get((type_.kind, value), value)
            case Text(choices=(only,)) if isinstance(value, bool):
                return only if value else None
            case Text() if type(value) is int:
                return str(value)
            case Boolean() if isinstance(value, str) and value in WORDS:
                return WORDS[value]
        return plain_json(value)

    def _of_id(self, kind: str, id_: Any) -> str:
        code = self.codes.get((kind, id_)) if isinstance(id_, str) else None
        if code is None:
            self.unknown.append(str(id_))
        return str(id_) if code is None else code

    def _with_codes(self, keyed: Keyed, items: Sequence[Any]) -> Iterator[Mapping[str, Any]]:
        """Charges without a code get the one that Lago generates: their metric's, then with `_2`, `_3`."""
        names = {one.name: one for one in keyed.item.fields}
        counts: dict[str, int] = {}
        for item in items:
            if item.get("code") or not keyed.unnamed_by:
                yield item
                continue
            base = str(self._value(names[keyed.unnamed_by[0]], item, (item,), frozenset(names), "") or "")
            counts[base] = counts.get(base, 0) + 1
            yield {**item, "code": base if counts[base] == 1 else f"{base}_{counts[base]}"}


def _case(variant: Variant, scope: Scope) -> Object | None:
    said = [one[variant.by] for one in scope if one.get(variant.by) is not None]
    return case_of(variant, scope) if all(isinstance(one, str) for one in said) else None


def _decoded(text: str) -> Json:
    """The JSON in a text; None for other texts, which validation reports."""
    try:
        return json_value(text)
    except NotJsonError:
        return None


def _items(value: Mapping[str, Any]) -> list[Any]:
    """The items of a map, whose keys are their codes, or the only item."""
    are_items = all(isinstance(item, dict) for item in value.values())
    return [{"code": code, **item} for code, item in value.items()] if are_items else [value]


def _are_objects(value: Json) -> bool:
    """Anything else is left for validation to report."""
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _read(one: Field, data: Mapping[str, Any], value: Json) -> Json:
    """The value as read from a complete answer; unchanged if it isn't one."""
    try:
        at_its_place = None if one.read is None else one.read(data)
    except (KeyError, TypeError, AttributeError, IndexError):
        return value
    return value if at_its_place in (None, [], {}) else at_its_place


def _privileges(given: Json) -> Json:
    if not _are_objects(given):
        return given or {}
    return {str(one["code"]): one.get("value") for one in given if "code" in one}
