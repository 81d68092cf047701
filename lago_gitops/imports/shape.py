"""A resource as its source says it → data in manifest form, by the table of its kind."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lago_gitops.core.comparison.pulling.export import manifest_form
from lago_gitops.core.model.canonical import Scope, canonical, case_of
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.types import Field, Grants, Json, Keyed, Object, Reference, Text, Type, Variant
from lago_gitops.imports.found import Note, Raw

Kinds = Mapping[str, ResourceKind]
ANSWERED = frozenset({"lago_id", "created_at"})  # only answers have them, and with them much that is Lago's own


@dataclass(frozen=True, slots=True)
class Shaped:
    """A resource in manifest form, the word `kind` included. `unknown` are ids in it that no code is known of."""

    data: Mapping[str, Any]
    where: str
    unknown: frozenset[str] = frozenset()


def shaped_all(raws: Iterable[Raw], kinds: Kinds) -> Iterator[Shaped | Note]:
    """Each resource in manifest form, without what is Lago's default; and a note for what has no place there."""
    all_ = tuple(raws)
    codes = {(raw.kind, identity): _code(raw, kinds) for raw in all_ for identity in _identities(raw, kinds)}
    for raw in all_:
        kind = kinds[raw.kind]
        reader = _Reader(codes, is_answer=not ANSWERED.isdisjoint(raw.data.keys() - raw.others))
        data = reader.object(kind.object, raw.data, ())
        if not all(isinstance(data.get(name), str) for name in kind.identity):
            yield Note(raw.where, f"it has no {kind.key}, so that nothing can name it")
            continue
        if kind.fixed and reader.is_answer:  # who saved what Lago says of itself does not mean to manage it
            continue
        missed = () if reader.is_answer else _missed(kind, raw)
        yield from (Note(raw.where, f"{name} has no place in a manifest") for name in sorted(missed))
        yield Shaped(
            {"kind": raw.kind, **_tidied(kind, data, is_answer=reader.is_answer)}, raw.where, frozenset(reader.unknown)
        )


def _code(raw: Raw, kinds: Kinds) -> str:
    return str(raw.data.get(kinds[raw.kind].key, ""))


def _identities(raw: Raw, kinds: Kinds) -> Iterator[Any]:
    """All that others may know it by."""
    yield from (
        raw.data[name] for name in ("id", "lago_id", kinds[raw.kind].key) if isinstance(raw.data.get(name), str)
    )


def _missed(kind: ResourceKind, raw: Raw) -> set[str]:
    known = {name for one in kind.fields for name in (one.name, one.alias, *_inner_names(one.type))}
    return {
        name
        for name, value in raw.data.items()
        if name not in known | raw.others | {"kind"} and value not in (None, [], {}, "")
    }


def _inner_names(type_: Type) -> Iterator[str]:
    """Fields of an object that some write beside it."""
    if isinstance(type_, Object):
        yield from (one.name for one in type_.fields)


def _tidied(kind: ResourceKind, data: Mapping[str, Any], *, is_answer: bool) -> Mapping[str, Any]:
    """As `pull` would write it; as it is where it fits no schema: validation says why."""
    try:
        given = manifest_form(kind.object, canonical(kind.object, data))
    except (TypeError, ValueError, KeyError, AttributeError):
        return data
    said = () if is_answer else (one.name for one in kind.fields if one.only_if_given and one.name in data)
    return given | {name: data[name] for name in said}


@dataclass(slots=True)
class _Reader:
    """Reads one resource; `codes` has the code of a resource for each of its kinds and names."""

    codes: Mapping[tuple[str, Any], str]
    is_answer: bool
    unknown: list[str] = field(default_factory=list)

    def object(self, object_: Object, data: Mapping[str, Any], outer: Scope) -> dict[str, Json]:
        scope = (data, *outer)
        names = frozenset(one.name for one in object_.fields)
        found = ((one.name, self._value(one, data, scope, names)) for one in object_.fields if not one.write_only)
        return {name: value for name, value in found if value is not None}

    def _value(self, one: Field, data: Mapping[str, Any], scope: Scope, others: frozenset[str]) -> Json:
        """What the source says of a field, also where it has what is inside of an object beside the `others`."""
        value = data.get(one.name)
        if value is None and one.alias:
            value = data.get(one.alias)
        if value is None and isinstance(one.type, Reference) and data.get(one.type.sent_as):
            value = self._of_id(one.type.kind, data[one.type.sent_as])
        if value is None and isinstance(one.type, Object):
            names = {inner.name for inner in one.type.fields} - others
            value = {name: data[name] for name in names if data.get(name) is not None} or None
        if one.read is not None and (value is None or self.is_answer):
            value = _read(one, data, value)
        return None if value is None else self._typed(one.type, value, scope)

    def _typed(self, type_: Type, value: Json, scope: Scope) -> Json:
        match type_:
            case Object() if isinstance(value, dict):
                return self.object(type_, value, scope)
            case Variant() if isinstance(value, dict) and (shape := case_of(type_, scope)) is not None:
                return self.object(shape, value, scope)
            case Keyed() if isinstance(value, list):
                return [self.object(type_.item, item, scope) for item in self._with_codes(type_, value)]
            case Grants() if isinstance(value, list):
                return {str(item["code"]): _privileges(item.get("privileges")) for item in value if "code" in item}
            case Reference() if isinstance(value, str):
                return self.codes.get((type_.kind, value), value)
            case Text(choices=(only,)) if isinstance(value, bool):
                return only if value else None
        return value

    def _of_id(self, kind: str, id_: Any) -> str:
        code = self.codes.get((kind, id_))
        if code is None:
            self.unknown.append(str(id_))
        return str(id_) if code is None else code

    def _with_codes(self, keyed: Keyed, items: Sequence[Any]) -> Iterator[Mapping[str, Any]]:
        """Charges without a code get the one that Lago gives them: that of their metric, then `_2`, `_3`."""
        names = {one.name: one for one in keyed.item.fields}
        counts: dict[str, int] = {}
        for item in (one for one in items if isinstance(one, dict)):
            if item.get("code") or not keyed.unnamed_by:
                yield item
                continue
            base = str(self._value(names[keyed.unnamed_by[0]], item, (item,), frozenset(names)) or "")
            counts[base] = counts.get(base, 0) + 1
            yield {**item, "code": base if counts[base] == 1 else f"{base}_{counts[base]}"}


def _read(one: Field, data: Mapping[str, Any], value: Json) -> Json:
    """What a whole answer says; the value itself where it is none."""
    try:
        found = None if one.read is None else one.read(data)
    except (KeyError, TypeError, AttributeError, IndexError):
        return value
    return value if found in (None, [], {}) else found


def _privileges(given: Any) -> dict[str, Json]:
    if isinstance(given, dict):
        return given
    return {str(one["code"]): one.get("value") for one in given or () if isinstance(one, dict) and "code" in one}
