"""New resources that look like one which no manifest names any more: renames, perhaps, that nobody wrote down."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from lago_gitops.core.comparison.compare import Comparison
from lago_gitops.core.model.canonical import canonical_value
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.problem import Problem, Severity
from lago_gitops.core.model.resources import Address, Create, Delete, Desired, Live
from lago_gitops.core.model.suggestions import closest
from lago_gitops.core.model.types import Lock

Kinds = Mapping[str, ResourceKind]
RULE = "rename"
TELLING = 3  # so many fields that say the same, and none that says otherwise, are no chance


def likely_renames(compared: Comparison, kinds: Kinds, external: Collection[Address] = ()) -> Iterator[Problem]:
    """A warning for each new resource that an object resembles which is deleted, or which no manifest names."""
    deleted = {change.live.address: change.live for change in compared.changes if isinstance(change, Delete)}
    vanished = {address: compared.live[address] for address in compared.unmanaged if address not in external}
    for change in compared.changes:
        kind = kinds[change.address.kind]
        if isinstance(change, Create) and _can_be_renamed(kind):
            candidates = (one for one in {**deleted, **vanished}.values() if one.address.kind == kind.name)
            before = _counterpart(change.desired, kind, candidates)
            if before is not None:
                fate = "is deleted" if before.address in deleted else "has no manifest"
                yield _warning(change.desired, before, fate)


def _warning(new: Desired, before: Live, fate: str) -> Problem:
    message = f"{new.address} is new and like {before.address}, which {fate}"
    hint = f"if this is a rename, write `previously: [{before.address.key}]`: Lago then keeps what belongs to it"
    return Problem(new.mark, message, hint, RULE, Severity.WARNING)


def _can_be_renamed(kind: ResourceKind) -> bool:
    return any(field.name == kind.key and field.lock is not Lock.NEVER for field in kind.fields)


def _counterpart(new: Desired, kind: ResourceKind, candidates: Iterable[Live]) -> Live | None:
    alike = [one for one in candidates if _has_same_name(new.fields, one.fields) or _says_the_same(new, one, kind)]
    return next(iter(sorted(alike, key=lambda one: not _says_the_same(new, one, kind))), None)


def _has_same_name(new: Mapping[str, Any], old: Mapping[str, Any]) -> bool:
    name = new.get("name")
    return isinstance(name, str) and name.casefold() == str(old.get("name")).casefold()


def _says_the_same(new: Desired, old: Live, kind: ResourceKind) -> bool:
    """Under an alike code, in enough fields beside the name."""
    fields = [field for field in kind.fields if field.name not in {kind.key, "name"} and field.name in new.fields]
    if any(new.fields[field.name] != old.fields.get(field.name) for field in fields):
        return False
    scope = (new.fields,)
    saying = [one for one in fields if new.fields[one.name] != canonical_value(one.type, one.default, scope)]
    return len(saying) >= TELLING and closest(new.address.key, [old.address.key]) != ""
