"""Stripe: products and prices, as its API and command line give them or as its dashboard exports them.

Best effort: Stripe puts prices together when it subscribes a customer, Lago in the plan. Here a plan is what one
product costs in one currency and interval. What Stripe can say and Lago can't, or means in another way, is a note.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import accumulate
from typing import Any

from lago_gitops.core.model.canonical import decimal, plain
from lago_gitops.core.model.currencies import SUBUNITS
from lago_gitops.imports.found import Note, Raw

Price = Mapping[str, Any]
Found = Iterator[Raw | Note]

INTERVALS = {
    ("week", 1): "weekly",
    ("month", 1): "monthly",
    ("month", 3): "quarterly",
    ("month", 6): "semiannual",
    ("month", 12): "yearly",
    ("year", 1): "yearly",
}
WHOLE = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF"  # without cents, to Stripe
THOUSANDTHS = "BHD JOD KWD OMR TND"
AGGREGATIONS = {"sum": "sum_agg", "count": "count_agg", "max": "max_agg", "last": "latest_agg"}
COLUMNS = {  # of the dashboard's export of prices
    "Price ID": "id",
    "Product ID": "product",
    "Product Name": "product_name",
    "Amount": "amount",
    "Currency": "currency",
    "Interval": "interval",
    "Interval Count": "interval_count",
    "Usage Type": "usage_type",
    "Billing Scheme": "billing_scheme",
    "Trial Period Days": "trial_period_days",
}


def is_stripe(value: Any) -> bool:
    return any(True for _ in _objects(value))


def stripe_objects(values: Iterable[tuple[str, Any]]) -> Found:
    """The plans, metrics and add-ons that all prices in the values make up."""
    objects = [(source, one) for source, value in values for one in _objects(value)]
    products = {one["id"]: one for _, one in objects if one.get("object") == "product" and "id" in one}
    products |= {one["product"]["id"]: one["product"] for _, one in objects if _is_expanded(one)}
    meters = {one["id"]: one for _, one in objects if one.get("object") == "billing.meter" and "id" in one}
    groups: dict[tuple[str, str, str], list[tuple[str, Price]]] = {}
    used: set[str] = set()  # codes of add-ons
    for source, price in objects:
        if price.get("object") != "price":
            continue
        where = f"{source}: {price.get('id', 'price')}"
        reason = _unsayable(price)
        if reason:
            yield Note(where, reason)
            continue
        yield from (Note(where, note) for note in _notes(price))
        recurring = price.get("recurring")
        if recurring is None:
            yield _add_on(price, products, where, used)
        else:
            group = _product_id(price), _interval(recurring) or "", _currency(price)
            groups.setdefault(group, []).append((where, price))
    yield from _plans(groups, products, meters)


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """Products, prices and meters, at any depth; rows of the dashboard's export of prices."""
    match value:
        case list():
            for item in value:
                yield from _objects(item)
        case {"object": "product" | "price" | "billing.meter"}:
            yield value
        case {"Price ID": _, "Currency": _}:
            yield _of_row({name: value.get(column) for column, name in COLUMNS.items()})
        case dict():
            for item in value.values():
                yield from _objects(item) if isinstance(item, list | dict) else ()


def _of_row(row: Mapping[str, str | None]) -> Price:
    """A row, as an object of the API. Its amounts are in units of the currency; tiers are not in it."""
    currency = (row["currency"] or "").upper()
    amount = decimal((row["amount"] or "").replace(",", ""))
    recurring = {
        "interval": row["interval"],
        "interval_count": int(row["interval_count"] or 1),
        "usage_type": row["usage_type"] or "licensed",
        "trial_period_days": int(row["trial_period_days"]) if row["trial_period_days"] else None,
    }
    return {
        "object": "price",
        "id": row["id"],
        "product": {"object": "product", "id": row["product"], "name": row["product_name"]},
        "currency": currency,
        "unit_amount_decimal": plain(amount * _minor(currency)) if isinstance(amount, Decimal) else None,
        "billing_scheme": row["billing_scheme"] or "per_unit",
        "recurring": recurring if row["interval"] else None,
    }


# What can't be said -----------------------------------------------------------------------------------------------


