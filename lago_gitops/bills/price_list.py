"""From manifests to everything the rating engine needs."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lago_gitops.core.model.plurals import listed
from lago_gitops.core.model.resources import Address
from lago_gitops.core.model.suggestions import closest
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.validate import is_tombstone
from lago_gitops.pricing.base.errors import InvalidPriceError
from lago_gitops.pricing.catalog import reading
from lago_gitops.pricing.catalog.items import Aggregation, Coupon, Metric, Plan, Tax
from lago_gitops.pricing.fees.fee import ItemType
from lago_gitops.pricing.models.properties import with_numeric_bounds

PLANS_SHOWN = 10  # more fill a screen
Fields = Mapping[str, Any]
Names = Mapping[tuple[ItemType, str], str]
"""A fee's name on invoices, by its type and the code of its charge (the plan's code if it has no charge)."""


@dataclass(frozen=True, slots=True)
class PriceList:
    """Everything for sale, by code. Plans are kept as written: each is read when it is first needed."""

    plans: Mapping[str, Fields]
    metrics: Mapping[str, Metric]
    coupons: Mapping[str, Coupon]
    taxes: Mapping[str, Tax]
    everyones_taxes: tuple[str, ...]  # codes of the taxes of customers without their own
    add_on_taxes: Mapping[str, tuple[str, ...]]
    names: Mapping[Address, str]


def price_list(manifests: Mapping[Address, Manifest]) -> PriceList:
    """The price list of valid manifests, without the resources that they delete."""
    there = {address: _whole(manifest.data) for address, manifest in manifests.items() if not is_tombstone(manifest)}
    return PriceList(
        plans=_of(there, "plan"),
        metrics=dict(_stand_ins(there)) | reading.by_code(map(reading.metric, _of(there, "billable_metric").values())),
        coupons=reading.by_code(map(reading.coupon, _of(there, "coupon").values())),
        taxes=reading.by_code(map(reading.tax, _of(there, "tax").values())),
        everyones_taxes=_everyones_taxes(there),
        add_on_taxes={code: tuple(each.get("tax_codes") or ()) for code, each in _of(there, "add_on").items()},
        names={address: each.get("invoice_display_name") or each.get("name") or "" for address, each in there.items()},
    )


def plan_named(prices: PriceList, code: str) -> Plan:
    """Raises InvalidPriceError when there is no such plan."""
    if code not in prices.plans:
        raise InvalidPriceError(f"there is no plan {code!r}{meant(code, prices.plans) or _all(prices.plans)}")
    return reading.plan(prices.plans[code], prices.metrics, prices.add_on_taxes)


def _all(codes: Collection[str]) -> str:
    if not codes:
        return ": there are no plans"
    return f": there {'is' if len(codes) == 1 else 'are'} {listed(codes, PLANS_SHOWN)}"


def fee_names(prices: PriceList, plan_code: str) -> Names:
    """Names of all fees that the plan can yield."""
    plan = prices.plans[plan_code]
    commitment = plan.get("minimum_commitment") or {}
    return {
        (ItemType.SUBSCRIPTION, plan_code): plan.get("invoice_display_name") or plan["name"],
        (ItemType.COMMITMENT, plan_code): commitment.get("invoice_display_name") or "Minimum commitment",
        **dict(_item_names(prices, plan.get("charges"), ItemType.CHARGE, "billable_metric")),
        **dict(_item_names(prices, plan.get("fixed_charges"), ItemType.FIXED_CHARGE, "add_on")),
    }


def meant(word: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown word: a suggestion, or empty when no known word is similar."""
    hint = closest(word, known)
    return f": {hint}" if hint else ""


def _item_names(
    prices: PriceList, items: Iterable[Fields] | None, sort: ItemType, kind: str
) -> Iterator[tuple[tuple[ItemType, str], str]]:
    for item in items or ():
        own = prices.names.get(Address(kind, item[f"{kind}_code"]), "")
        yield (sort, item["code"]), item.get("invoice_display_name") or own or item["code"]


def _stand_ins(resources: Mapping[Address, Fields]) -> Iterator[tuple[str, Metric]]:
    """Metrics that exist in Lago only, as all with custom code do: units are taken as stated."""
    for plan in _of(resources, "plan").values():
        for charge in plan.get("charges") or ():
            code = charge["billable_metric_code"]
            yield code, Metric(code, Aggregation.CUSTOM)


def _of(resources: Mapping[Address, Fields], kind: str) -> dict[str, Fields]:
    return {address.key: fields for address, fields in resources.items() if address.kind == kind}


def _everyones_taxes(resources: Mapping[Address, Fields]) -> tuple[str, ...]:
    """Taxes of the billing entity: by its manifest when there is just one, or by the taxes' own flags."""
    entities = tuple(_of(resources, "billing_entity").values())
    if len(entities) == 1 and entities[0].get("tax_codes"):
        return tuple(entities[0]["tax_codes"])
    return tuple(code for code, each in _of(resources, "tax").items() if each.get("applied_to_organization"))


def _whole(value: Any) -> Any:
    """The value with integers where YAML has 9900.0: the engine expects whole cents."""
    match value:
        case dict():
            return {key: _whole_cents(key, item) for key, item in value.items()}
        case list():
            return [_whole(item) for item in value]
        case _:
            return value


def _whole_cents(key: str, value: Any) -> Any:
    if key == "properties" and isinstance(value, dict):
        return with_numeric_bounds(_whole(value))
    is_whole = key.endswith("_cents") or key in {"frequency_duration", "rounding_precision"}
    return int(value) if is_whole and isinstance(value, Decimal) else _whole(value)
