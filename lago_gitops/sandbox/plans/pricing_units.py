"""Pricing units on charges: set only when the charge is created, and only with a licence."""

from decimal import Decimal

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import Problems, note, refuse_if_any
from lago_gitops.sandbox.base.values.casts import blank, exact, text
from lago_gitops.sandbox.base.values.numerals import is_number
from lago_gitops.sandbox.base.world import World

_RATE = exact(15, 40)


def applied(world: World, params: Doc | None) -> Doc | None:
    if not params or not world.premium:
        return None
    problems: Problems = {}
    code = text(params.get("code"))
    if code not in world.grants().pricing_units:
        note(problems, "pricing_unit", "relation_must_exist")
    return {"conversion_rate": _rate(params, problems), "code": code}


def updated(unit: Doc, params: Doc | None) -> Doc:
    """Only the rate can change; a new code is ignored."""
    if not params or "conversion_rate" not in params:
        return unit
    return unit | {"conversion_rate": _rate(params, {})}


def _rate(params: Doc, problems: Problems) -> str | None:
    """Raises RefusedError for `problems` so far and those of the rate."""
    sent = params.get("conversion_rate")
    if blank(sent):
        note(problems, "conversion_rate", "value_is_mandatory", "is not a number")
    elif not is_number(sent):
        note(problems, "conversion_rate", "is not a number")
    elif Decimal(str(sent).strip()) <= 0:
        note(problems, "conversion_rate", "value_is_out_of_range")
    refuse_if_any(problems)
    rate: str | None = _RATE(sent)
    return rate
