"""A subscription's fields and their checks."""

from datetime import datetime
from typing import Any

from lago_gitops.sandbox.base.clock import moment, stamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import Problems, note
from lago_gitops.sandbox.base.http.params import Many, One, Schema, Shape, scalars
from lago_gitops.sandbox.base.values.casts import blank, boolean, text
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.plans import thresholds

CREDIT_NOTES = ("credit", "skip", "refund", "offset")
INVOICES = ("generate", "skip")
_BOTH = ("name", "ending_at", "progressive_billing_disabled", "consolidate_invoice", "purchase_order_number")
_PARTS: Schema = {
    "plan_overrides": Shape.OBJECT,
    "usage_thresholds": Many(thresholds.SCHEMA),
    "payment_method": One(scalars(("payment_method_type", "payment_method_id"))),
}
CREATION: Schema = {
    **scalars(("external_customer_id", "plan_code", "external_id", "billing_time", "subscription_at"), _BOTH),
    **scalars(("billing_entity_code",)),
    **_PARTS,
}
UPDATE: Schema = {
    **scalars(("subscription_at", "on_termination_credit_note", "on_termination_invoice"), _BOTH),
    **_PARTS,
}


def unset() -> Doc:
    """The columns of a new subscription, unset."""
    return {
        **dict.fromkeys(("started_at", "activated_at", "trial_ended_at", "ending_at", "terminated_at", "canceled_at")),
        **dict.fromkeys(("previous_id", "purchase_order_number", "on_termination_credit_note")),
        "on_termination_invoice": "generate",
        "progressive_billing_disabled": False,
        "consolidate_invoice": True,
        "payment_method_type": "provider",
        "thresholds": [],
    }


def optional(params: Doc) -> Doc:
    """The columns without special rules that a request may set."""
    fields: Doc = {}
    if "ending_at" in params:
        ending = moment(params["ending_at"])
        fields["ending_at"] = None if ending is None else stamp(ending)
    for name, default in (("progressive_billing_disabled", False), ("consolidate_invoice", True)):
        if name in params:
            sent = boolean(params[name])
            fields[name] = default if sent is None else sent
    if "purchase_order_number" in params:
        fields["purchase_order_number"] = (text(params["purchase_order_number"]) or "").strip() or None
    method = params.get("payment_method", {}).get("payment_method_type")
    if method is not None:
        fields["payment_method_type"] = text(method)
    return fields


def note_problems(world: World, params: Doc, subscription_at: Any, problems: Problems) -> None:
    """`subscription_at`: as sent, or else its current value."""
    begins = moment(subscription_at)
    if begins is None:
        note(problems, "subscription_at", "invalid_date")
    if not blank(params.get("ending_at")) and not _ends_later(world, moment(params["ending_at"]), begins):
        note(problems, "ending_at", "invalid_date")
    for field, values in (("on_termination_credit_note", CREDIT_NOTES), ("on_termination_invoice", INVOICES)):
        if not blank(params.get(field)) and params[field] not in values:
            note(problems, field, "invalid_value")


def _ends_later(world: World, ending: datetime | None, begins: datetime | None) -> bool:
    if ending is None or begins is None:
        return False
    return ending.date() > max(world.now().date(), begins.date())
