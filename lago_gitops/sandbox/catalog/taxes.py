"""Taxes: can always be changed and deleted, but a deleted tax's code stays taken."""

from collections.abc import Iterable
from typing import Any

from lago_gitops.sandbox.base.clock import to_second
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import Problems, crash, note, refuse_if_any
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.paging import Listing, page
from lago_gitops.sandbox.base.http.params import root, scalars
from lago_gitops.sandbox.base.http.routes import Route, read_route, write_route
from lago_gitops.sandbox.base.lookup import oldest, with_code
from lago_gitops.sandbox.base.storage.kinds import BILLING_ENTITY, TAX
from lago_gitops.sandbox.base.values.casts import assigned, blank, boolean, floating, text
from lago_gitops.sandbox.base.world import World, new_id

_CASTS = {
    "name": text,
    "code": text,
    "rate": floating,
    "description": text,
    "applied_to_organization": boolean,
}
_COUNTERS = ("add_ons_count", "customers_count", "plans_count", "charges_count", "commitments_count")


def _create(world: World, request: Request) -> Doc:
    params = root(request.body, "tax", scalars(_CASTS))
    tax = {"id": new_id(), "created_at": world.stamp(), "applied_to_organization": False}
    tax |= dict.fromkeys(("name", "code", "rate", "description")) | assigned(params, _CASTS)
    _check(world, tax)
    world.store.save(TAX, tax)
    # Lago only checks that something was sent: even the text "false" applies the tax.
    if params.get("applied_to_organization") not in (None, False):
        _apply(world, tax)
    return {"tax": _rendered(world, tax)}


def _update(world: World, request: Request) -> Doc:
    params = root(request.body, "tax", scalars(_CASTS))
    tax = _found(world, request)
    tax |= assigned(params, _CASTS)
    _check(world, tax)
    world.store.save(TAX, tax)
    if "applied_to_organization" in params:
        (_apply if tax["applied_to_organization"] else _unapply)(world, tax)
    return {"tax": _rendered(world, tax)}


def _check(world: World, tax: Doc) -> None:
    problems: Problems = {}
    for field in ("name", "code", "rate"):
        if blank(tax[field]):
            note(problems, field, "value_is_mandatory")
    if world.store.code_is_taken(TAX, tax, burned=True):
        note(problems, "code", "value_already_exist")
    refuse_if_any(problems)
    if tax["applied_to_organization"] is None:
        raise crash()


def _show(world: World, request: Request) -> Doc:
    return {"tax": _rendered(world, _found(world, request))}


def _index(world: World, request: Request) -> Doc:
    return page(world, request, Listing(TAX, "taxes", _rendered))


def _delete(world: World, request: Request) -> Doc:
    """The answer still says whether the default entity had it."""
    tax = _found(world, request)
    answer = {"tax": _rendered(world, tax)}
    for entity in world.store.kept(BILLING_ENTITY):
        _leave(world, entity, tax)
    world.store.save(TAX, tax | {"deleted_at": world.stamp()})
    return answer


def _found(world: World, request: Request) -> Doc:
    return with_code(world, TAX, request.code)


def _apply(world: World, tax: Doc) -> None:
    entity = oldest(world, BILLING_ENTITY)
    if tax["id"] not in entity["tax_ids"]:
        entity["tax_ids"].append(tax["id"])
        world.store.save(BILLING_ENTITY, entity)


def _unapply(world: World, tax: Doc) -> None:
    _leave(world, oldest(world, BILLING_ENTITY), tax)


def _leave(world: World, entity: Doc, tax: Doc) -> None:
    if tax["id"] in entity["tax_ids"]:
        entity["tax_ids"].remove(tax["id"])
        world.store.save(BILLING_ENTITY, entity)


def _rendered(world: World, tax: Doc) -> Doc:
    """A tax on its own; since 1.51, the flag says whether the default entity has it, whatever the column says."""
    shown = rendered_inside(tax)
    if world.can.tax_entities:
        entities = [entity for entity in world.store.kept(BILLING_ENTITY) if tax["id"] in entity["tax_ids"]]
        default = oldest(world, BILLING_ENTITY)
        shown["applied_to_organization"] = tax["id"] in default["tax_ids"]
        shown["applied_to_billing_entities_codes"] = sorted(entity["code"] for entity in entities)
    return shown


def rendered_inside(tax: Doc) -> Doc:
    """A tax in the `taxes` of another object."""
    return {
        "lago_id": tax["id"],
        "name": tax["name"],
        "code": tax["code"],
        "rate": tax["rate"],
        "description": tax["description"],
        "applied_to_organization": tax["applied_to_organization"],
        **dict.fromkeys(_COUNTERS, 0),
        "created_at": to_second(tax["created_at"]),
    }


def rendered_list(world: World, tax_ids: Iterable[str]) -> list[Doc]:
    """Those not deleted, unsorted: a deleted tax disappears from everything that had it."""
    taxes = (world.store.get(TAX, tax_id) for tax_id in tax_ids)
    return world.unordered(rendered_inside(tax) for tax in taxes if tax is not None)


def ids_of_codes(world: World, codes: Iterable[Any]) -> list[str]:
    """Each tax once; an unknown code is a 404 for the whole request."""
    ids: dict[str, None] = {}
    for code in codes:
        tax = with_code(world, TAX, text(code) or "")
        ids[tax["id"]] = None
    return list(ids)


ROUTES = (
    Route("POST", "taxes", _create),
    read_route("taxes", _index),
    read_route("taxes/{code}", _show),
    write_route("taxes/{code}", _update),
    Route("DELETE", "taxes/{code}", _delete),
)
