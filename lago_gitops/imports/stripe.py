"""Stripe: products and prices, as its API and command line give them or as its dashboard exports them.

Best effort: Stripe puts prices together when it subscribes a customer, Lago in the plan. Here a plan is what one
product costs in one currency and interval. What Stripe can say and Lago can't, or means in another way, is a note.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import count
from typing import Any

from lago_gitops.core.model.canonical import decimal, plain
from lago_gitops.core.model.currencies import SUBUNITS
from lago_gitops.imports.found import Note, Raw
from lago_gitops.imports.stripe_exports import minor, stripe_exports

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
OF_NO_USE = (
    "features",
    "images",
    "marketing_features",
    "package_dimensions",
    "statement_descriptor",
    "unit_label",
    "url",
)
"""What products have, and neither plans nor add-ons."""
AGGREGATIONS = {"sum": "sum_agg", "count": "count_agg", "max": "max_agg", "last": "latest_agg"}


def stripe_objects(values: Iterable[tuple[str, Any]]) -> Found:
    """The plans, metrics and add-ons that all prices in the values make up."""
    read = tuple(stripe_exports(values))
    yield from (one for one in read if isinstance(one, Note))
    objects = [one for one in read if not isinstance(one, Note)]
    products, meters = _by_id(objects, "product"), _by_id(objects, "billing.meter")
    prices = [(f"{source}: {one['id']}", one) for source, one in objects if one["object"] == "price"]
    groups: dict[tuple[str, str, str], list[tuple[str, Price]]] = {}
    used: set[str] = set()  # codes of add-ons
    for where, price in prices:
        reason = _unsayable(price, products)
        if reason:
            yield Note(where, reason)
            continue
        yield from (Note(where, note) for note in _notes(price, products, meters))
        recurring = price.get("recurring")
        if recurring is None:
            yield _add_on(price, products, where, used)
        else:
            group = _product_id(price), _interval(recurring) or "", _currency(price)
            groups.setdefault(group, []).append((where, price))
    metrics: dict[str, Mapping[str, Any]] = {}
    yield from _plans(groups, products, meters, metrics)
    yield from _unpriced(objects, [price for _, price in prices], metrics)


def _by_id(objects: Iterable[tuple[str, Price]], name: str) -> Mapping[str, Any]:
    return {one["id"]: one for _, one in objects if one["object"] == name}


def _unpriced(
    objects: Iterable[tuple[str, Price]], prices: Iterable[Price], metrics: dict[str, Mapping[str, Any]]
) -> Found:
    """Products that have no price, or more than a price list says; meters that no price counts with."""
    sold = {_product_id(price) for price in prices}
    for source, one in objects:
        unused = ", ".join(name for name in OF_NO_USE if one["object"] == "product" and one.get(name))
        if unused and one["id"] in sold:
            yield Note(f"{source}: {one['id']}", f"these have no place in a manifest: {unused}")
        if one.get("status") == "inactive":
            yield Note(f"{source}: {one['id']}", "the meter is inactive in Stripe; its metric is imported all the same")
    metered = {(price.get("recurring") or {}).get("meter") for price in prices}
    for source, one in objects:
        if one["object"] == "product" and one["id"] not in sold:
            yield Note(f"{source}: {one['id']}", "no price of this product is in the files")
        elif one["object"] == "billing.meter" and one["id"] not in metered:
            yield from _new(_named(_of_meter(one), (), metrics), metrics, f"{source}: {one['id']}")


# What can't be said -----------------------------------------------------------------------------------------------


def _unsayable(price: Price, products: Mapping[str, Any]) -> str:
    """Why there can be nothing like the price in Lago; empty where there can."""
    recurring = price.get("recurring") or {}
    is_tiered = price.get("billing_scheme") == "tiered"
    if price.get("active") is False:
        return "the price is archived"
    if _product(price, products).get("active") is False:
        return "its product is archived"
    if price.get("custom_unit_amount"):
        return "the customer chooses the amount: Lago has no such price"
    if _currency(price) not in SUBUNITS:
        return f"Lago has no currency {_currency(price)!r}"
    if recurring and _interval(recurring) is None:
        return f"Lago has no interval of {recurring.get('interval_count') or 1} {recurring.get('interval')}"
    if not recurring and (is_tiered or price.get("transform_quantity")):
        return "a one-time price with tiers or packages: an add-on has one amount"
    if is_tiered and not price.get("tiers"):
        return "its tiers are not in the file: export prices with `--expand data.tiers`"
    if is_tiered and not price.get("tiers_mode"):
        return "it doesn't say whether its tiers are graduated or volume (tiers_mode)"
    if (price.get("transform_quantity") or {}).get("round") == "down":
        return "it rounds packages down: Lago bills each package that is begun"
    if not is_tiered and _amount(price, "unit_amount") is None:
        return "it has no amount"
    return ""


def _notes(price: Price, products: Mapping[str, Any], meters: Mapping[str, Any]) -> Iterator[str]:
    """What is said in another way."""
    recurring = price.get("recurring") or {}
    product, meter = _product(price, products), recurring.get("meter")
    if product.get("name") is None:
        yield f"its product {product['id']} is not in the files: the plan is named by what is known of it"
    if product.get("tax_code"):
        yield f"Stripe's tax code {product['tax_code']} is not imported: name taxes in tax_codes, or on customers"
    if meter and meter not in meters:
        yield f"its meter {meter} is not in the files: it is taken for a sum of `quantity`"
    if price.get("nickname") not in (None, "", product.get("name")) and (not recurring or _is_fee(price)):
        yield f"its name {price['nickname']!r} is not imported: the {_kind(recurring)} has that of its product"
    if recurring.get("trial_period_days") and not _is_fee(price):
        yield f"its trial of {recurring['trial_period_days']} days is not imported: in Lago only a plan's fee has one"
    if product.get("metadata") and not recurring:
        yield "the metadata of its product is not imported: only plans have some"
    if price.get("tax_behavior") == "inclusive":
        yield "its amount includes tax: Lago adds taxes to amounts"
    if price.get("currency_options"):
        yield "its amounts in other currencies are not imported: a plan has one currency"
    if price.get("metadata") and not (recurring and _is_fee(price)):
        yield "its metadata is not imported: only plans have some"
    if recurring and not _is_metered(recurring):
        yield (
            "Stripe multiplies it by the quantity that is subscribed; a plan's fee is billed once"
            if _is_fee(price)
            else "Stripe bills this quantity in advance; here it is a metric whose units stay, billed in arrears"
        )
    if recurring.get("aggregate_usage") == "last_ever":
        yield "it bills the last value ever reported; here it is the last one of the period"


def _kind(recurring: Price) -> str:
    return "plan" if recurring else "add-on"


# What can ---------------------------------------------------------------------------------------------------------


def _add_on(price: Price, products: Mapping[str, Any], where: str, used: set[str]) -> Raw:
    product = _described(price, products)
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
    metrics: dict[str, Mapping[str, Any]],
) -> Found:
    """`metrics` are those there are so far, by code."""
    used: set[str] = set()
    for (_, interval, currency), prices in groups.items():
        where = prices[0][0]
        fees = [(place, price) for place, price in prices if _is_fee(price)]
        for place, _ in fees[1:]:
            yield Note(place, f"a plan has one fee a period, and {fees[0][0].rpartition(': ')[2]} is it already")
        usage = [(place, price) for place, price in prices if not _is_fee(price)]
        first = fees[0][1] if fees else prices[0][1]
        product = _described(first, products)
        charges = []
        for place, price in usage:
            metric = _named(_metric(price, product, meters), (_slug(product["name"]),), metrics)
            yield from _new(metric, metrics, place)
            charges.append(_charge(price, metric["code"]))
        code = _free(_code(first, product) if fees else _slug(product["name"]), (interval, currency.lower()), used)
        yield Raw("plan", _plan(code, interval, product, fees[0][1] if fees else None, currency, charges), where)


def _named(metric: dict[str, Any], more: Iterable[str], metrics: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """The metric under its code; under a longer one where another metric has that."""
    candidates = ({**metric, "code": name} for name in _names(metric["code"], more))
    return next(one for one in candidates if metrics.get(one["code"], one) == one)


def _new(metric: Mapping[str, Any], metrics: dict[str, Mapping[str, Any]], where: str) -> Found:
    if metric["code"] not in metrics:
        metrics[metric["code"]] = metric
        yield Raw("billable_metric", metric, where)


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
        "metadata": {
            str(key): str(value) for one in (product, fee or {}) for key, value in (one.get("metadata") or {}).items()
        },
        "charges": charges,
    }


def _is_fee(price: Price) -> bool:
    """A price for the product itself, whatever is used."""
    is_simple = price.get("billing_scheme") != "tiered" and not price.get("transform_quantity")
    return is_simple and not _is_metered(price.get("recurring") or {})


def _is_metered(recurring: Mapping[str, Any]) -> bool:
    return recurring.get("usage_type") == "metered"


def _metric(price: Price, product: Mapping[str, Any], meters: Mapping[str, Any]) -> dict[str, Any]:
    recurring = price.get("recurring") or {}
    meter = meters.get(str(recurring.get("meter")))
    if meter is not None:
        return _of_meter(meter)
    name = price.get("nickname") or product["name"]
    usage = str(recurring.get("aggregate_usage") or "sum").split("_")[0] if _is_metered(recurring) else "sum"
    stays = {} if _is_metered(recurring) else {"recurring": True}
    return {"code": _slug(name), "name": name, **_aggregation(AGGREGATIONS[usage], "quantity"), **stays}


def _of_meter(meter: Mapping[str, Any]) -> dict[str, Any]:
    formula = (meter.get("default_aggregation") or {}).get("formula", "sum")
    key = (meter.get("value_settings") or {}).get("event_payload_key", "value")
    found = {"code": _slug(meter["event_name"]), "name": meter.get("display_name") or meter["event_name"]}
    return found | _aggregation(AGGREGATIONS[formula], key)


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
    return (_amount(price, name) or Decimal(0)) / minor(_currency(price))


def _cents(price: Price, name: str) -> Any:
    """In the subunits that Lago counts; with a fraction where it counts fewer: validation says so."""
    cents = _units(price, name) * SUBUNITS[_currency(price)]
    return int(cents) if cents == cents.to_integral_value() else cents


def _currency(price: Price) -> str:
    return str(price.get("currency") or "").upper()


def _interval(recurring: Mapping[str, Any]) -> str | None:
    return INTERVALS.get((str(recurring.get("interval")), int(recurring.get("interval_count") or 1)))


def _product_id(price: Price) -> str:
    product = price.get("product")
    return str(product["id"] if isinstance(product, dict) else product)


def _product(price: Price, products: Mapping[str, Any]) -> Mapping[str, Any]:
    id_ = _product_id(price)
    found: Mapping[str, Any] = products.get(id_) or {"id": id_}
    return found


def _described(price: Price, products: Mapping[str, Any]) -> Mapping[str, Any]:
    """The product, with a name at any rate."""
    product = _product(price, products)
    return {**product, "name": product.get("name") or price.get("nickname") or product["id"]}


def _code(price: Price, product: Mapping[str, Any]) -> str:
    return str(price.get("lookup_key") or _slug(product["name"]))


def _free(code: str, more: Iterable[str], used: set[str]) -> str:
    """The code; a longer one where another has it."""
    found = next(name for name in _names(code, more) if name not in used)
    used.add(found)
    return found


def _names(code: str, more: Iterable[str]) -> Iterator[str]:
    """The code, with more and more words, then with a number."""
    yield code
    for word in more:
        code = f"{code}_{word}"
        yield code
    yield from (f"{code}_{number}" for number in count(2))


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_") or "unnamed"
