"""The fields of a Stripe price: amounts, currency, interval and product."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lago_gitops.core.model.currencies import SUBUNITS
from lago_gitops.core.model.scalars import decimal
from lago_gitops.imports.stripe.exports import minor

Price = Mapping[str, Any]
INTERVALS = {
    ("week", 1): "weekly",
    ("month", 1): "monthly",
    ("month", 3): "quarterly",
    ("month", 6): "semiannual",
    ("month", 12): "yearly",
    ("year", 1): "yearly",
}


def is_fee(price: Price) -> bool:
    """Whether the price is for the product itself, regardless of usage."""
    is_simple = price.get("billing_scheme") != "tiered" and not price.get("transform_quantity")
    return is_simple and not is_metered(price.get("recurring") or {})


def is_metered(recurring: Mapping[str, Any]) -> bool:
    return recurring.get("usage_type") == "metered"


def amount_of(price: Price, name: str) -> Decimal | None:
    """In Stripe's smallest unit."""
    value = price.get(f"{name}_decimal")
    value = price.get(name) if value is None else value
    number = None if value is None else decimal(str(value))
    return number if isinstance(number, Decimal) else None


def units_of(price: Price, name: str) -> Decimal:
    """In units of the currency; 0 if missing."""
    return (amount_of(price, name) or Decimal(0)) / minor(currency_of(price))


def cents_of(price: Price, name: str) -> Any:
    """In Lago's subunits; a fraction if Lago has fewer, which validation reports."""
    cents = units_of(price, name) * SUBUNITS[currency_of(price)]
    return int(cents) if cents == cents.to_integral_value() else cents


def currency_of(price: Price) -> str:
    return str(price.get("currency") or "").upper()


def interval_of(recurring: Mapping[str, Any]) -> str | None:
    return INTERVALS.get((str(recurring.get("interval")), int(recurring.get("interval_count") or 1)))


def product_id(price: Price) -> str:
    product = price.get("product")
    return str(product["id"] if isinstance(product, dict) else product)


def product_of(price: Price, products: Mapping[str, Any]) -> Mapping[str, Any]:
    id_ = product_id(price)
    product: Mapping[str, Any] = products.get(id_) or {"id": id_}
    return product


def named_product(price: Price, products: Mapping[str, Any]) -> Mapping[str, Any]:
    """The product; it always has a name."""
    product = product_of(price, products)
    return {**product, "name": product.get("name") or price.get("nickname") or product["id"]}
