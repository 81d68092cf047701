"""What Stripe supports and Lago doesn't, or has a different meaning."""

from collections.abc import Iterator, Mapping
from typing import Any

from lago_gitops.core.model.currencies import SUBUNITS
from lago_gitops.imports.stripe.prices import (
    Price,
    amount_of,
    cents_of,
    currency_of,
    interval_of,
    is_fee,
    is_metered,
    product_of,
    units_of,
)


def why_unsupported(price: Price, products: Mapping[str, Any]) -> str:
    """Why Lago can't have such a price, or ""."""
    recurring = price.get("recurring") or {}
    is_tiered = price.get("billing_scheme") == "tiered"
    if price.get("active") is False:
        return "the price is archived"
    if product_of(price, products).get("active") is False:
        return "its product is archived"
    if price.get("custom_unit_amount"):
        return "the customer chooses the amount, which Lago doesn't support"
    if currency_of(price) not in SUBUNITS:
        return f"Lago has no currency {currency_of(price)!r}"
    if recurring and interval_of(recurring) is None:
        return f"Lago has no interval of {recurring.get('interval_count') or 1} {recurring.get('interval')}"
    if not recurring and (is_tiered or price.get("transform_quantity")):
        return "a one-time price with tiers or packages: add-ons have a single amount"
    if is_tiered and not price.get("tiers"):
        return "its tiers are not in the file: export prices with `--expand data.tiers`"
    if is_tiered and not price.get("tiers_mode"):
        return "it doesn't say whether its tiers are graduated or volume (tiers_mode)"
    if (price.get("transform_quantity") or {}).get("round") == "down":
        return "it rounds packages down, but Lago bills every started package in full"
    if not is_tiered and amount_of(price, "unit_amount") is None:
        return "it has no amount"
    return ""


def changed_meanings(price: Price, products: Mapping[str, Any], meters: Mapping[str, Any]) -> Iterator[str]:
    """What will have a different meaning in Lago."""
    recurring = price.get("recurring") or {}
    product, meter = product_of(price, products), recurring.get("meter")
    if product.get("name") is None:
        yield f"its product {product['id']} is not in the files: the plan's name is derived from the price"
    if product.get("tax_code"):
        yield f"Stripe's tax code {product['tax_code']} is not imported: set taxes in tax_codes, or on customers"
    if meter and meter not in meters:
        yield f"its meter {meter} is not in the files: a sum of `quantity` is assumed"
    if price.get("nickname") not in (None, "", product.get("name")) and (not recurring or is_fee(price)):
        yield f"its name {price['nickname']!r} is not imported: its product names it"
    if (not recurring or is_fee(price)) and cents_of(price, "unit_amount") % 1:
        yield f"its amount is {units_of(price, 'unit_amount'):f} {currency_of(price)}: Lago's fees are whole cents"
    if recurring.get("trial_period_days") and not is_fee(price):
        yield f"its trial of {recurring['trial_period_days']} days is not imported: in Lago, only plan fees have one"
    if product.get("metadata") and not recurring:
        yield "the metadata of its product is not imported: in Lago, only plans have metadata"
    if price.get("tax_behavior") == "inclusive":
        yield "its amount includes tax: Lago adds taxes to amounts"
    if price.get("metadata") and not (recurring and is_fee(price)):
        yield "its metadata is not imported: in Lago, only plans have metadata"
    if recurring and not is_metered(recurring):
        yield (
            "Stripe multiplies it by the quantity subscribed; Lago bills a plan's fee once"
            if is_fee(price)
            else "Stripe bills this quantity in advance; here it is a recurring metric, billed in arrears"
        )
    if recurring.get("aggregate_usage") == "last_ever":
        yield "Stripe bills the last value ever reported; Lago bills the last one of the period"
