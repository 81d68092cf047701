"""Features and their privileges: updates only add or rename, never remove."""

from typing import Any

from lago_gitops.sandbox.base.clock import to_second
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import Problems, forbidden, invalid, not_found, note, refuse_if_any
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.paging import Listing, page
from lago_gitops.sandbox.base.http.params import Many, Shape, root, scalars
from lago_gitops.sandbox.base.http.routes import Handler, Route, read_route, write_route
from lago_gitops.sandbox.base.lookup import with_code
from lago_gitops.sandbox.base.queue import announce
from lago_gitops.sandbox.base.storage.kinds import ENTITLEMENT, FEATURE
from lago_gitops.sandbox.base.storage.store import EVERYTHING, Where
from lago_gitops.sandbox.base.values.casts import assigned, blank, text
from lago_gitops.sandbox.base.world import World, new_id

_BLANKS = "\t\n\v\f\r \0"  # Ruby strips these from the ends of a code; Python would strip more
LONGEST_NAME = 255
LONGEST_DESCRIPTION = 600
_CASTS = {"name": text, "description": text}
_TYPES = frozenset({"integer", "string", "boolean", "select"})
_SCHEMA = {
    **scalars(_CASTS, ("code",)),
    "privileges": Many({**scalars(("code", "name", "value_type")), "config": Shape.OBJECT}),
}


def _licensed(handler: Handler) -> Handler:
    """In 1.38, every route needs a licence; checked before anything is looked up."""

    def checked(world: World, request: Request) -> Doc | str | None:
        if not (world.can.free_features or world.premium):
            raise forbidden("feature_unavailable")
        return handler(world, request)

    return checked


@_licensed
def _create(world: World, request: Request) -> Doc:
    params = root(request.body, "feature", _SCHEMA)
    feature: Doc = {"id": new_id(), "created_at": world.stamp(), **dict.fromkeys(_CASTS), "privileges": []}
    feature |= assigned(params, _CASTS) | {"code": (text(params.get("code")) or "").strip(_BLANKS)}
    _check(world, feature)
    given = params.get("privileges", [])
    codes = [_code(item) for item in given]
    if len(set(codes)) < len(codes):
        raise invalid({"privilege.code": ["value_is_duplicated"]})
    feature["privileges"] = [_new_privilege(item) for item in given]
    return _saved(world, feature, "created")


@_licensed
def _update(world: World, request: Request) -> Doc:
    """PUT is as partial as PATCH: listed privileges are changed or added, others aren't removed."""
    params = root(request.body, "feature", _SCHEMA)
    feature = _found(world, request)
    feature |= assigned(params, _CASTS)
    _check(world, feature)
    for item in params.get("privileges", []):
        known = next((privilege for privilege in feature["privileges"] if privilege["code"] == _code(item)), None)
        if known is None:
            feature["privileges"].append(_new_privilege(item))
        else:
            _extend(known, item)
    return _saved(world, feature, "updated")


def _saved(world: World, feature: Doc, verb: str) -> Doc:
    world.store.save(FEATURE, feature)
    announce(world, f"feature.{verb}", feature)
    return {"feature": rendered_alone(feature)}


def _extend(privilege: Doc, item: Doc) -> None:
    """Changes the name and adds select options; ignores a new type."""
    if "name" in item:
        privilege["name"] = text(item["name"])
    options = item.get("config", {}).get("select_options")
    if privilege["value_type"] == "select" and isinstance(options, list):
        known = privilege["config"]["select_options"]
        known.extend(option for option in dict.fromkeys(options) if option not in known)


def _check(world: World, feature: Doc) -> None:
    problems: Problems = {}
    if blank(feature["code"]):
        note(problems, "code", "value_is_mandatory")
    for field, longest in (("code", LONGEST_NAME), ("name", LONGEST_NAME), ("description", LONGEST_DESCRIPTION)):
        if len(feature[field] or "") > longest:
            note(problems, field, "value_is_too_long")
    refuse_if_any(problems)
    if world.store.code_is_taken(FEATURE, feature):
        raise invalid({"code": ["value_already_exist"]})


