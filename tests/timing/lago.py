"""What recorded requests do to a price list on a Lago whose plans are in use, as plain data in manifest form."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
LISTS = ("charges", "fixed_charges")
KEPT = {
    "plan": {"code", "interval", "amount_currency", "pay_in_advance", "trial_period", "bill_charges_monthly",
             "bill_fixed_charges_monthly"},
    "charge": {"code", "billable_metric_code", "charge_model", "pay_in_advance", "prorated", "invoiceable",
               "regroup_paid_fees", "min_amount_cents"},
    "fixed_charge": {"code", "add_on_code", "charge_model", "pay_in_advance", "prorated"},
    "coupon": {"code", "coupon_type", "amount_cents", "amount_currency", "percentage_rate", "frequency",
               "frequency_duration", "applies_to"},
    "billable_metric": {"code", "aggregation_type", "field_name", "expression", "recurring", "weighted_interval",
                        "rounding_function", "rounding_precision"},
}  # fmt: skip
"""The fields that Lago answers 200 to and keeps: of an object in use, so that what is sent doesn't count."""
ITEM_OF = {"charges": "charge", "fixed_charges": "fixed_charge"}


@dataclass(frozen=True, slots=True)
class PriceList:
    """Objects by kind and code; `ignored` are the kinds and fields that Lago was asked to change and kept."""

    objects: dict[str, dict[str, Json]]
    ignored: list[tuple[str, str]] = field(default_factory=list)
    options: dict[tuple[str, ...], Any] = field(default_factory=dict)  # as manifests have them, by the way to them

    def after(self, requests: list[Json], items: Callable[[Json], Json]) -> "PriceList":
        """What it is once the requests are carried out; `items` puts charges as they are sent into manifest form."""
        there = PriceList(deepcopy(self.objects))
        for request in requests:
            if request["status"] == 200 and request["method"] != "GET":
                _carry_out(there, request, items)
        return there


def _carry_out(there: PriceList, request: Json, items: Callable[[Json], Json]) -> None:
    collection, *rest = request["path"].strip("/").split("/")
    body: Json = next(iter((request["body"] or {}).values()), {})
    match request["method"], collection, rest:
        case "DELETE", ("plans" | "billable_metrics" | "taxes" | "coupons" | "add_ons"), [code]:
            _delete(there, _kind(collection), code)
        case _, "plans", [code]:
            _put_plan(there, code, body, items)
        case method, "plans", [code, part, *way] if part in LISTS:
            _item(there, there.objects["plan"][code], (method, part, *way), items(body))
        case _, ("billable_metrics" | "taxes" | "coupons" | "add_ons" | "billing_entities"), [code]:
            _put(there, _kind(collection), code, body)
        case "DELETE", "customers", [_, "applied_coupons", _]:
            there.objects["coupon"].clear()
        case _, "customers", _ if "tax_codes" in body:  # there is one customer: its taxes win over the entity's
            there.objects["billing_entity"]["default"]["tax_codes"] = body["tax_codes"]
        case _:
            pass  # a move of a subscription is no change of a price list


def _kind(collection: str) -> str:
    return {"taxes": "tax", "billing_entities": "billing_entity"}.get(collection, collection.removesuffix("s"))


def _put(there: PriceList, kind: str, code: str, body: Json) -> None:
    known = there.objects[kind].setdefault(code, {"kind": kind, "code": code})
    for name, value in body.items():
        if name in KEPT.get(kind, ()):
            if known.get(name) != value:
                there.ignored.append((kind, name))
        elif name == "filters" and kind == "billable_metric":
            _trim(there, code, known, value)
        elif isinstance(value, Mapping) and isinstance(known.get(name), Mapping):
            known[name] = {**known[name], **value}
        else:
            known[name] = value


