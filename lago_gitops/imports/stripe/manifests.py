"""Stripe's prices → plans, metrics and add-ons.

Best effort: Stripe combines prices in a subscription, Lago in a plan. Here, a plan has the prices of one
product in one currency and interval. What Lago doesn't support, or gives a different meaning, is a note.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from lago_gitops.core.model.scalars import plain
from lago_gitops.imports.resources import Note, Raw
from lago_gitops.imports.stripe.exports import IN_CURRENCY, stripe_exports
from lago_gitops.imports.stripe.prices import (
    Price,
    cents_of,
    currency_of,
    interval_of,
    is_fee,
    is_metered,
    named_product,
    product_id,
    units_of,
)
from lago_gitops.imports.stripe.unsupported import changed_meanings, why_unsupported

Found = Iterator[Raw | Note]

OF_NO_USE = (
    "features",
    "images",
    "marketing_features",
    "package_dimensions",
    "statement_descriptor",
    "unit_label",
    "url",
)
"""Fields of products that neither plans nor add-ons have."""
AGGREGATIONS = {"sum": "sum_agg", "count": "count_agg", "max": "max_agg", "last": "latest_agg"}


@dataclass(frozen=True, slots=True)
class Group:
    """Prices that a plan can have together."""

    product: str
    interval: str
    currency: str

    def words_beside(self, other: "Group | None") -> tuple[str, ...]:
        """Words that distinguish its code from that of another group."""
        words = (self.interval, self.currency.lower())
        others = () if other is None or other.product != self.product else (other.interval, other.currency.lower())
        told = "_".join(word for word in words if word not in others)
        return (told,) if told else words


def stripe_objects(values: Iterable[tuple[str, Any]]) -> Found:
    """The plans, metrics and add-ons for all prices in the values."""
    read = tuple(stripe_exports(values))
    yield from (one for one in read if isinstance(one, Note))
    objects = [one for one in read if not isinstance(one, Note)]
    products, meters = _by_id(objects, "product"), _by_id(objects, "billing.meter")
    written = ((f"{place}: {one['id']}", one) for place, one in objects if one["object"] == "price")
    prices = sorted((each for where, price in written for each in _in_currencies(where, price)), key=_age)
    groups: dict[Group, list[tuple[str, Price]]] = {}
    used: set[str] = set()  # codes of add-ons
    for where, price in prices:
        reason = why_unsupported(price, products)
        if reason:
            yield Note(where, reason)
            continue
        yield from (Note(where, note) for note in changed_meanings(price, products, meters))
        recurring = price.get("recurring")
        if recurring is None:
            yield _add_on(price, products, where, used)
        else:
            group = Group(product_id(price), interval_of(recurring) or "", currency_of(price))
            groups.setdefault(group, []).append((where, price))
    metrics: dict[str, Mapping[str, Any]] = {}
    yield from _plans(groups, products, meters, metrics)
    yield from _unpriced(objects, [price for _, price in prices], metrics)


def _in_currencies(where: str, price: Price) -> Iterator[tuple[str, Price]]:
    """The price, and its versions in other currencies."""
    yield where, price
    for currency, amounts in sorted((price.get("currency_options") or {}).items()):
        if currency.upper() != currency_of(price):
            given = {name: amounts.get(name) for name in IN_CURRENCY["properties"]}
            chosen = amounts.get("custom_unit_amount")
            yield f"{where} ({currency})", {**price, **given, "currency": currency, "custom_unit_amount": chosen}


def _age(price: tuple[str, Price]) -> str:
    """Sorts oldest first, so old prices keep their codes when newer ones are added to an export."""
    return str(price[1].get("created") or "").rjust(20)


def _by_id(objects: Iterable[tuple[str, Price]], name: str) -> Mapping[str, Any]:
    return {one["id"]: one for _, one in objects if one["object"] == name}


def _unpriced(
    objects: Iterable[tuple[str, Price]], prices: Iterable[Price], metrics: dict[str, Mapping[str, Any]]
) -> Found:
    """Notes for products without prices or with unsupported fields, and for unused meters."""
    sold = {product_id(price) for price in prices}
    for source, one in objects:
        unused = ", ".join(name for name in OF_NO_USE if one["object"] == "product" and one.get(name))
        if unused and one["id"] in sold:
            yield Note(f"{source}: {one['id']}", f"these can't be expressed in a manifest: {unused}")
        if one.get("status") == "inactive":
            yield Note(f"{source}: {one['id']}", "the meter is inactive in Stripe; its metric is imported anyway")
    metered = {(price.get("recurring") or {}).get("meter") for price in prices}
    for source, one in objects:
        if one["object"] == "product" and one["id"] not in sold:
            yield Note(f"{source}: {one['id']}", "no price of this product is in the files")
        elif one["object"] == "billing.meter" and one["id"] not in metered:
            yield from _new(_named(_of_meter(one), (), metrics), metrics, f"{source}: {one['id']}")


def _add_on(price: Price, products: Mapping[str, Any], where: str, used: set[str]) -> Raw:
    product = named_product(price, products)
    data = {
        "code": _free(_code(price, product), (currency_of(price).lower(),), used),
        "name": product["name"],
        "description": product.get("description"),
        "amount_cents": cents_of(price, "unit_amount"),
        "amount_currency": currency_of(price),
    }
    return Raw("add_on", data, where)


def _plans(
    groups: Mapping[Group, list[tuple[str, Price]]],
    products: Mapping[str, Any],
    meters: Mapping[str, Any],
    metrics: dict[str, Mapping[str, Any]],
) -> Found:
    """A plan for each fee, or one if there is only usage. `metrics` are those created so far, by code."""
    used: set[str] = set()
    holders: dict[str, Group] = {}  # by code
    for group, prices in groups.items():
        fees = [(place, price) for place, price in prices if is_fee(price)]
        usage = [(place, price) for place, price in prices if not is_fee(price)]
        product = named_product((fees or prices)[0][1], products)
        charges = []
        for place, price in usage:
            metric = _named(_metric(price, product, meters), (_slug(product["name"], product["id"]),), metrics)
            yield from _new(metric, metrics, place)
            charges.append(_charge(price, metric["code"]))
        for number, (where, fee) in enumerate(fees or prices[:1]):
            if number:
                also = ", with the same charges" if charges else ""
                yield Note(where, f"a plan has one fee per period: this one becomes a plan of its own{also}")
            base = _code(fee, product, number) if fees else _slug(product["name"], product["id"])
            code = _free(base, group.words_beside(holders.get(base)), used)
            holders[code] = group
            yield Raw("plan", _plan(code, group, product, fee if fees else None, charges), where)


def _named(metric: dict[str, Any], more: Iterable[str], metrics: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """The metric with its code, or a longer one if another metric has it."""
    candidates = ({**metric, "code": name} for name in _names(metric["code"], more))
    return next(one for one in candidates if metrics.get(one["code"], one) == one)


def _new(metric: Mapping[str, Any], metrics: dict[str, Mapping[str, Any]], where: str) -> Found:
    if metric["code"] not in metrics:
        metrics[metric["code"]] = metric
        yield Raw("billable_metric", metric, where)


def _plan(code: str, group: Group, product: Mapping[str, Any], fee: Price | None, charges: list[Any]) -> Price:
    trial = None if fee is None else (fee.get("recurring") or {}).get("trial_period_days")
    return {
        "code": code,
        "name": product["name"],
        "description": product.get("description"),
        "interval": group.interval,
        "amount_cents": 0 if fee is None else cents_of(fee, "unit_amount"),
        "amount_currency": group.currency,
        "pay_in_advance": fee is not None,
        "trial_period": trial,
        "metadata": {
            str(key): str(value) for one in (product, fee or {}) for key, value in (one.get("metadata") or {}).items()
        },
        "charges": charges,
    }


def _metric(price: Price, product: Mapping[str, Any], meters: Mapping[str, Any]) -> dict[str, Any]:
    recurring = price.get("recurring") or {}
    meter = meters.get(str(recurring.get("meter")))
    if meter is not None:
        return _of_meter(meter)
    name = price.get("nickname") or product["name"]
    usage = str(recurring.get("aggregate_usage") or "sum").split("_")[0] if is_metered(recurring) else "sum"
    stays = {} if is_metered(recurring) else {"recurring": True}
    return {"code": _slug(name, product["id"]), "name": name, **_aggregation(AGGREGATIONS[usage], "quantity"), **stays}


def _of_meter(meter: Mapping[str, Any]) -> dict[str, Any]:
    formula = (meter.get("default_aggregation") or {}).get("formula", "sum")
    key = (meter.get("value_settings") or {}).get("event_payload_key", "value")
    about = {"code": _slug(meter["event_name"], meter["id"]), "name": meter.get("display_name") or meter["event_name"]}
    return about | _aggregation(AGGREGATIONS[formula], key)


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
    amount = plain(units_of(price, "unit_amount"))
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
        amounts = {name: plain(units_of({**tier, "currency": price["currency"]}, key)) for name, key in prices.items()}
        yield {"from_value": start, "to_value": end, **amounts}
        start = 0 if end is None else end + 1


def _code(price: Price, product: Mapping[str, Any], number: int = 0) -> str:
    """From the product's name and, except for the first price of its sort, the price's own."""
    if price.get("lookup_key"):
        return str(price["lookup_key"])
    own = price.get("nickname") if number else None
    return _slug(f"{product['name']} {own}" if own else product["name"], product["id"])


def _free(code: str, more: Iterable[str], used: set[str]) -> str:
    """The code, or a longer one if it is taken."""
    free = next(name for name in _names(code, more) if name not in used)
    used.add(free)
    return free


def _names(code: str, more: Iterable[str]) -> Iterator[str]:
    """The code, with more and more words, then with a number."""
    yield code
    for word in more:
        code = f"{code}_{word}"
        yield code
    yield from (f"{code}_{number}" for number in count(2))


def _slug(text: str, otherwise: str) -> str:
    """A code from a name, or from `otherwise` if the name has no Latin letters or digits."""
    plain_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain_text.lower()).strip("_") or otherwise
