"""What Lago answered, as values."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.diff import field_changes
from lago_gitops.core.model.canonical import canonical, shaped
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.packed import Packed
from lago_gitops.core.model.resources import Address, Desired, Live
from lago_gitops.core.model.types import Json, Keyed

Item = Mapping[str, Any]
Items = Mapping[str, Item]
NOTHING: Mapping[Address, Item] = MappingProxyType({})
NO_IDS: Mapping[tuple[str, Any], str] = MappingProxyType({})


def live(kind: ResourceKind, answer: Item, like: Mapping[Address, Item] = NOTHING) -> Live:
    """One object that Lago answered in full (a plan with its fixed charges).

    Where it is as `like` has it under its address, it has those very fields, so that memory holds them once.
    """
    named = _named(kind, answer)
    data = shaped(kind.object, named)
    address, fields = kind.address(answer), canonical(kind.object, data)
    expected = like.get(address)
    return Live(
        address=address,
        lago_id=answer.get("lago_id") or answer[kind.key],
        fields=fields if expected is None or expected != fields else expected,
        data=Packed(data),
        ids=Packed(ids) if (ids := dict(_ids(kind, named))) else NO_IDS,
        created_at=answer.get("created_at") or "",
        pending_deletion=bool(answer.get("pending_deletion")),
        is_default=bool(answer.get(kind.default_key)),
    )


def named_like(kind: ResourceKind, there: Live, wanted: Desired, server: Server) -> Live:
    """The same object with the manifest's codes on items that an old server keeps no codes of.

    Items are paired by what they have in common with one of the manifest: all but the code, else metric, model and
    display name, else metric and model.
    """
    unnamed = [(name, keyed) for name, keyed in _unnamed(kind) if not server.has(keyed.named_since)]
    if not unnamed:
        return there
    data, ids = dict(there.data), dict(there.ids)
    for name, keyed in unnamed:
        codes = _paired(keyed, there.fields[name] or {}, wanted.fields.get(name) or {})
        # those with a partner first: they keep its code where Lago would give the same one to another
        items = sorted(there.data[name] or (), key=lambda item: item["code"] not in codes)
        data[name] = [item | {"code": codes.get(item["code"], item["code"])} for item in items]
        ids |= {(name, new): there.ids[name, old] for old, new in codes.items()}
    return replace(there, data=data, fields=canonical(kind.object, data), ids=ids)


def _named(kind: ResourceKind, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Items without codes get those that Lago itself gives on its update to 1.39: `calls`, `calls_2`, by age."""
    given: dict[str, Json] = {}
    for name, keyed in _unnamed(kind):
        items: Sequence[Mapping[str, Any]] = answer.get(name) or ()
        if any("code" not in item for item in items):
            given[name] = list(_with_codes(keyed, items))
    return {**answer, **given} if given else answer


def _with_codes(keyed: Keyed, items: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    counts: dict[str, int] = {}
    for item in sorted(items, key=lambda item: (item["created_at"], item["lago_id"])):
        base = item[keyed.unnamed_by[0]]
        counts[base] = counts.get(base, 0) + 1
        yield {**item, "code": base if counts[base] == 1 else f"{base}_{counts[base]}"}


def _unnamed(kind: ResourceKind) -> Iterator[tuple[str, Keyed]]:
    for field in kind.fields:
        if isinstance(field.type, Keyed) and field.type.unnamed_by:
            yield field.name, field.type


def _ids(kind: ResourceKind, answer: Mapping[str, Any]) -> Iterator[tuple[tuple[str, Any], str]]:
    for nested in kind.nested:
        for item in answer.get(nested.field) or ():
            yield (nested.field, item["code"]), item.get("lago_id") or item["code"]


def _paired(keyed: Keyed, there: Items, wanted: Items) -> dict[str, str]:
    """The manifest's code for the code of each live item that has a counterpart."""
    ways: tuple[Callable[[Item, Item], bool], ...] = (
        lambda item, other: not field_changes(keyed.item, {**item, "code": other["code"]}, other),
        lambda item, other: _same(item, other, keyed.unnamed_by),
        lambda item, other: _same(item, other, keyed.unnamed_by[:-1]),
    )
    codes: dict[str, str] = {}
    for is_like in ways:
        for code, item in there.items():
            free = (new for new in wanted if new not in codes.values())
            match = next((new for new in free if is_like(item, wanted[new])), None)
            if code not in codes and match is not None:
                codes[code] = match
    return codes


def _same(item: Item, other: Item, fields: Sequence[str]) -> bool:
    return all(item.get(field) == other.get(field) for field in fields)