def _unsayable(price: Price) -> str:
    """Why there can be nothing like the price in Lago; empty where there can."""
    recurring = price.get("recurring") or {}
    if price.get("active") is False:
        return "the price is archived"
    if price.get("custom_unit_amount"):
        return "the customer chooses the amount: Lago has no such price"
    if _currency(price) not in SUBUNITS:
        return f"Lago has no currency {_currency(price)!r}"
    if recurring and _interval(recurring) is None:
        return f"Lago has no interval of {recurring.get('interval_count', 1)} {recurring.get('interval')}"
    if price.get("billing_scheme") == "tiered" and not price.get("tiers"):
        return "its tiers are not in the file: export prices with `--expand data.tiers`"
    if (price.get("transform_quantity") or {}).get("round") == "down":
        return "it rounds packages down: Lago bills each package that is begun"
    if price.get("billing_scheme") != "tiered" and _amount(price, "unit_amount") is None:
        return "it has no amount"
    return ""


def _notes(price: Price) -> Iterator[str]:
    """What is said in another way."""
    recurring = price.get("recurring") or {}
    if price.get("tax_behavior") == "inclusive":
        yield "its amount includes tax: Lago adds taxes to amounts"
    if price.get("currency_options"):
        yield "its amounts in other currencies are not imported: a plan has one currency"
    if recurring.get("usage_type", "licensed") == "licensed" and price.get("billing_scheme") == "tiered":
        yield "Stripe bills this quantity in advance; here it is a metric whose units stay, billed in arrears"
    if recurring.get("aggregate_usage") == "last_ever":
        yield "it bills the last value ever reported; here it is the last one of the period"


# What can ---------------------------------------------------------------------------------------------------------


def _add_on(price: Price, products: Mapping[str, Any], where: str, used: set[str]) -> Raw:
    product = _product(price, products)
    data = {
        "code": _free(_code(price, product), (_currency(price).lower(),), used),
        "name": product["name"],
        "description": product.get("description"),
        "amount_cents": _cents(price, "unit_amount"),
        "amount_currency": _currency(price),
    }
    return Raw("add_on", data, where)


def _plans(
    groups: Mapping[tuple[str, str, str], list[tuple[str, Price]]],
    products: Mapping[str, Any],
    meters: Mapping[str, Any],
) -> Found:
    used: set[str] = set()
    metrics: set[str] = set()
    for (_, interval, currency), prices in groups.items():
        where = prices[0][0]
        fees = [(place, price) for place, price in prices if _is_fee(price)]
        for place, _ in fees[1:]:
            yield Note(place, f"a plan has one fee a period, and {fees[0][0].rpartition(': ')[2]} is it already")
        usage = [(place, price) for place, price in prices if not _is_fee(price)]
        first = fees[0][1] if fees else prices[0][1]
        product = _product(first, products)
        charges = []
        for place, price in usage:
            metric = _metric(price, product, meters)
            if metric["code"] not in metrics:
                metrics.add(metric["code"])
                yield Raw("billable_metric", metric, place)
            charges.append(_charge(price, metric["code"]))
        code = _free(_code(first, product) if fees else _slug(product["name"]), (interval, currency.lower()), used)
        yield Raw("plan", _plan(code, interval, product, fees[0][1] if fees else None, currency, charges), where)


def _plan(  # noqa: PLR0913, PLR0917
    code: str, interval: str, product: Mapping[str, Any], fee: Price | None, currency: str, charges: list[Any]
) -> Mapping[str, Any]:
    trial = None if fee is None else (fee.get("recurring") or {}).get("trial_period_days")
    return {
        "code": code,
        "name": product["name"],
        "description": product.get("description"),
        "interval": interval,
        "amount_cents": 0 if fee is None else _cents(fee, "unit_amount"),
        "amount_currency": currency,
        "pay_in_advance": fee is not None,
        "trial_period": trial,
        "metadata": {str(key): str(value) for key, value in (product.get("metadata") or {}).items()},
        "charges": charges,
    }


def _is_fee(price: Price) -> bool:
    """A price for the product itself, whatever is used."""
    recurring = price.get("recurring") or {}
    is_simple = price.get("billing_scheme", "per_unit") == "per_unit" and not price.get("transform_quantity")
    return is_simple and recurring.get("usage_type", "licensed") == "licensed"


