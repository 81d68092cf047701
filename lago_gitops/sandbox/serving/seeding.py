"""Seeds what Lago's API can't grant: a licence, pricing units, custom metrics."""

from collections.abc import Callable
from typing import Any

from lago_gitops.pricing.catalog.items import Aggregation
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import Problems, note, refuse_if_any
from lago_gitops.sandbox.base.storage.kinds import SEED
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.catalog import metrics

_BUILT_IN = tuple(each.value for each in Aggregation if each is not Aggregation.CUSTOM)
_COUNTS, _SUMS = "count_agg", "sum_agg"


def seed(world: World, body: Doc) -> Doc:
    """Add the body's seeds to the existing ones; the latest licence counts. All or nothing.

    Raises RefusedError for an invalid body.
    """
    _check(body)
    with world.store.transaction():
        world.store.save(SEED, _seeded(world, body))
        for fields in body.get("custom_metrics", ()):
            metrics.seed_custom(world, _metric(fields))
    return _shown(world)


def _seeded(world: World, body: Doc) -> Doc:
    before: Doc = world.store.first(SEED) or {"id": SEED.name}
    units = {each["code"]: each.get("short_name") or each["code"] for each in body.get("pricing_units", ())}
    said = {name: body[name] for name in ("premium", "premium_integrations") if name in body}
    return before | said | {"pricing_units": before.get("pricing_units", {}) | units}


def _metric(fields: Doc) -> Doc:
    """By default, a metric with a field sums it, and any other counts events."""
    field_name = fields.get("field_name")
    return {
        "code": fields["code"],
        "name": fields.get("name") or fields["code"],
        "field_name": field_name,
        "bills_as": fields.get("bills_as") or (_SUMS if field_name else _COUNTS),
    }


def _shown(world: World) -> Doc:
    grants = world.grants()
    return {
        "premium": grants.premium,
        "premium_integrations": list(grants.integrations),
        "pricing_units": [{"code": code, "short_name": name} for code, name in grants.pricing_units.items()],
        "custom_metrics": metrics.seeded_codes(world),
    }


# The form of a seed ---------------------------------------------------------------------------------------------

_Fits = tuple[Callable[[Any], bool], str]


def _is_code(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


_CODE: _Fits = (_is_code, "a text that isn't empty")
_TEXTS: _Fits = (lambda value: isinstance(value, list) and all(map(_is_code, value)), "a list of texts")
_OBJECTS: _Fits = (
    lambda value: isinstance(value, list) and all(isinstance(item, dict) for item in value),
    "a list of objects",
)
_FORM: dict[str, _Fits] = {
    "premium": (lambda value: isinstance(value, bool), "true or false"),
    "premium_integrations": _TEXTS,
    "pricing_units": _OBJECTS,
    "custom_metrics": _OBJECTS,
}
_ITEMS: dict[str, dict[str, _Fits]] = {
    "pricing_units": {"code": _CODE, "short_name": _CODE},
    "custom_metrics": {
        "code": _CODE,
        "name": _CODE,
        "field_name": _CODE,
        "bills_as": (lambda value: value in _BUILT_IN, f"one of {', '.join(_BUILT_IN)}"),
    },
}


def _check(body: Doc) -> None:
    problems: Problems = {}
    _note_misfits(problems, "", body, _FORM)
    refuse_if_any(problems)
    for name, form in _ITEMS.items():
        for at, item in enumerate(body.get(name, ())):
            _note_misfits(problems, f"{name}[{at}].", item, form)
            if "code" not in item:
                note(problems, f"{name}[{at}].code", "is missing")
    refuse_if_any(problems)


def _note_misfits(problems: Problems, place: str, given: Doc, form: dict[str, _Fits]) -> None:
    for name, value in given.items():
        if name not in form:
            note(problems, f"{place}{name}", f"is unknown: write {', '.join(form)}")
        elif not form[name][0](value):
            note(problems, f"{place}{name}", f"must be {form[name][1]}")
