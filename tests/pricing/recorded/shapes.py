"""Our invoices and fees in the shape of the recordings, which hold them without nesting and leave empty names out."""

from datetime import datetime
from typing import Any

from lago_gitops.pricing.fees.fee import Fee, to_json
from lago_gitops.pricing.invoicing.invoice import Invoice
from lago_gitops.pricing.periods.boundaries import Boundaries
from lago_gitops.pricing.periods.spans import Span

NAMES = ("filters", "filter_invoice_display_name", "grouped_by", "charge_code", "fixed_charge_code")


def invoice_shape(made: Invoice) -> dict[str, Any]:
    return {
        "currency": made.currency,
        "fees_amount_cents": made.fees_amount_cents,
        "coupons_amount_cents": made.coupons_amount_cents,
        "sub_total_excluding_taxes_amount_cents": made.sub_total_excluding_taxes_amount_cents,
        "taxes_amount_cents": made.taxes_amount_cents,
        "sub_total_including_taxes_amount_cents": made.sub_total_including_taxes_amount_cents,
        "total_amount_cents": made.total_amount_cents,
        "credits": [{"coupon": each.coupon_code, "amount_cents": each.amount_cents} for each in made.credits],
        "applied_taxes": [
            {
                "tax_code": each.code,
                "tax_rate": each.rate,
                "amount_cents": each.amount_cents,
                "fees_amount_cents": each.fees_amount_cents,
            }
            for each in made.applied_taxes
        ],
    }


def period_shape(bounds: Boundaries) -> dict[str, str | None]:
    spans = {"subscription": bounds.subscription, "charges": bounds.charges, "fixed_charges": bounds.fixed_charges}
    return {
        f"{name}_{end}_datetime": shown
        for name, span in spans.items()
        for end, shown in zip(("from", "to"), _ends(span), strict=True)
    }


def fee_shape(fee: Fee) -> dict[str, Any]:
    found = to_json(fee)
    item = found["item"]
    named = {name: found.get(name) or item.get(name) for name in NAMES}
    return {
        "item_type": item["type"],
        "item_code": item["code"],
        **{name: value for name, value in named.items() if value},
        **{name: value for name, value in found.items() if name not in (*NAMES, "item", "amount_currency")},
    }


def instant_shape(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _ends(span: Span | None) -> tuple[str | None, str | None]:
    return (None, None) if span is None else (instant_shape(span.start), instant_shape(span.end))
