"""Bodies of Lago's API: requests as scripts send them, answers as people save them, one or many, at any depth."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.imports.found import Note, Raw

Kinds = Mapping[str, ResourceKind]
LEAST_FIELDS = 3  # that a kind demands: fewer could be of anything
NO_PRICES = frozenset(  # names, of one and of many, that Lago's API has for what is no part of a price list
    f"{name}{end}"
    for name in (
        "alert", "applied_coupon", "credit_note", "customer", "event", "fee", "invoice", "payment", "payment_request",
        "subscription", "wallet", "wallet_transaction",
    )
    for end in ("", "s")
)  # fmt: skip


def lago_objects(source: str, value: Any, kinds: Kinds) -> Iterator[Raw | Note]:
    """Every resource in a JSON value: below the name of its kind or collection, or known by the fields it has.

    What lies inside of a resource (the taxes of a plan) is a part of it.
    """
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from lago_objects(f"{source}[{index}]", item, kinds)
    elif isinstance(value, dict) and (kind := _kind_of(value, kinds)) is not None:
        yield Raw(kind, value, source)
    elif isinstance(value, str) and value.lstrip().startswith("{"):
        yield from lago_objects(source, _read(value), kinds)
    elif isinstance(value, dict):
        known: set[str] = set()
        for name, table in kinds.items():
            objects = _below(value, table)
            known |= {name, table.collection} if objects else set()
            places = [name] if len(objects) == 1 else [f"{name}[{index}]" for index in range(len(objects))]
            yield from (Raw(name, item, f"{source}: {place}") for item, place in zip(objects, places, strict=True))
        meta = value.get("meta")
        if known and isinstance(meta, dict) and meta.get("next_page"):
            page, pages = meta.get("current_page"), meta.get("total_pages")
            yield Note(source, f"this is page {page} of {pages}: import all of them")
        for key in (each for each in value if each not in known):
            if key not in NO_PRICES:
                yield from lago_objects(f"{source}: {key}", value[key], kinds)
            elif isinstance(value[key], dict | list) and value[key]:
                yield Note(f"{source}: {key}", "only resources of the price list are imported")


def _read(text: str) -> Any:
    """The JSON in a text, as collections of requests have bodies; None where it is none."""
    try:
        return json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None


def _below(value: Mapping[str, Any], kind: ResourceKind) -> list[Mapping[str, Any]]:
    """Those under the kind's name, where one of them at least is told by its fields; all of them, then."""
    one, many = value.get(kind.name), value.get(kind.collection)
    items = [one] if isinstance(one, dict) else many if isinstance(many, list) else []
    objects: list[Mapping[str, Any]] = [item for item in items if isinstance(item, dict)]
    return objects if any(_is_one(item, kind) for item in objects) else []


def _is_one(item: Mapping[str, Any], kind: ResourceKind) -> bool:
    is_named = all(isinstance(item.get(name), str) for name in kind.identity)
    return is_named or any(one.required and item.get(one.name) is not None for one in kind.fields)


def _kind_of(value: Mapping[str, Any], kinds: Kinds) -> str | None:
    """The kind that demands most of the fields there are."""
    demands = {name: [field.name for field in kind.fields if field.required] for name, kind in kinds.items()}
    fits = [name for name, fields in demands.items() if len(fields) >= LEAST_FIELDS and _has(value, fields)]
    return max(fits, key=lambda name: len(demands[name]), default=None)


def _has(value: Mapping[str, Any], fields: list[str]) -> bool:
    return all(value.get(field) is not None for field in fields)
