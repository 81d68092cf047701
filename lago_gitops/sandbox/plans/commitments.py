"""The minimum commitment of a plan, which takes a licence."""

from lago_gitops.sandbox.base.clock import to_second
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import Problems, note, refuse_if_any
from lago_gitops.sandbox.base.http.params import Schema, Shape, scalars
from lago_gitops.sandbox.base.values.casts import assigned, integer, text
from lago_gitops.sandbox.base.values.numerals import is_number
from lago_gitops.sandbox.base.world import World, new_id
from lago_gitops.sandbox.catalog import taxes

_CASTS = {"amount_cents": integer, "invoice_display_name": text}
SCHEMA: Schema = {**scalars(_CASTS), "tax_codes": Shape.SCALARS}


def written(world: World, old: Doc | None, params: Doc) -> Doc | None:
    """Changes the keys sent; an empty object removes it."""
    if not params:
        return None
    now = world.stamp()
    new: Doc = {"id": new_id(), "created_at": now, **dict.fromkeys(_CASTS), "tax_ids": []}
    commitment = (old or new) | assigned(params, _CASTS) | {"updated_at": now}
    problems: Problems = {}
    sent = params.get("amount_cents", commitment["amount_cents"])
    if not is_number(sent):
        note(problems, "amount_cents", "is not a number")
    elif commitment["amount_cents"] <= 0:
        note(problems, "amount_cents", "value_is_out_of_range")
    refuse_if_any(problems)
    if "tax_codes" in params:
        commitment["tax_ids"] = taxes.ids_of_codes(world, params["tax_codes"])
    return commitment


def rendered(world: World, plan: Doc) -> Doc:
    commitment = plan["commitment"]
    return {
        "lago_id": commitment["id"],
        "plan_code": plan["code"],
        "invoice_display_name": commitment["invoice_display_name"],
        "amount_cents": commitment["amount_cents"],
        "interval": plan["interval"],
        "created_at": to_second(commitment["created_at"]),
        "updated_at": to_second(commitment["updated_at"]),
        "taxes": taxes.rendered_list(world, commitment["tax_ids"]),
    }
