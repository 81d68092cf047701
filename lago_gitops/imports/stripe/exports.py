"""Stripe's exports: objects of its API, at any depth, and rows of its dashboard's tables as such objects."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from lago_gitops.core.model.canonical import decimal, plain
from lago_gitops.core.validation.schema import Schema
from lago_gitops.core.validation.schema_errors import Shape
from lago_gitops.imports.found import Note

Found = Mapping[str, Any]  # one object, of a shape of SHAPES

WHOLE = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF"  # without cents, to Stripe
THOUSANDTHS = "BHD JOD KWD OMR TND"
COLUMNS = {  # of the dashboard's export of prices, and of plans, as they once were
    "Price ID": "id",
    "Plan ID": "id",
    "Product ID": "product",
    "Product Name": "product_name",
    "Product Statement Descriptor": "statement_descriptor",
    "Product Tax Code": "tax_code",
    "Description": "nickname",
    "Nickname": "nickname",
    "Amount": "amount",
    "Currency": "currency",
    "Interval": "interval",
    "Interval Count": "interval_count",
    "Usage Type": "usage_type",
    "Aggregate Usage": "aggregate_usage",
    "Billing Scheme": "billing_scheme",
    "Trial Period Days": "trial_period_days",
    "Tax Behavior": "tax_behavior",
}
OF_PRODUCTS = {  # columns of its export of products
    "id": "id",
    "Name": "name",
    "Description": "description",
    "Statement Descriptor": "statement_descriptor",
    "Tax Code": "tax_code",
    "Unit Label": "unit_label",
}
METADATA = " (metadata)"  # ends the names of columns, one for each key
AMOUNT_OF_A_ROW = re.compile(r"(\d{1,3}(,\d{3})+|\d+)(\.\d+)?", re.ASCII)

TEXT: Schema = {"type": ["string", "null"]}
NAME: Schema = {"type": "string", "minLength": 1}
MAP: Schema = {"type": ["object", "null"]}
POSITIVE: Schema = {"type": ["integer", "null"], "minimum": 1}
AMOUNT: Schema = {"type": ["string", "number", "null"], "pattern": r"^\d+(\.\d+)?$", "minimum": 0}
UP_TO: Schema = {"anyOf": [{"enum": [None, "inf"]}, {"type": "integer", "minimum": 1}]}
TIER: Schema = {
    "type": "object",
    "required": ["up_to"],
    "properties": {
        "up_to": UP_TO,
        **dict.fromkeys(("unit_amount", "unit_amount_decimal", "flat_amount", "flat_amount_decimal"), AMOUNT),
    },
}
RECURRING: Schema = {
    "type": ["object", "null"],
    "required": ["interval"],
    "properties": {
        "interval": NAME,
        "interval_count": POSITIVE,
        "usage_type": {"enum": [None, "licensed", "metered"]},
        "aggregate_usage": {"enum": [None, "sum", "max", "last_during_period", "last_ever"]},
        "meter": TEXT,
        "trial_period_days": {"type": ["integer", "null"], "minimum": 0},
    },
}
PRODUCT: Schema = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": NAME, "name": TEXT, "description": TEXT, "metadata": MAP, "active": {"type": "boolean"}},
}
PRICE: Schema = {
    "type": "object",
    "required": ["id", "currency", "product"],
    "properties": {
        "id": NAME,
        "currency": NAME,
        "product": {"anyOf": [NAME, PRODUCT]},
        "nickname": TEXT,
        "lookup_key": TEXT,
        "metadata": MAP,
        "recurring": RECURRING,
        "billing_scheme": {"enum": [None, "per_unit", "tiered"]},
        "tiers_mode": {"enum": [None, "graduated", "volume"]},
        "tiers": {"type": ["array", "null"], "items": TIER},
        "transform_quantity": {
            "type": ["object", "null"],
            "required": ["divide_by"],
            "properties": {"divide_by": {"type": "integer", "minimum": 1}, "round": {"enum": ["up", "down"]}},
        },
        "unit_amount": AMOUNT,
        "unit_amount_decimal": AMOUNT,
    },
}
METER: Schema = {
    "type": "object",
    "required": ["id", "event_name"],
    "properties": {
        "id": NAME,
        "event_name": NAME,
        "display_name": TEXT,
        "default_aggregation": {
            "type": ["object", "null"],
            "properties": {"formula": {"enum": ["sum", "count", "max", "last"]}},
        },
        "value_settings": {"type": ["object", "null"], "properties": {"event_payload_key": NAME}},
    },
}
SHAPES = {"product": PRODUCT, "price": PRICE, "billing.meter": METER}


def is_stripe(value: Any) -> bool:
    return any(one.get("object") in SHAPES for one in _objects(value))


def stripe_exports(values: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Found] | Note]:
    """Every product, price and meter once, with its source; notes for all else that is in there.

    What stands in several places, with more or less of it, is what all of them say together.
    """
    known: dict[tuple[str, str], tuple[str, Found]] = {}
    for source, value in values:
        others: Counter[str] = Counter()
        for one in _objects(value):
            name = str(one["object"])
            if name not in SHAPES:
                others[name] += 1
            elif (wrong := _wrong(name, one)) is not None:
                message = f"{wrong} is not in Stripe's format: the {name} is left out"
                yield Note(f"{source}: {one.get('id') or name}", message)
            else:
                first, said = known.get((name, one["id"]), (source, {}))
                known[name, one["id"]] = first, {**one, **{key: value for key, value in said.items() if value}}
        yield from (Note(source, message) for message in _of_others(others))
    yield from known.values()


def _of_others(numbers: Mapping[str, int]) -> Iterator[str]:
    for name, number in numbers.items():
        if name == "list":
            yield "the list goes on (has_more): export all of its pages"
        else:
            yield f"{number} × {name}: only products, prices and meters are imported"


def _objects(value: Any) -> Iterator[Found]:
    """All that say what they are; what is expanded inside of others, too."""
    match value:
        case list():
            for item in value:
                yield from _objects(item)
        case {"Price ID": _} | {"Plan ID": _}:
            yield from _objects(_price_of_row(_named(value, COLUMNS), _metadata(value)))
        case {"id": _, "Name": _}:
            yield {"object": "product", "metadata": _metadata(value), **_named(value, OF_PRODUCTS)}
        case dict():
            yield from _itself(value)
            for item in value.values():
                yield from _objects(item) if isinstance(item, list | dict) else ()


def _itself(value: Mapping[str, Any]) -> Iterator[Found]:
    match value:
        case {"object": "list" | "search_result"}:
            yield from [{"object": "list"}] if value.get("has_more") is True else []  # only where it is cut
        case {"object": "plan", "interval": _, "product": _}:
            yield _of_plan(value)
        case {"object": str(), "id": _}:
            yield value


def _of_plan(plan: Mapping[str, Any]) -> Found:
    """What prices were before there were prices; where both are written they have the same id."""
    recurring = ("interval", "interval_count", "usage_type", "aggregate_usage", "meter", "trial_period_days")
    return {
        **plan,
        "object": "price",
        "unit_amount": plan.get("amount"),
        "unit_amount_decimal": plan.get("amount_decimal"),
        "transform_quantity": plan.get("transform_usage"),
        "recurring": {name: plan.get(name) for name in recurring},
    }


def _named(row: Mapping[str, str | None], columns: Mapping[str, str]) -> dict[str, str | None]:
    """The cells by the names that Stripe's API has for them; None for what is empty or not there."""
    given = {name: row[column] for column, name in columns.items() if row.get(column)}
    return dict.fromkeys(columns.values()) | given


