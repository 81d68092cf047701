"""New resources that resemble one whose manifest is gone: probably renames without `previously`."""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lago_gitops.core.comparison.compare import Comparison
from lago_gitops.core.model.canonical import canonical_value
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.problem import Problem, Severity
from lago_gitops.core.model.resources import Address, Create, Delete, Desired, Live
from lago_gitops.core.model.suggestions import closest
from lago_gitops.core.model.types import Field, Lock

Kinds = Mapping[str, ResourceKind]
RULE = "rename"
TELLING = 3  # so many fields that say the same, and none that says otherwise, are no chance


def likely_renames(compared: Comparison, kinds: Kinds, external: Collection[Address] = ()) -> Iterator[Problem]:
    """A warning for each new resource that an object resembles which is deleted, or which no manifest names."""
    deleted = {change.live.address: change.live for change in compared.changes if isinstance(change, Delete)}
    vanished = {address: compared.live[address] for address in compared.unmanaged if address not in external}
    gone = _Gone.of({**deleted, **vanished}.values(), kinds)
    for change in compared.changes:
        kind = kinds[change.address.kind]
        if isinstance(change, Create) and _can_be_renamed(kind):
            before = _counterpart(change.desired, kind, gone)
            if before is not None:
                fate = "is deleted" if before.address in deleted else "has no manifest"
                yield _warning(change.desired, before, fate)


@dataclass(frozen=True, slots=True)
class _Gone:
    """What may have been renamed, by what new resources would have in common with it, so that each meets only a few."""

    by_name: Mapping[Hashable, Sequence[Live]]
    by_facts: Mapping[Hashable, Sequence[Live]]

    @classmethod
    def of(cls, gone: Iterable[Live], kinds: Kinds) -> "_Gone":
        by_name: dict[Hashable, list[Live]] = {}
        by_facts: dict[Hashable, list[Live]] = {}
        for one in gone:
            by_name.setdefault((one.address.kind, _name(one.fields)), []).append(one)
            by_facts.setdefault(_facts(kinds[one.address.kind], one.fields), []).append(one)
        return cls(by_name, by_facts)


def _facts(kind: ResourceKind, fields: Mapping[str, Any]) -> Hashable:
    """What every resource of the kind says, but for its names, as far as it is one word or number."""
    said = (fields.get(field.name) for field in _other_fields(kind) if field.required)
    return kind.name, tuple(value for value in said if isinstance(value, str | int | Decimal))


def _name(fields: Mapping[str, Any]) -> str | None:
    name = fields.get("name")
    return name.casefold() if isinstance(name, str) else None


def _other_fields(kind: ResourceKind) -> Iterator[Field]:
    return (field for field in kind.fields if field.name not in {kind.key, "name"})


def _warning(new: Desired, before: Live, fate: str) -> Problem:
    message = f"{new.address} is new and like {before.address}, which {fate}"
    hint = (
        f"if this is a rename, write `previously: [{_in_yaml(before.address.key)}]`: Lago then keeps what belongs to it"
    )
    return Problem(new.mark, message, hint, RULE, Severity.WARNING)


def _in_yaml(key: str) -> str:
    """In quotes where they may be needed: a number, or a URL, which ends at them."""
    return key if key.replace("-", "_").isidentifier() else repr(key)


def _can_be_renamed(kind: ResourceKind) -> bool:
    return any(field.name == kind.key and field.lock is not Lock.NEVER for field in kind.fields)


def _counterpart(new: Desired, kind: ResourceKind, gone: _Gone) -> Live | None:
    """One that says the same before one of the same name only."""
    if _tells_enough(new, kind):
        for one in gone.by_facts.get(_facts(kind, new.fields), ()):
            if _says_the_same(new, one, kind):
                return one
    name = _name(new.fields)
    return None if name is None else next(iter(gone.by_name.get((kind.name, name), ())), None)


def _tells_enough(new: Desired, kind: ResourceKind) -> bool:
    scope = (new.fields,)
    fields = (one for one in _other_fields(kind) if one.name in new.fields)
    telling = [one for one in fields if new.fields[one.name] != canonical_value(one.type, one.default, scope)]
    return len(telling) >= TELLING


def _says_the_same(new: Desired, old: Live, kind: ResourceKind) -> bool:
    """Under an alike code, in all fields beside the name."""
    fields = (field.name for field in _other_fields(kind) if field.name in new.fields)
    if any(new.fields[name] != old.fields.get(name) for name in fields):
        return False
    return bool(closest(new.address.key, [old.address.key]))
