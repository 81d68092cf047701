"""Bodies of Lago's API: requests from scripts and saved answers, one or many, at any depth."""

from collections.abc import Iterator, Mapping
from typing import Any

from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.types import Keyed
from lago_gitops.imports.json_text import NotJsonError, json_value
from lago_gitops.imports.resources import Note, Raw, expressions, place_of

Kinds = Mapping[str, ResourceKind]
LEAST_FIELDS = 3  # of a kind or part: fewer could be anything
NO_PRICES = frozenset(  # singular and plural names in Lago's API of objects that aren't part of a price list
    f"{name}{end}"
    for name in (
        "alert", "applied_coupon", "credit_note", "customer", "event", "fee", "invoice", "payment", "payment_request",
        "subscription", "wallet", "wallet_transaction",
    )
    for end in ("", "s")
)  # fmt: skip


def lago_objects(source: str, value: Any, kinds: Kinds, way: str = "") -> Iterator[Raw | Note]:
    """Every resource in a JSON value: under the name of its kind or collection, or recognized by its fields.

    Objects inside a resource (the taxes of a plan) are parts of it. `way` is the path to the value.
    """
    source = place_of(value, source)
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from lago_objects(source, item, kinds, f"{way}[{index}]")
    elif isinstance(value, dict) and (kind := _kind_of(value, kinds)) is not None:
        yield _resource(kind, value, place_of(value, source, way))
    elif isinstance(value, str) and value.lstrip().startswith("{"):
        yield from lago_objects(source, _read(value), kinds, way)
    elif isinstance(value, dict):
        known: set[str] = set()
        for name, table in kinds.items():
            objects = _below(value, table)
            known |= {name, table.collection} if objects else set()
            places = [name] if len(objects) == 1 else [f"{name}[{index}]" for index in range(len(objects))]
            for item, place in zip(objects, places, strict=True):
                yield _resource(name, item, place_of(item, source, _way(way, place)))
        meta = value.get("meta")
        if known and isinstance(meta, dict) and meta.get("next_page"):
            page, pages = meta.get("current_page"), meta.get("total_pages")
            yield Note(place_of(value, source, way), f"this is page {page} of {pages}: import all of them")
        for key in (each for each in value if each not in known):
            yield from _beside(source, key, value[key], kinds, _way(way, key))


def _beside(source: str, key: str, value: Any, kinds: Kinds, way: str) -> Iterator[Raw | Note]:
    """Resources under a key that isn't the name of a kind."""
    whole = _part_of(key, value, kinds)
    if whole:
        where = place_of(value, source, way)
        yield Note(where, f"a part of a {whole} that isn't named here: import the {whole} itself, which contains it")
    elif key not in NO_PRICES:
        yield from lago_objects(source, value, kinds, way)
    elif isinstance(value, dict | list) and value:
        yield Note(place_of(value, source, way), "only resources of the price list are imported")


def _way(way: str, step: str) -> str:
    return f"{way}: {step}" if way else step


def _resource(kind: str, data: Mapping[str, Any], where: str) -> Raw | Note:
    """The resource, or why it isn't part of the new price list."""
    if data.get("parent_id"):
        return Note(
            where, "this is a plan with overridden prices, of one subscription: it is not part of the price list"
        )
    if data.get("pending_deletion") is True:
        return Note(where, "Lago is deleting it")
    unfinished = None if "lago_id" in data else next(expressions(data), None)
    if unfinished:
        return Note(where, f"{unfinished[0]} {unfinished[1]!r} is an expression: write its value, and import it again")
    return Raw(kind, data, where)


def _part_of(key: str, value: Any, kinds: Kinds) -> str:
    """The kind whose resources have a list with that name and such objects, or ""."""
    items = [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict)]
    for name, kind in kinds.items():
        for one in kind.fields:
            if isinstance(one.type, Keyed) and key in {one.name, one.name.removesuffix("s")}:
                names = {inner.name for inner in one.type.item.fields}
                if any(len(names & item.keys()) >= LEAST_FIELDS for item in items):
                    return name
    return ""


def _read(text: str) -> Any:
    """The JSON in a text, such as a body in a collection of requests; None for other texts."""
    try:
        return json_value(text)
    except NotJsonError:
        return None


def _below(value: Mapping[str, Any], kind: ResourceKind) -> list[Mapping[str, Any]]:
    """The objects under the kind's name, if at least one of them is recognized by its fields."""
    one, many = value.get(kind.name), value.get(kind.collection)
    items = [one] if isinstance(one, dict) else many if isinstance(many, list) else []
    objects: list[Mapping[str, Any]] = [item for item in items if isinstance(item, dict)]
    return objects if any(_is_one(item, kind) for item in objects) else []


def _is_one(item: Mapping[str, Any], kind: ResourceKind) -> bool:
    is_named = all(isinstance(item.get(name), str) for name in kind.identity)
    return is_named or any(one.required and item.get(one.name) is not None for one in kind.fields)


def _kind_of(value: Mapping[str, Any], kinds: Kinds) -> str | None:
    """The kind with the most required fields among these."""
    demands = {name: [field.name for field in kind.fields if field.required] for name, kind in kinds.items()}
    fits = [name for name, fields in demands.items() if len(fields) >= LEAST_FIELDS and _has(value, fields)]
    return max(fits, key=lambda name: len(demands[name]), default=None)


def _has(value: Mapping[str, Any], fields: list[str]) -> bool:
    return all(value.get(field) is not None for field in fields)
