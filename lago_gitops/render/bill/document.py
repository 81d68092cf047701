"""Bills as plain JSON data, one alone or two compared."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lago_gitops.pricing.base.numbers import half_up, quot
from lago_gitops.pricing.catalog.items import Interval
from lago_gitops.pricing.fees.fee import Fee, ItemType, to_json
from lago_gitops.pricing.invoicing.invoice import Invoice
from lago_gitops.render.plan.document import FORMAT, Document


@dataclass(frozen=True, slots=True)
class About:
    """What a bill is about. `names` are names of fees, by type and the code of their charge or plan."""

    plan_code: str
    plan_name: str
    interval: Interval
    first: date
    last: date
    names: Mapping[tuple[ItemType, str], str]
    notes: tuple[str, ...] = ()
    approximate: frozenset[str] = frozenset()  # codes of charges whose fees depend on assumptions


def bill_document(about: About, invoice: Invoice) -> Document:
    """Fees have the form of Lago's fee object; amounts are cents, decimals are strings."""
    return {
        "format_version": FORMAT,
        "plan": {"code": about.plan_code, "name": about.plan_name, "interval": about.interval.value},
        "currency": invoice.currency,
        "from_date": about.first.isoformat(),
        "to_date": about.last.isoformat(),
        "fees": [_fee_document(fee, about) for fee in invoice.fees],
        "coupons": [{"code": each.coupon_code, "amount_cents": each.amount_cents} for each in invoice.credits],
        "taxes": [
            {
                "code": tax.code,
                "rate": tax.rate,
                "fees_amount_cents": tax.fees_amount_cents,
                "amount_cents": tax.amount_cents,
            }
            for tax in invoice.applied_taxes
        ],
        "fees_amount_cents": invoice.fees_amount_cents,
        "coupons_amount_cents": invoice.coupons_amount_cents,
        "sub_total_excluding_taxes_amount_cents": invoice.sub_total_excluding_taxes_amount_cents,
        "taxes_amount_cents": invoice.taxes_amount_cents,
        "total_amount_cents": invoice.total_amount_cents,
        "notes": list(about.notes),
    }


def comparison_document(before: Document, after: Document) -> Document:
    """Two bills and the difference of their totals, which is null when their currencies differ."""
    totals = before["total_amount_cents"], after["total_amount_cents"]
    same = before["currency"] == after["currency"]
    return {
        "format_version": FORMAT,
        "bills": [before, after],
        "difference_cents": totals[1] - totals[0] if same else None,
        "difference_percent": _share(percent(*totals)) if same else None,
    }


def _fee_document(fee: Fee, about: About) -> Document:
    document = to_json(fee)
    name = about.names.get((fee.item_type, fee.charge_code or fee.item_code), fee.item_code)
    unit = fee.unit_amounts
    rate = {} if unit is None else {"conversion_rate": str(unit.conversion_rate), "amount_cents": unit.amount_cents}
    approximate = {"approximate": True} if fee.charge_code in about.approximate else {}
    return (
        document
        | approximate
        | {
            "item": document["item"] | {"name": name},
            "true_up": fee.true_up,
            "pricing_unit_details": rate or None,
        }
    )


def _share(shown: str | None) -> float | None:
    return None if shown is None else float(shown)


def percent(before: int, after: int) -> str | None:
    """The change in per cent, to one decimal; None if there was nothing before."""
    if before == after:
        return "0.0"
    return f"{half_up(quot(Decimal(after - before) * 100, Decimal(before)), 1):.1f}" if before else None
