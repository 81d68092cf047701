"""Facts that two resources show, whichever of the two is written: their manifests must not say different things of one.

Which object shares the facts of the organization is known where Lago was asked; before, where only one can be meant.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from lago_gitops.core.model.canonical import canonical_value
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.problem import Problem
from lago_gitops.core.model.resources import Address
from lago_gitops.core.model.types import Boolean, Field, Many, Object
from lago_gitops.core.validation.manifest import Manifest

Kinds = Mapping[str, ResourceKind]
Manifests = Mapping[Address, Manifest]
Defaults = Mapping[str, Address]
"""By kind the object that shares its facts with others."""
RULE = "shared"


def only_candidates(addresses: frozenset[Address], kinds: Kinds) -> Defaults:
    """The objects that share facts, if only one of their kind is described or external."""
    sharing = {field.same_as[0] for kind in kinds.values() for field in kind.fields if field.same_as is not None}
    candidates = {name: [one for one in addresses if one.kind == name] for name in sharing}
    return {name: codes[0] for name, codes in candidates.items() if len(codes) == 1}


def contradictions(manifests: Manifests, defaults: Defaults, kinds: Kinds) -> Iterator[Problem]:
    """One problem for each fact of which two manifests say different things: each apply would undo the one before."""
    for address in manifests:
        for pair in _pairs(address, manifests, defaults, kinds):
            yield from _contradictions(pair)


def left_to_others(manifests: Manifests, defaults: Defaults, kinds: Kinds) -> Mapping[Address, list[tuple[str, ...]]]:
    """The paths of fields that manifests leave out, and that another one says of the same facts, by address."""
    paths: dict[Address, list[tuple[str, ...]]] = {}
    for other in manifests:
        for pair in _pairs(other, manifests, defaults, kinds):
            paths.setdefault(pair.default, []).extend(_only_there(pair))
    return paths


@dataclass(frozen=True, slots=True)
class _Pair:
    """A field that a manifest gives, and the same fact in the manifest of the default object."""

    address: Address
    manifest: Manifest
    field: Field
    default: Address
    other: Manifest
    twin: Field

    @property
    def given(self) -> Any:
        return self.manifest.data[self.field.name]

    @property
    def there(self) -> Any:
        return self.other.data.get(self.twin.name)


def _pairs(address: Address, manifests: Manifests, defaults: Defaults, kinds: Kinds) -> Iterator[_Pair]:
    """Those of which neither manifest leaves the field to somebody else. Of kinds that share nothing no manifest is
    looked at."""
    shared = _shared_fields(kinds[address.kind].object)
    if not shared or (manifest := manifests[address]).data.get("state") == "absent":
        return
    for field, (kind, name) in shared:
        if manifest.data.get(field.name) is None:
            continue
        default = defaults.get(kind)
        other = manifests.get(default) if default is not None else None
        if default is None or other is None or _ignores(manifest, field.name) or _ignores(other, name):
            continue
        twin = next(one for one in kinds[kind].fields if one.name == name)
        yield _Pair(address, manifest, field, default, other, twin)


@cache
def _shared_fields(object_: Object) -> tuple[tuple[Field, tuple[str, str]], ...]:
    return tuple((field, field.same_as) for field in object_.fields if field.same_as is not None)


def _ignores(manifest: Manifest, name: str) -> bool:
    return name in (manifest.data.get("ignore") or ())


def _contradictions(pair: _Pair) -> Iterator[Problem]:
    match pair.field.type, pair.twin.type:
        case Boolean(), Many():
            listed = pair.there or ()
            if pair.given is not (pair.address.key in listed):
                yield _membership(pair)
        case Object(), Object():
            inner = {field.name: field for field in pair.field.type.fields}
            for name, value in pair.given.items():
                yield from _different(pair, inner[name], value, (pair.there or {}).get(name), (pair.field.name, name))
        case _:
            yield from _different(pair, pair.field, pair.given, pair.there, (pair.field.name,))


def _membership(pair: _Pair) -> Problem:
    says, has = ("true", "isn't in") if pair.given else ("false", "is in")
    change = "add it there" if pair.given else "remove it there"
    message = f"{pair.field.name} is {says}, and {pair.address.key!r} {has} the {pair.twin.name} of {pair.default}"
    hint = f"{change}, or leave {pair.field.name} out"
    return Problem(pair.manifest.mark((pair.field.name,)), message, hint, RULE)


def _different(pair: _Pair, field: Field, value: Any, other: Any, path: tuple[str, ...]) -> Iterator[Problem]:
    meant = dict(field.twin_values).get(value, value) if isinstance(value, str) else value
    if other is None or canonical_value(field.type, meant) == canonical_value(field.type, other):
        return
    place = pair.other.mark((pair.twin.name, *path[1:]))
    message = f"{'.'.join(path)} is {value!r} here and {other!r} in {place}, but they are the same setting"
    yield Problem(pair.manifest.mark(path), message, "write it in only one of the two manifests", RULE)


def _only_there(pair: _Pair) -> Iterator[tuple[str, ...]]:
    """Where the manifest of the default object is silent."""
    if isinstance(pair.field.type, Object):
        yield from ((pair.twin.name, name) for name in pair.given if (pair.there or {}).get(name) is None)
    elif pair.there is None and not isinstance(pair.twin.type, Many):
        yield (pair.twin.name,)
