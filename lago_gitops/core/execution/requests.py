"""The requests that carry a change out: the smallest that still are all or nothing."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.compare import with_value
from lago_gitops.core.execution.body import FieldPlace, Writing, field_body, item_bodies
from lago_gitops.core.model.kind import Apart, Nested, PathBy, ResourceKind
from lago_gitops.core.model.resources import Desired, FieldChange, Live, Update
from lago_gitops.core.model.types import Json, Lock

Fields = Mapping[str, Any]


def _nothing() -> None:
    """What a request without a body has for one."""


@dataclass(frozen=True, slots=True)
class Request:
    """`parts` are the parts of the path, not yet encoded. `part`: the answer is about that, not the whole.

    The body is made when it is asked for: a plan tells of thousands of requests, and shows none of their bodies.
    """

    method: str
    parts: tuple[str, ...]
    write: Callable[[], Json] = _nothing
    params: Mapping[str, str] = field(default_factory=dict)
    part: Nested | Apart | None = None

    @property
    def body(self) -> Json:
        return self.write()


@dataclass(frozen=True, slots=True)
class Step:
    """One request of an update, and the canonical fields that the object has once it is carried out."""

    request: Request
    after: Fields


def create(kind: ResourceKind, wanted: Desired, writing: Writing) -> Request:
    """The first request of a create. What it can't carry is left for an update of what it made."""
    return Request("POST", (kind.collection,), partial(_created, kind, wanted, writing))


def after_create(kind: ResourceKind, change: Update) -> Update | None:
    """The update with what a create couldn't include, or None."""
    left = tuple(one for one in change.fields if one.keys[0] in left_for_later(kind))
    return replace(change, fields=left) if left else None


def left_for_later(kind: ResourceKind) -> frozenset[str]:
    """The fields that a create can't carry."""
    return frozenset((*(one.field for one in kind.apart), *(one.name for one in kind.fields if one.after_create)))


def delete(kind: ResourceKind, live: Live) -> Request:
    return Request("DELETE", path_of(kind, live))


def is_whole(kind: ResourceKind, fields: Iterable[FieldChange]) -> bool:
    """Whether an update of these fields is a PUT of the object alone, whatever the server: fields of its own are among
    them, none that is sent apart, and no item is deleted before. Other updates that are, only `update` can tell."""
    touched = {one.keys[0] for one in fields}
    if touched <= kind.elsewhere or any(one.field in touched for one in kind.apart):
        return False
    return not any(one.keys[0] in kind.elsewhere and _fate(one) in _DELETED for one in fields)


def path_of(kind: ResourceKind, live: Live) -> tuple[str, ...]:
    """The path of an object that is there, under the code it has now."""
    if not kind.key:
        return (kind.collection,)
    return kind.collection, live.lago_id if kind.path_by is PathBy.ID else live.address.key


def update(kind: ResourceKind, change: Update, writing: Writing) -> tuple[Step, ...]:
    """The steps of an update, in order.

    A change inside one nested item goes to the item's own endpoint. Whatever touches more is one PUT of the object, so
    that Lago takes all of it or nothing; only items that have to go before they come again are deleted before.
    """
    touched = frozenset([one.keys[0] for one in change.fields])
    own = touched - kind.elsewhere
    lists = tuple([_items(nested, change.fields) for nested in kind.nested if nested.field in touched])
    apart = tuple([one for one in kind.apart if one.field in touched])
    single = None if own else _single(change, lists, writing.server)
    work = _Work(kind, change, writing, lists, apart, own, single)
    steps = tuple(_object_steps(work))
    return (*steps, *_steps_apart(work, steps[-1].after if steps else change.live.fields)) if apart else steps


_ADDED, _REMOVED, _CHANGED, _REPLACED = "added", "removed", "changed", "replaced"
_DELETED = (_REMOVED, _REPLACED)


