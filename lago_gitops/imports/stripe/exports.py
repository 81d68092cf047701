"""Stripe's exports: objects of its API, at any depth, and rows of its dashboard's tables as such objects."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from lago_gitops.core.model.scalars import plain
from lago_gitops.core.validation.schema import Schema
from lago_gitops.core.validation.schema_errors import Shape
from lago_gitops.imports.resources import Note, Table, place_of
from lago_gitops.imports.stripe.amounts import Column, column_of

Found = Mapping[str, Any]  # one object with a shape in SHAPES

WHOLE = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF"  # without cents, in Stripe
THOUSANDTHS = "BHD JOD KWD OMR TND"
COLUMNS = {  # in lower case, of the dashboard's export of prices, and of plans in older exports
    "price id": "id",
    "plan id": "id",
    "product id": "product",
    "product name": "product_name",
    "product statement descriptor": "statement_descriptor",
    "product tax code": "tax_code",
    "description": "nickname",
    "nickname": "nickname",
    "created (utc)": "created",
    "amount": "amount",
    "currency": "currency",
    "interval": "interval",
    "interval count": "interval_count",
    "usage type": "usage_type",
    "aggregate usage": "aggregate_usage",
    "billing scheme": "billing_scheme",
    "trial period days": "trial_period_days",
    "tax behavior": "tax_behavior",
}
OF_PRODUCTS = {  # columns of its export of products
    "id": "id",
    "name": "name",
    "description": "description",
    "statement descriptor": "statement_descriptor",
    "tax code": "tax_code",
    "unit label": "unit_label",
}
METADATA = " (metadata)"  # suffix of columns, one per key
PRICE_COLUMNS = frozenset({"price id", "plan id"})
PRODUCT_COLUMNS = frozenset({"id", "name"})

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
IN_CURRENCY: Schema = {
    "type": "object",
    "properties": {
        "unit_amount": AMOUNT,
        "unit_amount_decimal": AMOUNT,
        "tiers": {"type": ["array", "null"], "items": TIER},
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
        "currency_options": {"type": ["object", "null"], "additionalProperties": IN_CURRENCY},
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
    return any(isinstance(one, str) or one.get("object") in SHAPES for _, one in _objects(value, ""))


def stripe_exports(values: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Found] | Note]:
    """Every product, price and meter once, with its position; notes for all other objects.

    Copies of an object, more or less complete, are merged.
    """
    known: dict[tuple[str, str], tuple[str, Found]] = {}
    for source, value in values:
        others: Counter[str] = Counter()
        for place, one in _objects(value, source):
            name = str(one["object"]) if not isinstance(one, str) else ""
            if isinstance(one, str):
                yield Note(place, f"{one}: the price is left out")
            elif name not in SHAPES:
                others[name] += 1
            elif (wrong := _wrong(name, one)) is not None:
                yield Note(f"{place}: {one.get('id') or name}", f"{wrong}: the {name} is left out")
            else:
                first, said = known.get((name, one["id"]), (place, {}))
                known[name, one["id"]] = first, {**one, **{key: value for key, value in said.items() if value}}
        yield from (Note(source, message) for message in _of_others(others))
    yield from known.values()


def _of_others(numbers: Mapping[str, int]) -> Iterator[str]:
    for name, number in numbers.items():
        if name == "list":
            yield "the list goes on (has_more): export all of its pages"
        else:
            yield f"{number} × {name}: only products, prices and meters are imported"


def _objects(value: Any, source: str) -> Iterator[tuple[str, Found | str]]:
    """All typed objects with their positions, including expanded ones inside others. A text is the reason why
    there is none.
    """
    place = place_of(value, source)
    match value:
        case Table():
            yield from _of_table(value)
        case list():
            for item in value:
                yield from _objects(item, source)
        case dict():
            yield from ((place, one) for one in _itself(value))
            for item in value.values():
                yield from _objects(item, place) if isinstance(item, list | dict) else ()


def _of_table(table: Table) -> Iterator[tuple[str, Found | str]]:
    """Rows of the dashboard's tables, as objects of the API."""
    rows = [(str(row.mark), _folded(row)) for row in table]
    column = column_of((row["amount"] for _, row in rows if "amount" in row), table.separator)
    for place, row in rows:
        if row.keys() & PRICE_COLUMNS:
            yield from ((place, one) for one in _of_row(_named(row, COLUMNS), _metadata(row), column))
        elif row.keys() >= PRODUCT_COLUMNS:
            yield place, {"object": "product", "metadata": _metadata(row), **_named(row, OF_PRODUCTS)}


