"""One change of a plan as data: what it is about, and its fields before and after."""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache, partial
from types import NoneType
from typing import Any, Final

from lago_gitops.core.comparison.pulling.export import manifest_form
from lago_gitops.core.identity import Named
from lago_gitops.core.model.canonical import Scope
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.problem import Mark
from lago_gitops.core.model.resources import Change, Create, Delete, FieldChange, Update
from lago_gitops.core.model.scalars import plain
from lago_gitops.core.model.types import Object
from lago_gitops.core.policies.rule import FROM_NOTHING
from lago_gitops.render.plan.field_values import NAMED_BY_CENTS
from lago_gitops.render.prices.amounts import Amounts
from lago_gitops.render.prices.covered_fields import is_covered

Document = dict[str, Any]
_PATHS_KEPT: Final = 8_192  # price lists repeat theirs
_AS_IS: Final = frozenset({str, int, bool, NoneType})  # most values are


def change_document(
    change: Change, kind: ResourceKind, name: Named, amounts: Amounts | None = None, *, priced: bool
) -> Document:
    """Without what only the plan knows: its effects, class and requests. `priced`: its prices are shown beside it."""
    address = change.address
    about: Document = {
        "address": str(address),
        "kind": address.kind,
        "key": address.key,
        "action": action(change),
        "name": _name(change),
        "source": place_document(change.desired.mark),
    }
    if name.before is not None:
        about["before_fingerprint"] = name.before
    match change:
        case Create(desired):
            about["after"] = _json(manifest_form(kind.object, desired.fields))
        case Update(desired, live):
            if live.address.key != desired.address.key:
                about["previous_key"] = live.address.key
            about["fields"] = _fields(change, amounts, priced=priced)
            if priced:
                about |= _both(change, kind)
        case Delete(_, live):
            about["before"] = _json(manifest_form(kind.object, live.fields))
    return about


def action(change: Change) -> str:
    return type(change).__name__.lower()


def place_document(mark: Mark) -> Document:
    return {"path": mark.source, "line": mark.line, "column": mark.column}


def _name(change: Change) -> str:
    """What people call it; empty where it has no name."""
    fields = change.live.fields if isinstance(change, Delete) else change.desired.fields
    return str(fields.get("name") or "")


def _both(change: Update, kind: ResourceKind) -> Document:
    """Resources with prices are also included as a whole, so that any usage can be rated on both sides."""
    sides = {"before": change.live.fields, "after": change.desired.fields}
    return {name: _json(manifest_form(kind.object, fields)) for name, fields in sides.items()}


def _fields(change: Update, amounts: Amounts | None, *, priced: bool) -> list[Document]:
    """`in_prices` is set when the change's `prices` say the same in words, `percent` for amounts of a plan that were
    more than nothing.
    """
    currency = change.desired.fields.get("amount_currency")
    found = [field_document(one, currency) for one in change.fields]
    for document, one in zip(found, change.fields, strict=True) if priced else ():
        if is_covered(one.keys):
            document["in_prices"] = True
    for document, moved in zip(found, amounts.moved, strict=True) if amounts else ():
        if moved is not None and moved.percent is not FROM_NOTHING:
            document["percent"] = plain(moved.percent)
    return found


def field_document(change: FieldChange, currency: str | None = None) -> Document:
    """`currency` is set for amounts in its cents and for items named by one."""
    if change.item is None:
        found = {"path": change.where, "before": _plain(change.before), "after": _plain(change.after)}
    else:
        side = partial(_item, change.item, change.scope)
        found = {"path": change.where, "before": side(change.before), "after": side(change.after)}
    if currency and _is_money(change.keys):
        found["currency"] = currency
    return found


@lru_cache(_PATHS_KEPT)
def _is_money(keys: tuple[Any, ...]) -> bool:
    return str(keys[-1]).endswith("_cents") or keys[0] == NAMED_BY_CENTS


def _item(object_: Object, scope: Scope, value: Any) -> Any:
    """A whole item in manifest form: without unset fields."""
    return None if value is None else _json(manifest_form(object_, value, scope))


def _plain(value: Any) -> Any:
    """Canonical values as JSON. A map of maps is a keyed list, and a list in JSON too: its keys may not be strings."""
    type_ = value.__class__
    if type_ is Decimal:  # as are most
        return plain(value)
    if type_ in _AS_IS:
        return value
    match value:
        case Mapping() if value and all(isinstance(item, Mapping) for item in value.values()):
            return [_plain(item) for item in value.values()]
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case _:
            return _json(value)


def _json(value: Any) -> Any:
    """Values in manifest form as JSON."""
    match value:
        case str() | int() | None:
            return value
        case list() | tuple():
            return [_json(item) for item in value]
        case dict() | Mapping():
            return {str(key): item if item.__class__ in _AS_IS else _json(item) for key, item in value.items()}
        case Decimal():
            return plain(value)
        case _:
            return value