def _metric(price: Price, product: Mapping[str, Any], meters: Mapping[str, Any]) -> dict[str, Any]:
    recurring = price.get("recurring") or {}
    meter = meters.get(str(recurring.get("meter")))
    if meter is not None:
        formula = (meter.get("default_aggregation") or {}).get("formula", "sum")
        key = (meter.get("value_settings") or {}).get("event_payload_key", "value")
        found = {"code": _slug(str(meter["event_name"])), "name": meter.get("display_name") or meter["event_name"]}
        return found | _aggregation(AGGREGATIONS.get(formula, "sum_agg"), key)
    usage = str(recurring.get("aggregate_usage") or "sum").split("_")[0]
    found = {"code": _slug(price.get("nickname") or product["name"]), "name": price.get("nickname") or product["name"]}
    if recurring.get("usage_type", "licensed") == "licensed":
        return found | _aggregation("sum_agg", "quantity") | {"recurring": True}
    return found | _aggregation(AGGREGATIONS.get(usage, "sum_agg"), "quantity")


def _aggregation(name: str, key: str) -> dict[str, Any]:
    return {"aggregation_type": name} | ({} if name == "count_agg" else {"field_name": key})


def _charge(price: Price, metric: str) -> dict[str, Any]:
    model, properties = _properties(price)
    shown = price.get("nickname")
    return {
        "billable_metric_code": metric,
        "charge_model": model,
        "properties": properties,
        **({"invoice_display_name": shown} if shown else {}),
    }


def _properties(price: Price) -> tuple[str, dict[str, Any]]:
    if price.get("billing_scheme") == "tiered":
        model = "volume" if price.get("tiers_mode") == "volume" else "graduated"
        return model, {f"{model}_ranges": list(_tiers(price))}
    amount = plain(_units(price, "unit_amount"))
    package = price.get("transform_quantity")
    if package:
        return "package", {"amount": amount, "package_size": int(package["divide_by"]), "free_units": 0}
    return "standard", {"amount": amount}


def _tiers(price: Price) -> Iterator[dict[str, Any]]:
    start = 0
    for tier in price["tiers"]:
        end = tier.get("up_to")
        end = None if end in (None, "inf") else int(end)
        prices = {"per_unit_amount": "unit_amount", "flat_amount": "flat_amount"}
        amounts = {name: plain(_units({**tier, "currency": price["currency"]}, key)) for name, key in prices.items()}
        yield {"from_value": start, "to_value": end, **amounts}
        start = 0 if end is None else end + 1


# Amounts and names ------------------------------------------------------------------------------------------------


def _amount(price: Price, name: str) -> Decimal | None:
    """In Stripe's smallest unit."""
    value = price.get(f"{name}_decimal")
    value = price.get(name) if value is None else value
    number = None if value is None else decimal(str(value))
    return number if isinstance(number, Decimal) else None


def _units(price: Price, name: str) -> Decimal:
    """In units of the currency; nothing is 0."""
    return (_amount(price, name) or Decimal(0)) / _minor(_currency(price))


def _cents(price: Price, name: str) -> Any:
    """In the subunits that Lago counts; with a fraction where it counts fewer: validation says so."""
    cents = _units(price, name) * SUBUNITS[_currency(price)]
    return int(cents) if cents == cents.to_integral_value() else cents


def _minor(currency: str) -> int:
    return 1 if currency in WHOLE.split() else 1000 if currency in THOUSANDTHS.split() else 100


def _currency(price: Price) -> str:
    return str(price.get("currency") or "").upper()


def _interval(recurring: Mapping[str, Any]) -> str | None:
    return INTERVALS.get((str(recurring.get("interval")), int(recurring.get("interval_count") or 1)))


def _is_expanded(one: Mapping[str, Any]) -> bool:
    return one.get("object") == "price" and isinstance(one.get("product"), dict) and "id" in one["product"]


def _product_id(price: Price) -> str:
    product = price.get("product")
    return str(product["id"] if isinstance(product, dict) else product)


def _product(price: Price, products: Mapping[str, Any]) -> Mapping[str, Any]:
    id_ = _product_id(price)
    product = products.get(id_) or {}
    return {**product, "name": product.get("name") or price.get("nickname") or id_}


def _code(price: Price, product: Mapping[str, Any]) -> str:
    return str(price.get("lookup_key") or _slug(product["name"]))


def _free(code: str, more: Iterable[str], used: set[str]) -> str:
    """The code; with more words, then a number, where another has it."""
    words = (*(f"_{word}" for word in more), *(f"_{number}" for number in range(2, len(used) + 3)))
    names = accumulate(words, initial=code)
    found = next(name for name in names if name not in used)
    used.add(found)
    return found


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_") or "unnamed"
