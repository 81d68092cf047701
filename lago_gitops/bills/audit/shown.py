"""The price that a fee itself shows."""

from collections.abc import Iterator

from lago_gitops.bills.audit.billed import BilledFee
from lago_gitops.pricing.base.numbers import number, text
from lago_gitops.pricing.fees.fee import ItemType


def shown_price(fee: BilledFee) -> str:
    """In terms of the charge's properties; empty when the fee shows no price, as for tiers without usage."""
    return ", ".join(_parts(fee))


def _parts(fee: BilledFee) -> Iterator[str]:
    details = fee.details
    if fee.item_type is ItemType.SUBSCRIPTION:
        yield f"amount_cents {details.get('plan_amount_cents', fee.amount_cents)}"
    elif "rate" in details:
        yield f"rate {_figure(details['rate'])}"
        yield f"fixed_amount {_figure(details['fixed_fee_unit_amount'])}"
    elif "per_package_size" in details:
        yield f"amount {_figure(details['per_package_unit_amount'])}"
        yield f"package_size {details['per_package_size']}"
        yield f"free_units {_figure(details['free_units'])}"
    elif tiers := details.get("graduated_ranges") or details.get("graduated_percentage_ranges"):
        yield from map(_tier, tiers)
    elif not details and fee.units and not fee.true_up_of and fee.item_type is not ItemType.COMMITMENT:
        yield f"amount {text(fee.unit_amount)}"


def _tier(tier: dict[str, object]) -> str:
    per_unit = tier.get("per_unit_amount", tier.get("rate"))
    upper = "∞" if tier["to_value"] is None else tier["to_value"]
    return f"[{tier['from_value']}–{upper}] {_figure(per_unit)} + {_figure(tier['flat_unit_amount'])}"


def _figure(value: object) -> str:
    return text(number(value)).removesuffix(".0")