def _trim(there: PriceList, code: str, metric: Json, filters: list[Json]) -> None:
    """Values that a metric loses are taken out of the filters of charges, which go once they are empty."""
    metric["filters"] = filters
    left = {one["key"]: set(one["values"]) for one in filters}
    for plan in there.objects["plan"].values():
        for charge in plan["charges"]:
            if charge["billable_metric_code"] == code:
                trimmed = [_trimmed(one, left) for one in charge.get("filters") or ()]
                charge["filters"] = [one for one in trimmed if all(one["values"].values())]


def _trimmed(filter_: Json, left: dict[str, set[str]]) -> Json:
    values = {key: [one for one in some if one in left.get(key, ())] for key, some in filter_["values"].items()}
    return {**filter_, "values": values}


def _delete(there: PriceList, kind: str, code: str) -> None:
    """With what only it was good for."""
    there.objects[kind].pop(code, None)
    for plan in there.objects["plan"].values():
        plan["charges"] = [one for one in plan["charges"] if kind != "billable_metric" or
                           one["billable_metric_code"] != code]  # fmt: skip
        plan["fixed_charges"] = [one for one in plan["fixed_charges"] if kind != "add_on" or one["add_on_code"] != code]
        if kind == "plan" and plan["code"] == code:
            plan["charges"] = plan["fixed_charges"] = []
        if kind == "tax":
            plan["tax_codes"] = [one for one in plan.get("tax_codes") or () if one != code]


def _put_plan(there: PriceList, code: str, body: Json, items: Callable[[Json], Json]) -> None:
    plan = there.objects["plan"][code]
    for name, value in body.items():
        if name in LISTS:
            _sync(there, plan, name, [items(one) for one in value])
        elif name == "this charge":  # the rest of the plan was sent back as it was
            part = next(one for one in LISTS if one in plan["of"])
            _sync(there, plan, part, [] if value == "left out" else [items(one) for one in value])
        elif name in KEPT["plan"]:
            if plan.get(name) != value and not (value is None or (name == "interval" and len(body) > 1)):
                there.ignored.append(("plan", name))
        elif name not in ("\u2026", "cascade_updates"):
            plan[name] = value


def _sync(there: PriceList, plan: Json, part: str, sent: list[Json]) -> None:
    """Items that come with their id stay and are changed, others are new ones, whatever their code."""
    known = {one["code"]: one for one in plan[part]}
    plan[part] = [
        _changed(there, plan, part, known[one["code"]], one)
        if "id" in one and one["code"] in known
        else _new(there, part, one)
        for one in sent
    ]


def _item(there: PriceList, plan: Json, request: tuple[str, ...], sent: Json) -> None:
    method, part, *way = request
    at = next((index for index, one in enumerate(plan[part]) if way and one["code"] == way[0]), None)
    match method, way:
        case "POST", []:
            plan[part].append(_new(there, part, sent))
        case (("PUT" | "PATCH"), [_]) if at is not None:
            plan[part][at] = _changed(there, plan, part, plan[part][at], sent)
        case "DELETE", [_] if at is not None:
            del plan[part][at]
        case "POST", [_, "filters"] if at is not None:
            plan[part][at]["filters"] = [*(plan[part][at].get("filters") or ()), sent]
        case "DELETE", [_, "filters", _] if at is not None:
            plan[part][at]["filters"] = []  # the experiments have one
        case _:
            pass


def _new(there: PriceList, part: str, sent: Json) -> Json:
    _note_options(there, part, sent)
    return {name: value for name, value in sent.items() if name not in _OPTIONS}


_OPTIONS = ("apply_units_immediately", "cascade_updates", "id")


def _changed(there: PriceList, plan: Json, part: str, known: Json, sent: Json) -> Json:
    _note_options(there, part, {**known, **sent})
    kept = KEPT[ITEM_OF[part]]
    for name in kept & sent.keys():
        if (sent[name] or None) != (known.get(name) or None):
            there.ignored.append((ITEM_OF[part], name))
    new = {name: value for name, value in sent.items() if name not in kept and name not in _OPTIONS}
    return {**known, **new}


def _note_options(there: PriceList, part: str, sent: Json) -> None:
    if sent.get("apply_units_immediately"):
        there.options[part, sent["code"], "apply_units_immediately"] = True
