"""What charges and fixed charges of a plan have in common."""

from typing import Protocol

from lago_gitops.sandbox.base import codes
from lago_gitops.sandbox.base.clock import to_second
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import Problems, note
from lago_gitops.sandbox.base.storage.store import Kind
from lago_gitops.sandbox.base.values.casts import blank, boolean, text
from lago_gitops.sandbox.base.world import World, new_id
from lago_gitops.sandbox.catalog import taxes
from lago_gitops.sandbox.plans import charge_models


class Part(Protocol):
    """The functions of the modules of charges and fixed charges."""

    def create(self, world: World, plan: Doc, params: Doc, /) -> Doc: ...
    def create_in_plan(self, world: World, plan: Doc, params: Doc, /) -> Doc: ...
    def update_used(self, world: World, charge: Doc, params: Doc, /) -> Doc: ...
    def update_unused(self, world: World, charge: Doc, params: Doc, /) -> Doc: ...
    def delete(self, world: World, charge: Doc, /) -> Doc: ...
    def rendered(self, world: World, charge: Doc, /) -> Doc: ...


def new(world: World, plan: Doc, params: Doc, metric: Doc) -> Doc:
    """A new charge, with the fields that both have."""
    model = text(params.get("charge_model"))
    return {
        "id": new_id(),
        "created_at": world.stamp(),
        "plan_id": plan["id"],
        "parent_id": None,
        "code": text(params.get("code")),
        "invoice_display_name": text(params.get("invoice_display_name")),
        "charge_model": model,
        "pay_in_advance": boolean(params.get("pay_in_advance")) or False,
        "prorated": boolean(params.get("prorated")) or False,
        "properties": sliced(world, model, metric, params),
        "tax_ids": [],
    }


def remodelled(charge: Doc, params: Doc) -> Doc:
    """The charge with the model and code of an update; a blank code is ignored."""
    code = {} if blank(params.get("code")) else {"code": text(params["code"])}
    return charge | {"charge_model": text(params.get("charge_model"))} | code


def priced(world: World, charge: Doc, params: Doc, metric: Doc) -> Doc:
    """The charge with the name and properties of an update; without properties, a price of zero."""
    return charge | {
        "invoice_display_name": text(params.get("invoice_display_name")),
        "properties": sliced(world, charge["charge_model"], metric, params),
    }


def sliced(world: World, model: str | None, metric: Doc, params: Doc) -> Doc:
    """The properties for a model: those sent, or the defaults of the model sent."""
    properties = params.get("properties") or charge_models.defaults(text(params.get("charge_model")))
    return charge_models.sliced(world, model or "", metric, properties)


def coded(world: World, kind: Kind, plan: Doc, params: Doc, base: str) -> Doc:
    """The parameters, with a code generated from `base` if none is sent."""
    return {**params, "code": codes.generated(world, kind, plan, base)}


def lacks_code(world: World, params: Doc) -> bool:
    return world.can.charge_codes and blank(params.get("code"))


def note_code(world: World, kind: Kind, charge: Doc, problems: Problems) -> None:
    """In releases with charge codes, they are unique within a plan."""
    if not world.can.charge_codes:
        return
    if blank(charge["code"]):
        note(problems, "code", "value_is_mandatory")
    if world.store.code_is_taken(kind, charge):
        note(problems, "code", "value_already_exist")


def rendered(world: World, charge: Doc, item: Kind, item_id: str) -> Doc:
    """What both render, with the metric or add-on that they bill."""
    billed = world.store.with_deleted(item, item_id)
    named = {"code": charge["code"], "lago_parent_id": charge["parent_id"]} if world.can.charge_codes else {}
    return {
        "lago_id": charge["id"],
        f"lago_{item.name}_id": billed["id"],
        f"{item.name}_code": billed["code"],
        **named,
        "invoice_display_name": charge["invoice_display_name"],
        "created_at": to_second(charge["created_at"]),
        "charge_model": charge["charge_model"],
        "pay_in_advance": charge["pay_in_advance"],
        "prorated": charge["prorated"],
        "properties": charge["properties"],
        "taxes": taxes.rendered_list(world, charge["tax_ids"]),
    }
