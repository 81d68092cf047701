"""The requests that carry a change out: the smallest that still are all or nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lago_gitops.core.body import Place, Writing, field_body, item_body
from lago_gitops.core.kind import Nested, PathBy, ResourceKind
from lago_gitops.core.model import Desired, FieldChange, Live, Update
from lago_gitops.core.types import Json, Keyed, Lock


@dataclass(frozen=True, slots=True)
class Request:
    """`parts` are the parts of the path, not yet encoded. `whole`: the answer is the whole object."""

    method: str
    parts: tuple[str, ...]
    body: Json = None
    params: Mapping[str, str] = field(default_factory=dict)
    whole: bool = True


def create(kind: ResourceKind, wanted: Desired, writing: Writing) -> Request:
    body = _options(wanted)
    for one in kind.fields:
        value = wanted.fields.get(one.name)
        if value is not None and value != {}:
            body |= field_body(writing, one, value, Place(scope=(wanted.fields,)))
    return Request("POST", (kind.collection,), {kind.name: body})


def delete(kind: ResourceKind, found: Live) -> Request:
    return Request("DELETE", path_of(kind, found))


def path_of(kind: ResourceKind, found: Live) -> tuple[str, str]:
    """The path of an object that is there, under the code it has now."""
    return kind.collection, found.lago_id if kind.path_by is PathBy.ID else found.address.key


def update(kind: ResourceKind, change: Update, writing: Writing) -> tuple[Request, ...]:
    """One request, but for items that have to go before they come again: their deletes stand first.

    A change inside one nested item goes to the item's own endpoint. Whatever touches more is one PUT of the object, so
    that Lago takes all of it or nothing.
    """
    lists = tuple(found for nested in kind.nested if (found := _items(kind, nested, change.fields)).number)
    own = {one.keys[0] for one in change.fields} - {nested.field for nested in kind.nested}
    if not writing.server.names_charges:
        return (_whole(kind, change, own, lists, writing),)
    if not own and sum(items.number for items in lists) == 1:
        return tuple(_single(kind, change, lists[0], writing))
    first = (_item_delete(kind, change, items, key) for items in lists for key in items.replaced)
    return (*first, _whole(kind, change, own, lists, writing))


@dataclass(frozen=True, slots=True)
class _Items:
    """What happens to the items of one nested list, by their codes."""

    nested: Nested
    keyed: Keyed
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        return len(self.added) + len(self.removed) + len(self.changed) + len(self.replaced)


def _items(kind: ResourceKind, nested: Nested, changes: tuple[FieldChange, ...]) -> _Items:
    by_key: dict[str, list[FieldChange]] = {}
    for change in changes:
        if change.keys[0] == nested.field:
            by_key.setdefault(change.keys[1], []).append(change)
    sorts = {key: _sort(found) for key, found in by_key.items()}

    def of(sort: str) -> tuple[str, ...]:
        return tuple(key for key, found in sorts.items() if found == sort)

    return _Items(nested, kind.keyed(nested.field), of("added"), of("removed"), of("changed"), of("replaced"))


def _sort(changes: list[FieldChange]) -> str:
    first = changes[0]
    if len(first.keys) == 2:
        return "added" if first.before is None else "removed"
    return "replaced" if any(change.lock is Lock.REPLACE for change in changes) else "changed"


def _single(kind: ResourceKind, change: Update, items: _Items, writing: Writing) -> Iterator[Request]:
    for key in (*items.removed, *items.replaced):
        yield _item_delete(kind, change, items, key)
    collection = (*path_of(kind, change.live), items.nested.field)
    for key in (*items.added, *items.replaced):
        yield Request("POST", collection, _item_root(change, items, key, writing), whole=False)
    for key in items.changed:
        yield Request("PUT", (*collection, key), _item_root(change, items, key, writing), whole=False)


def _item_delete(kind: ResourceKind, change: Update, items: _Items, key: str) -> Request:
    """A DELETE has no body, so how it is to be carried out stands in the query."""
    params = {f"{items.nested.root}[{name}]": str(value).lower() for name, value in _options(change.desired).items()}
    path = (*path_of(kind, change.live), items.nested.field, key)
    return Request("DELETE", path, params=params, whole=False)


def _item_root(change: Update, items: _Items, key: str, writing: Writing) -> Json:
    return {items.nested.root: _item(change, items, key, writing) | _options(change.desired)}


def _item(change: Update, items: _Items, key: str, writing: Writing) -> dict[str, Json]:
    name = items.nested.field
    place = Place((name,), (change.desired.fields,), change.live.data.get(name))
    return item_body(writing, items.keyed, key, change.desired.fields[name][key], place)


def _whole(kind: ResourceKind, change: Update, own: set[str], lists: tuple[_Items, ...], writing: Writing) -> Request:
    """The object with the fields that change and those that Lago would reset; lists of items whole, with their ids."""
    wanted = change.desired.fields
    body = _options(change.desired)
    place = Place(scope=(wanted,), like=change.live.data)
    for one in kind.fields:
        if one.name in wanted and (one.name in own or one.name in kind.always_sent):
            body |= field_body(writing, one, wanted[one.name], place)
    for items in lists:
        body[items.nested.field] = [
            _id(change.live, items, key) | _item(change, items, key, writing) for key in wanted[items.nested.field]
        ]
    return Request("PUT", path_of(kind, change.live), {kind.name: body})


def _id(found: Live, items: _Items, key: str) -> dict[str, str]:
    """Without its id an item is taken for a new one, and the old one goes."""
    if key in items.added or key in items.replaced:
        return {}
    return {"id": found.ids[items.nested.field, key]}


def _options(wanted: Desired) -> dict[str, Json]:
    """How Lago is to write the resource as a whole."""
    return {keys[0]: value for keys, value in wanted.options.items() if len(keys) == 1}