def _metadata(row: Mapping[str, str | None]) -> Mapping[str, str]:
    return {name.removesuffix(METADATA): cell for name, cell in row.items() if cell and name.endswith(METADATA)}


def _price_of_row(row: Mapping[str, str | None], metadata: Mapping[str, str]) -> Found:
    """A row, as an object of the API. Its amounts are in units of the currency; tiers are not in it."""
    currency = (row["currency"] or "").upper()
    names = ("interval", "interval_count", "usage_type", "aggregate_usage", "trial_period_days")
    recurring = {name: _number(row[name]) if name.endswith(("count", "days")) else row[name] for name in names}
    product = {name: row[name] for name in ("statement_descriptor", "tax_code")}
    return {
        "object": "price",
        "id": row["id"],
        "product": {"object": "product", "id": row["product"], "name": row["product_name"], **product},
        "nickname": row["nickname"],
        "currency": currency,
        "unit_amount_decimal": _of_units(row["amount"] or "", currency),
        "billing_scheme": row["billing_scheme"],
        "tax_behavior": row["tax_behavior"],
        "recurring": recurring if row["interval"] else None,
        "metadata": metadata,
    }


def _number(text: str | None) -> int | str | None:
    """As it is where it isn't a number: its shape is wrong then."""
    return int(text) if text and text.isascii() and text.isdigit() else text or None


def _of_units(text: str, currency: str) -> str | None:
    number = decimal(text.replace(",", "")) if AMOUNT_OF_A_ROW.fullmatch(text) else None
    return text or None if number is None else plain(number * minor(currency))


def minor(currency: str) -> int:
    """How many of Stripe's smallest units are in one of the currency."""
    return 1 if currency in WHOLE.split() else 1000 if currency in THOUSANDTHS.split() else 100


@cache
def _shape(name: str) -> Shape:
    return Shape(SHAPES[name], {})


def _wrong(name: str, value: Found) -> str | None:
    """The way to what has another shape than Stripe gives it, or is missing."""
    shape = _shape(name)
    return None if shape.fits(value) else next(map(_way, shape.explain(value)), name)


def _way(error: Any) -> str:
    way = error.json_path.removeprefix("$").removeprefix(".")
    needed = error.validator_value if error.validator == "required" else ()
    missing = (one for one in needed if one not in error.instance)
    return ".".join(filter(None, (way, next(missing, ""))))