def _folded(row: Mapping[str, str]) -> dict[str, str]:
    """Columns in lower case, except keys of metadata, which users choose."""
    return {name if name.endswith(METADATA) else name.strip().lower(): cell for name, cell in row.items()}


def _itself(value: Mapping[str, Any]) -> Iterator[Found]:
    match value:
        case {"object": "list" | "search_result"}:
            yield from [{"object": "list"}] if value.get("has_more") is True else []  # only if it is truncated
        case {"object": "plan", "interval": _, "product": _}:
            yield _of_plan(value)
        case {"object": str(), "id": _}:
            yield value


def _of_plan(plan: Mapping[str, Any]) -> Found:
    """Plans are Stripe's older form of prices; if both are in a file, they have the same id."""
    recurring = ("interval", "interval_count", "usage_type", "aggregate_usage", "meter", "trial_period_days")
    return {
        **plan,
        "object": "price",
        "unit_amount": plan.get("amount"),
        "unit_amount_decimal": plan.get("amount_decimal"),
        "transform_quantity": plan.get("transform_usage"),
        "recurring": {name: plan.get(name) for name in recurring},
    }


def _named(row: Mapping[str, str], columns: Mapping[str, str]) -> dict[str, str | None]:
    """The cells by the names of Stripe's API; None for empty or missing ones."""
    given = {name: row[column] for column, name in columns.items() if row.get(column)}
    return dict.fromkeys(columns.values()) | given


def _metadata(row: Mapping[str, str]) -> Mapping[str, str]:
    return {name.removesuffix(METADATA): cell for name, cell in row.items() if cell and name.endswith(METADATA)}


def _of_row(row: Mapping[str, str | None], metadata: Mapping[str, str], column: Column) -> Iterator[Found | str]:
    """A price and its product. Amounts are in units of the currency; tables have no tiers."""
    currency = (row["currency"] or "").upper()
    amount = None if row["amount"] is None else column.amount(row["amount"], minor(currency))
    names = ("interval", "interval_count", "usage_type", "aggregate_usage", "trial_period_days")
    recurring = {name: _number(row[name]) if name.endswith(("count", "days")) else _small(row[name]) for name in names}
    named = {name: row[name] for name in ("statement_descriptor", "tax_code")}
    product = {"object": "product", "id": row["product"], "name": row["product_name"], **named}
    yield from [product] if row["product"] else []
    if isinstance(amount, str):
        yield f"{row['id']}: {amount}"
        return
    yield {
        "object": "price",
        "id": row["id"],
        "product": row["product"],
        "nickname": row["nickname"],
        "created": row["created"],
        "currency": currency or None,
        "unit_amount_decimal": None if amount is None else plain(amount * minor(currency)),
        "billing_scheme": _small(row["billing_scheme"]),
        "tax_behavior": _small(row["tax_behavior"]),
        "recurring": recurring if row["interval"] else None,
        "metadata": metadata,
    }


def _small(text: str | None) -> str | None:
    return text and text.lower()


def _number(text: str | None) -> int | str | None:
    """Unchanged if it isn't a number: the shape check reports it."""
    return int(text) if text and text.isascii() and text.isdigit() else text or None


def minor(currency: str) -> int:
    """Stripe's smallest units per unit of the currency."""
    return 1 if currency in WHOLE.split() else 1000 if currency in THOUSANDTHS.split() else 100


@cache
def _shape(name: str) -> Shape:
    return Shape(SHAPES[name], {})


def _wrong(name: str, value: Found) -> str | None:
    """Values that are missing or don't have Stripe's format."""
    shape = _shape(name)
    return None if shape.fits(value) else next(map(_fault, shape.explain(value)), f"{name} is not in Stripe's format")


def _fault(error: Any) -> str:
    way = error.json_path.removeprefix("$").removeprefix(".")
    needed = error.validator_value if error.validator == "required" else ()
    for missing in (one for one in needed if one not in error.instance):
        return f"{'.'.join(filter(None, (way, missing)))} is missing"
    if error.instance is None:
        return f"{way} is missing"
    shown = f" ({error.instance!r})" if isinstance(error.instance, str | int | Decimal) else ""
    return f"{way} is not in Stripe's format{shown}"
