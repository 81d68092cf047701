"""Add-ons: can always be changed and deleted; since 1.40, the fixed charges that use them are deleted too."""

from lago_gitops.sandbox.base.clock import to_second
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import Problems, note, refuse_if_any
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.paging import Listing, page
from lago_gitops.sandbox.base.http.params import Shape, root, scalars
from lago_gitops.sandbox.base.http.routes import Route, read_route, write_route
from lago_gitops.sandbox.base.lookup import with_code
from lago_gitops.sandbox.base.storage.kinds import ADD_ON, FIXED_CHARGE
from lago_gitops.sandbox.base.values.casts import assigned, blank, integer, text
from lago_gitops.sandbox.base.values.currencies import CURRENCIES
from lago_gitops.sandbox.base.values.numerals import is_number
from lago_gitops.sandbox.base.world import World, new_id
from lago_gitops.sandbox.catalog import taxes

_CASTS = {
    "name": text,
    "invoice_display_name": text,
    "code": text,
    "amount_cents": integer,
    "amount_currency": text,
    "description": text,
}
_SCHEMA = {**scalars(_CASTS), "tax_codes": Shape.SCALARS}


def _create(world: World, request: Request) -> Doc:
    params = root(request.body, "add_on", _SCHEMA)
    new: Doc = {"id": new_id(), "created_at": world.stamp(), **dict.fromkeys(_CASTS), "tax_ids": []}
    return _written(world, new, params)


def _update(world: World, request: Request) -> Doc:
    params = root(request.body, "add_on", _SCHEMA)
    return _written(world, _found(world, request), params)


def _written(world: World, add_on: Doc, params: Doc) -> Doc:
    add_on = add_on | assigned(params, _CASTS)
    _check(world, add_on, params.get("amount_cents"))
    if "tax_codes" in params:
        add_on["tax_ids"] = taxes.ids_of_codes(world, params["tax_codes"])
    world.store.save(ADD_ON, add_on)
    return {"add_on": _rendered(world, add_on)}


def _check(world: World, add_on: Doc, sent_amount: object) -> None:
    problems: Problems = {}
    for field in ("name", "code"):
        if blank(add_on[field]):
            note(problems, field, "value_is_mandatory")
    if world.store.code_is_taken(ADD_ON, add_on):
        note(problems, "code", "value_already_exist")
    if add_on["amount_currency"] not in CURRENCIES:
        note(problems, "amount_currency", "value_is_invalid")
    if add_on["amount_cents"] is None:
        note(problems, "amount_cents", "is not a number")
        note(problems, "amount", "is not a number")
    elif sent_amount is not None and not is_number(sent_amount):
        note(problems, "amount_cents", "is not a number")
    elif add_on["amount_cents"] <= 0:
        note(problems, "amount_cents", "value_is_out_of_range")
    refuse_if_any(problems)


def _show(world: World, request: Request) -> Doc:
    return {"add_on": _rendered(world, _found(world, request))}


def _index(world: World, request: Request) -> Doc:
    return page(world, request, Listing(ADD_ON, "add_ons", _rendered))


def _delete(world: World, request: Request) -> Doc:
    """The answer still lists its taxes."""
    add_on = _found(world, request)
    deleted = {"deleted_at": world.stamp()}
    world.store.save(ADD_ON, add_on | deleted)
    if world.can.add_on_takes_fixed_charges:
        for charge in world.store.referrers(FIXED_CHARGE, add_on["id"]):
            world.store.save(FIXED_CHARGE, charge | deleted)
    return {"add_on": _rendered(world, add_on)}


def _found(world: World, request: Request) -> Doc:
    return with_code(world, ADD_ON, request.code)


def _rendered(world: World, add_on: Doc) -> Doc:
    return {
        "lago_id": add_on["id"],
        "name": add_on["name"],
        "invoice_display_name": add_on["invoice_display_name"],
        "code": add_on["code"],
        "amount_cents": add_on["amount_cents"],
        "amount_currency": add_on["amount_currency"],
        "created_at": to_second(add_on["created_at"]),
        "description": add_on["description"],
        "taxes": taxes.rendered_list(world, add_on["tax_ids"]),
    }


ROUTES = (
    Route("POST", "add_ons", _create),
    read_route("add_ons", _index),
    read_route("add_ons/{code}", _show),
    write_route("add_ons/{code}", _update),
    Route("DELETE", "add_ons/{code}", _delete),
)