def _code(item: Doc) -> str:
    return (text(item.get("code")) or "").strip(_BLANKS)


def _new_privilege(item: Doc) -> Doc:
    privilege = {
        "code": _code(item),
        "name": text(item.get("name")),
        "value_type": text(item.get("value_type")) or "string",
        "config": item.get("config", {}),
    }
    problems: Problems = {}
    if blank(privilege["code"]):
        note(problems, "privilege.code", "value_is_mandatory")
    for field in ("code", "name"):
        if len(privilege[field] or "") > LONGEST_NAME:
            note(problems, f"privilege.{field}", "value_is_too_long")
    if privilege["value_type"] not in _TYPES:
        note(problems, "privilege.value_type", "value_is_invalid")
    elif not _fits(privilege["value_type"], privilege["config"]):
        note(problems, "privilege.config", "invalid_format")
    refuse_if_any(problems)
    return privilege


def _fits(value_type: str, config: Any) -> bool:
    """A select has only options; other types have no configuration."""
    if value_type != "select":
        return not config
    options = config.get("select_options")
    texts = isinstance(options, list) and bool(options) and all(isinstance(option, str) for option in options)
    return texts and len(config) == 1


@_licensed
def _show(world: World, request: Request) -> Doc:
    return {"feature": rendered_alone(_found(world, request))}


@_licensed
def _index(world: World, request: Request) -> Doc:
    term = request.query.get("search_term")
    where = _matching(term) if isinstance(term, str) and term else EVERYTHING
    return page(world, request, Listing(FEATURE, "features", lambda _, feature: _rendered(feature)), where)


def _matching(term: str) -> Where:
    fields = (f"instr(lower(coalesce(json_extract(doc, '$.{field}'), '')), ?)" for field in ("code", *_CASTS))
    return Where(f"({' OR '.join(fields)})", (term.lower(),) * 3)


@_licensed
def _delete(world: World, request: Request) -> Doc:
    """Its entitlements are deleted with it; the answer has no privileges."""
    feature = _found(world, request)
    deleted = {"deleted_at": world.stamp()}
    for entitlement in world.store.referrers(ENTITLEMENT, feature["id"]):
        world.store.save(ENTITLEMENT, entitlement | deleted)
    return _saved(world, feature | deleted | {"privileges": []}, "deleted")


@_licensed
def _delete_privilege(world: World, request: Request) -> Doc:
    """Its values are removed from every plan."""
    feature = _found(world, request)
    gone = privilege_of(feature, request.args[1])
    feature["privileges"].remove(gone)
    for entitlement in world.store.referrers(ENTITLEMENT, feature["id"]):
        left = {code: value for code, value in entitlement["values"].items() if code != gone["code"]}
        world.store.save(ENTITLEMENT, entitlement | {"values": left})
    return _saved(world, feature, "updated")


def privilege_of(feature: Doc, code: str) -> Doc:
    """Refuses a code that the feature doesn't have."""
    for privilege in feature["privileges"]:
        if privilege["code"] == code:
            its: Doc = privilege
            return its
    raise not_found("privilege")


def _found(world: World, request: Request) -> Doc:
    return with_code(world, FEATURE, request.args[0])


def _rendered(feature: Doc) -> Doc:
    """As in a list: privileges in the order of creation. There is no id."""
    return {
        "code": feature["code"],
        "name": feature["name"],
        "description": feature["description"],
        "privileges": feature["privileges"],
        "created_at": to_second(feature["created_at"]),
    }


def rendered_alone(feature: Doc) -> Doc:
    """Privileges are sorted by code."""
    return _rendered(
        feature | {"privileges": sorted(feature["privileges"], key=lambda privilege: str(privilege["code"]))}
    )


ROUTES = (
    Route("DELETE", "features/{code}/privileges/{code}", _delete_privilege),
    Route("POST", "features", _create),
    read_route("features", _index),
    read_route("features/{code}", _show),
    write_route("features/{code}", _update),
    Route("DELETE", "features/{code}", _delete),
)