@dataclass(frozen=True, slots=True)
class _Items:
    """What happens to the items of one nested list, by their codes."""

    nested: Nested
    fates: Mapping[str, str]

    def of(self, *fates: str) -> tuple[str, ...]:
        return tuple([key for fate in fates for key, its in self.fates.items() if its == fate])

    @property
    def sent(self) -> tuple[str, ...]:
        return self.of(_ADDED, _CHANGED, _REPLACED)


@dataclass(frozen=True, slots=True)
class _Work:
    """An update, sorted by the endpoints that its parts go to; `own` are fields of the object itself.

    `single`: the list in which one item changes, where nothing else does and the item has endpoints of its own.
    """

    kind: ResourceKind
    change: Update
    writing: Writing
    lists: tuple[_Items, ...]
    apart: tuple[Apart, ...]
    own: frozenset[str]
    single: _Items | None

    @property
    def path(self) -> tuple[str, ...]:
        return path_of(self.kind, self.change.live)

    @property
    def path_after(self) -> tuple[str, ...]:
        """The path once the object's own fields are written: a rename is one of them."""
        return path_of(self.kind, replace(self.change.live, address=self.change.address))


def _single(change: Update, lists: Sequence[_Items], server: Server) -> _Items | None:
    if sum([len(items.fates) for items in lists]) != 1:
        return None
    items = lists[0]
    if items.nested.merges or not server.has(items.nested.since):
        return None
    return None if any(_is_billed_whole(change, items, key) for key in items.sent) else items


def _is_billed_whole(change: Update, items: _Items, key: str) -> bool:
    """Whether money asks for the whole object, though one item would do."""
    name, flags = items.nested.field, items.nested.billed_whole
    item, options = change.desired.fields[name][key], change.desired.options
    return bool(flags) and all(item.get(flag) or options.get((name, key, flag)) for flag in flags)


def _created(kind: ResourceKind, wanted: Desired, writing: Writing) -> Json:
    later = left_for_later(kind)
    body, place = _options(wanted), FieldPlace(scope=(wanted.fields,))
    for one in kind.fields:
        value = wanted.fields.get(one.name)
        if value is not None and value != {} and one.name not in later:
            body |= field_body(writing, one, value, place)
    return {kind.name: body}


def _object_steps(work: _Work) -> Iterator[Step]:
    fields = work.change.live.fields
    for items in work.lists:
        for key in _deleted_before(work, items):
            fields = with_value(fields, (items.nested.field, key), None)
            yield Step(_item_delete(work, items, key), fields)
    if work.single is not None:
        yield from _item_steps(work, work.single, fields)
    elif work.own or any(_is_sent(items) for items in work.lists):
        put = Request("PUT", path_of(work.kind, work.change.live), partial(_whole, work))
        yield Step(put, _without_apart(work, fields))


def _without_apart(work: _Work, fields: Fields) -> Fields:
    """What is wanted, but for the fields that are sent apart."""
    wanted = work.change.desired.fields
    return {**wanted, **{one.field: fields.get(one.field) for one in work.apart}} if work.apart else wanted


def _deleted_before(work: _Work, items: _Items) -> tuple[str, ...]:
    if items.nested.merges or work.single is items:
        return items.of(*_DELETED)
    return items.of(_REPLACED) if work.writing.server.has(items.nested.since) else ()


def _is_sent(items: _Items) -> bool:
    """Whether the object's PUT has to carry the list."""
    return not items.nested.merges or bool(items.sent)


def _item_steps(work: _Work, items: _Items, fields: Fields) -> Iterator[Step]:
    collection = (*work.path, items.nested.field)
    wanted = work.change.desired.fields[items.nested.field]
    for key in items.of(_ADDED, _REPLACED):
        request = Request("POST", collection, partial(_item_root, work, items, key), part=items.nested)
        yield Step(request, with_value(fields, (items.nested.field, key), wanted[key]))
    for key in items.of(_CHANGED):
        request = Request("PUT", (*collection, key), partial(_item_root, work, items, key), part=items.nested)
        yield Step(request, with_value(fields, (items.nested.field, key), wanted[key]))


