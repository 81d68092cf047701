"""Webhook endpoints: identified by their URLs, at most ten, deleted for good."""

import re
from typing import Any

from lago_gitops.sandbox.base.clock import to_second
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import Problems, crash, note, refuse_if_any
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.paging import Listing, page
from lago_gitops.sandbox.base.http.params import Schema, Shape, root, scalars
from lago_gitops.sandbox.base.http.routes import Route, read_route, write_route
from lago_gitops.sandbox.base.lookup import oldest, with_id
from lago_gitops.sandbox.base.storage.kinds import ORGANIZATION, WEBHOOK_ENDPOINT
from lago_gitops.sandbox.base.values.casts import assigned, blank, text
from lago_gitops.sandbox.base.values.event_types import EVENT_TYPES
from lago_gitops.sandbox.base.world import World, new_id

MOST_ENDPOINTS = 10
ALGORITHMS = frozenset({"jwt", "hmac"})
_HOST = r"\[[0-9a-f:.]+\]|(?:[\w.~!$&'()*+,;=-]|%[0-9a-f]{2})+"
_LETTER = r"(?:[\w.~!$&'()*+,;=:@/-]|%[0-9a-f]{2})"
_URL = re.compile(
    rf"https?://(?:{_LETTER}*@)?(?:{_HOST})(?::\d*)?(?:/{_LETTER}*)?(?:\?[!-\"$-~]*)?(?:#(?:{_LETTER}|\?)*)?",
    re.ASCII | re.IGNORECASE,
)
_OLD_CASTS = {"webhook_url": text, "signature_algo": text}
_CASTS = {**_OLD_CASTS, "name": text}


def _schema(world: World) -> Schema:
    if world.can.webhook_event_types:
        return {**scalars(_CASTS), "event_types": Shape.ANYTHING}
    return scalars(_OLD_CASTS)


def _create(world: World, request: Request) -> Doc:
    params = root(request.body, "webhook_endpoint", _schema(world))
    endpoint = new(world) | assigned(params, _CASTS)
    endpoint["signature_algo"] = endpoint["signature_algo"] or "jwt"
    problems: Problems = {}
    if world.store.count(WEBHOOK_ENDPOINT) >= MOST_ENDPOINTS:
        note(problems, "base", "Maximum number of webhook endpoints was reached")
    return _written(world, endpoint, params, problems)


def new(world: World) -> Doc:
    """An endpoint without a URL, not saved."""
    return {
        "id": new_id(),
        "created_at": world.stamp(),
        "webhook_url": None,
        "signature_algo": "jwt",
        "name": None,
        "event_types": None,
    }


def _update(world: World, request: Request) -> Doc:
    """Changes the keys sent since 1.43; before, an omitted key is null, which Lago refuses or crashes on."""
    params = root(request.body, "webhook_endpoint", _schema(world))
    endpoint = _found(world, request)
    if not world.can.partial_webhook_update:
        params = {**dict.fromkeys(_OLD_CASTS), **params}
    return _written(world, endpoint | assigned(params, _CASTS), params, {})


def _written(world: World, endpoint: Doc, params: Doc, problems: Problems) -> Doc:
    if endpoint["signature_algo"] not in (None, *ALGORITHMS):
        raise crash()
    note_url_problems(world, endpoint, problems)
    if "event_types" in params:
        endpoint["event_types"] = _event_types(params["event_types"], problems)
    refuse_if_any(problems)
    if endpoint["signature_algo"] is None:
        raise crash()
    world.store.save(WEBHOOK_ENDPOINT, endpoint)
    return {"webhook_endpoint": _rendered(world, endpoint)}


def note_url_problems(world: World, endpoint: Doc, problems: Problems) -> None:
    url = endpoint["webhook_url"]
    if blank(url):
        note(problems, "webhook_url", "value_is_mandatory")
    if not _is_url(url):
        note(problems, "webhook_url", "url_is_invalid")
    if world.store.code_is_taken(WEBHOOK_ENDPOINT, endpoint):
        note(problems, "webhook_url", "value_already_exist")


def _is_url(url: str | None) -> bool:
    """An http or https address with a host, in the characters of RFC 3986; ports and queries are checked less."""
    return url is not None and _URL.fullmatch(url) is not None


def _event_types(given: Any, problems: Problems) -> list[str] | None:
    """Null and a single star mean all, an empty list none; case and blanks don't matter."""
    if given is None:
        return None
    if not isinstance(given, list):
        note(problems, "event_types", "must_be_array")
        return None
    cleaned = [word for item in given if (word := (text(item) if not isinstance(item, dict | list) else "") or "")]
    types = list(dict.fromkeys(word.strip().lower() for word in cleaned if word.strip()))
    if types == ["*"]:
        return None
    if unknown := [word for word in types if word not in EVENT_TYPES]:
        listed = ", ".join(f'"{word}"' for word in unknown)
        note(problems, "event_types", f"contains invalid types: [{listed}]")
    return types


def _show(world: World, request: Request) -> Doc:
    return {"webhook_endpoint": _rendered(world, _found(world, request))}


def _index(world: World, request: Request) -> Doc:
    return page(world, request, Listing(WEBHOOK_ENDPOINT, "webhook_endpoints", _rendered))


def _delete(world: World, request: Request) -> Doc:
    endpoint = _found(world, request)
    world.store.erase(WEBHOOK_ENDPOINT, endpoint["id"])
    return {"webhook_endpoint": _rendered(world, endpoint)}


def _found(world: World, request: Request) -> Doc:
    return with_id(world, WEBHOOK_ENDPOINT, request.code)


def _rendered(world: World, endpoint: Doc) -> Doc:
    organization = oldest(world, ORGANIZATION)
    details = {"name": endpoint["name"], "event_types": endpoint["event_types"]}
    return {
        "lago_id": endpoint["id"],
        "lago_organization_id": organization["id"],
        "webhook_url": endpoint["webhook_url"],
        "signature_algo": endpoint["signature_algo"],
        **(details if world.can.webhook_event_types else {}),
        "created_at": to_second(endpoint["created_at"]),
    }


ROUTES = (
    Route("POST", "webhook_endpoints", _create),
    read_route("webhook_endpoints", _index),
    read_route("webhook_endpoints/{id}", _show),
    write_route("webhook_endpoints/{id}", _update),
    Route("DELETE", "webhook_endpoints/{id}", _delete),
)