def _steps_apart(work: _Work, fields: Fields) -> Iterator[Step]:
    for one in work.apart:
        yield from _apart_steps(work, one, fields)
        fields = {**fields, one.field: work.change.desired.fields[one.field]}


def _apart_steps(work: _Work, apart: Apart, fields: Fields) -> Iterator[Step]:
    wanted, path = work.change.desired.fields[apart.field], (*work.path_after, apart.field)
    for item, parts in (fields.get(apart.field) or {}).items():
        for part in parts if wanted.get(item) == {} else ():
            fields = with_value(fields, (apart.field, item, part), None)
            yield Step(Request("DELETE", (*path, item, apart.parts, part), part=apart), fields)
    if fields.get(apart.field) != wanted:
        one = next(one for one in work.kind.fields if one.name == apart.field)
        write = partial(field_body, work.writing, one, wanted, FieldPlace())
        yield Step(Request("POST", path, write, part=apart), {**fields, apart.field: wanted})


def _items(nested: Nested, changes: tuple[FieldChange, ...]) -> _Items:
    fates: dict[str, str] = {}
    for one in changes:
        if one.keys[0] == nested.field and fates.get(one.keys[1]) != _REPLACED:
            fates[one.keys[1]] = _fate(one)
    return _Items(nested, fates)


def _fate(one: FieldChange) -> str:
    if len(one.keys) == 2:
        return _ADDED if one.before is None else _REMOVED
    return _REPLACED if one.lock is Lock.REPLACE else _CHANGED


def _item_delete(work: _Work, items: _Items, key: str) -> Request:
    """A DELETE has no body, so its options are in the query."""
    options = _options(work.change.desired)
    params = {f"{items.nested.root}[{name}]": str(value).lower() for name, value in options.items()}
    return Request("DELETE", (*work.path, items.nested.field, key), params=params, part=items.nested)


def _item_root(work: _Work, items: _Items, key: str) -> Json:
    [item] = _bodies(work, items, (key,))
    return {items.nested.root: item | _options(work.change.desired)}


def _bodies(work: _Work, items: _Items, keys: Iterable[str]) -> list[dict[str, Json]]:
    name, wanted = items.nested.field, work.change.desired.fields
    place = FieldPlace((name,), (wanted,), work.change.live.data.get(name))
    return item_bodies(work.writing, work.kind.keyed(name), wanted[name], keys, place)


def _whole(work: _Work) -> Json:
    """The object with the fields that change and those that Lago would reset, and the lists that change."""
    wanted = work.change.desired.fields
    body = _options(work.change.desired)
    place = FieldPlace(scope=(wanted,), like=work.change.live.data)
    for one in work.kind.fields:
        if one.name in wanted and (one.name in work.own or one.name in work.kind.always_sent):
            body |= field_body(work.writing, one, wanted[one.name], place)
    for items in work.lists:
        if _is_sent(items):
            keys = _sent(work, items)
            bodies = zip(keys, _bodies(work, items, keys), strict=True)
            body[items.nested.field] = [_id(work, items, key) | item for key, item in bodies]
    return {work.kind.name: body}


def _sent(work: _Work, items: _Items) -> tuple[str, ...]:
    """All items, or those that Lago is to merge into its own."""
    if items.nested.merges:
        return items.sent
    return tuple(work.change.desired.fields[items.nested.field])


def _id(work: _Work, items: _Items, key: str) -> dict[str, str]:
    """Without its id an item is taken for a new one, and the old one goes."""
    if items.nested.merges or items.fates.get(key) in {_ADDED, _REPLACED}:
        return {}
    return {"id": work.change.live.ids[items.nested.field, key]}


def _options(wanted: Desired) -> dict[str, Json]:
    """How Lago is to write the resource as a whole."""
    return {keys[0]: value for keys, value in wanted.options.items() if len(keys) == 1}
