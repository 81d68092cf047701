"""What an account holds in the shape of the recorded timelines."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from typing import Any

from lago_gitops.pricing.accounts.account import Account, Issued, LooseFee, OwnedPart
from lago_gitops.pricing.base.numbers import text
from lago_gitops.pricing.fees.fee import Fee, ItemType
from lago_gitops.pricing.invoicing.credit_notes import CreditNote
from lago_gitops.pricing.invoicing.note_taxes import Item
from lago_gitops.pricing.periods.boundaries import View, boundaries
from tests.pricing.recorded.shapes import fee_shape, invoice_shape, period_shape


@dataclass
class Labels:
    """Which step made what, by the order of making."""

    invoices: list[str] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def note(self, before: Account, after: Account, label: str) -> None:
        self.invoices += [label] * (len(after.invoices) - len(before.invoices))
        self.loose += [label] * (len(after.loose) - len(before.loose))
        self.notes += [label] * (len(after.notes) - len(before.notes))


def books_shape(account: Account, labels: Labels) -> dict[str, Any]:
    by_event: dict[str, list[dict[str, Any]]] = {}
    for label, loose in zip(labels.loose, account.loose, strict=True):
        by_event.setdefault(label, []).append(loose_fee_shape(account, loose))
    return {
        "invoices": [
            issued_shape(account, issued, labels.invoices, made_by=label)
            for issued, label in zip(account.invoices, labels.invoices, strict=True)
        ],
        "fees_by_event": by_event,
        "credit_notes": [
            note_shape(account, note, labels.invoices, made_by=label)
            for note, label in zip(account.notes, labels.notes, strict=True)
        ],
    }


def drafts_shape(account: Account, labels: Labels) -> list[dict[str, Any]]:
    """All invoices, as a snapshot in the middle shows them, without who made them."""
    return [issued_shape(account, issued, labels.invoices, made_by=None) for issued in account.invoices]


def issued_shape(account: Account, issued: Issued, labels: list[str], made_by: str | None) -> dict[str, Any]:
    made = issued.invoice
    progressive = [
        {
            "amount_cents": each.amount_cents,
            "before_taxes": True,
            "of": _place(labels, each.invoice),
            "type": "invoice",
        }
        for each in made.progressive_credits
    ]
    coupons = [
        {"amount_cents": each.amount_cents, "before_taxes": True, "coupon": each.coupon_code, "type": "coupon"}
        for each in made.credits
    ]
    notes = [
        {
            "amount_cents": each.amount_cents,
            "before_taxes": False,
            "of": f"credit note {each.note}",
            "type": "credit_note",
        }
        for each in made.note_credits
    ]
    found = {
        **invoice_shape(made),
        "made_by": made_by,
        "invoice_type": issued.kind.value,
        "status": issued.status.value,
        "issuing_date": issued.issued_on.isoformat(),
        "progressive_billing_credit_amount_cents": made.progressive_billing_credit_amount_cents,
        "credit_notes_amount_cents": made.credit_notes_amount_cents,
        "prepaid_credit_amount_cents": made.prepaid_credit_amount_cents,
        "credits": [*progressive, *coupons, *notes],
        **_periods_shape(account, issued.parts),
        "fees": [invoiced_fee_shape(account, issued, fee) for fee in made.fees],
    }
    if issued.thresholds:
        assert issued.lifetime is not None
        found["applied_usage_thresholds"] = [
            {
                "lifetime_usage_amount_cents": issued.lifetime.total_cents,
                "amount_cents": each.amount_cents,
                "threshold_display_name": each.name,
                "recurring": each.recurring,
            }
            for each in issued.thresholds
        ]
    return found


def invoiced_fee_shape(account: Account, issued: Issued, fee: Fee) -> dict[str, Any]:
    if fee.item_type == ItemType.COMMITMENT:
        return {**fee_shape(fee), "invoice_display_name": fee.invoice_display_name, "from_date": None, "to_date": None}
    paid = any(each.paid_at is not None and _is_one(each.fee, fee) for each in account.loose)
    return _fee_shape(account, fee, paid=paid)


def loose_fee_shape(account: Account, loose: LooseFee) -> dict[str, Any]:
    return _fee_shape(account, loose.fee, paid=loose.paid_at is not None)


def note_shape(account: Account, note: CreditNote, labels: list[str], made_by: str) -> dict[str, Any]:
    return {
        "made_by": made_by,
        "of": _place(labels, note.invoice),
        "credit_status": note.credit_status,
        "refund_status": note.refund_status,
        "reason": note.reason,
        "currency": note.currency,
        "total_amount_cents": note.total_cents,
        "precise_total_amount_cents": text(note.precise_total_cents),
        "taxes_amount_cents": note.taxes_cents,
        "precise_taxes_amount_cents": text(note.precise_taxes_cents),
        "sub_total_excluding_taxes_amount_cents": note.sub_total_cents,
        "balance_amount_cents": note.balance_cents,
        "credit_amount_cents": note.split.credit_cents,
        "refund_amount_cents": note.split.refund_cents,
        "offset_amount_cents": note.split.offset_cents,
        "coupons_adjustment_amount_cents": note.coupons_adjustment_cents,
        "taxes_rate": note.taxes_rate,
        "items": [_item_shape(account, note, item) for item in note.items],
        "applied_taxes": [
            {"tax_code": each.code, "tax_rate": each.rate, "amount_cents": each.amount_cents}
            for each in note.applied_taxes
        ],
    }


def _item_shape(account: Account, note: CreditNote, item: Item) -> dict[str, Any]:
    fee = account.invoices[note.invoice].invoice.fees[item.fee]
    return {
        "amount_cents": item.amount_cents,
        "precise_amount_cents": text(item.precise_amount_cents),
        "fee": _reference(fee),
    }


def _reference(fee: Fee) -> dict[str, Any]:
    """How the recordings name a fee that something else is of."""
    named = fee_shape(fee)
    names = ("charge_code", "fixed_charge_code", "filters", "grouped_by")
    return {"item_type": named["item_type"], **{name: named[name] for name in names if name in named}}


def _fee_shape(account: Account, fee: Fee, *, paid: bool) -> dict[str, Any]:
    subscription = account.subscriptions[fee.subscription].subscription
    charge = next((each for each in subscription.plan.charges if each.code == fee.charge_code), None)
    is_charge = fee.item_type == ItemType.CHARGE
    aside = is_charge and charge is not None and not charge.invoiceable
    found = fee_shape(_dated(account, fee))
    if is_charge and (fee.event is not None or (aside and charge is not None and charge.pay_in_advance)):
        found |= {"pay_in_advance": True, "payment_status": "succeeded" if paid else "pending"}
        found |= {"event": fee.event} if fee.event is not None else {}
    if aside:
        found["invoiceable"] = False
    if fee.true_up:
        found["true_up_of"] = _reference(fee)
    if fee.unit_amounts is not None:
        unit = fee.unit_amounts
        found["pricing_unit_details"] = {
            "pricing_unit_code": unit.unit.code,
            "short_name": unit.unit.short_name,
            "amount_cents": unit.amount_cents,
            "precise_amount_cents": text(unit.precise_amount_cents),
            "unit_amount_cents": unit.unit_amount_cents,
            "precise_unit_amount": text(unit.precise_unit_amount),
            "conversion_rate": text(unit.conversion_rate),
        }
    return found


def _dated(account: Account, fee: Fee) -> Fee:
    """Lago shows fees of charges in advance with the days of the period that ran when they were made."""
    subscription = account.subscriptions[fee.subscription].subscription
    charge = next((each for each in subscription.plan.charges if each.code == fee.charge_code), None)
    in_advance = fee.item_type == ItemType.CHARGE and charge is not None and charge.pay_in_advance
    if not in_advance or charge is None or (fee.event is not None and charge.invoiceable) or fee.billed_at is None:
        return fee
    span = boundaries(View(subscription, fee.billed_at, running=True)).charges
    assert span is not None
    first, last = span.start.astimezone(UTC).date(), span.end.astimezone(UTC).date()
    end = datetime.combine(last, time.max, UTC)
    return replace(fee, start=datetime.combine(first, time.min, UTC), end=end)


def _periods_shape(account: Account, parts: tuple[OwnedPart, ...]) -> dict[str, Any]:
    shown = [
        (
            _plan_code(account, owned),
            {**period_shape(owned.part.boundaries), "invoicing_reason": owned.part.reason.value},
        )
        for owned in sorted(parts, key=lambda each: _plan_code(account, each))
    ]
    if len(shown) == 1:
        return {"billing_period": shown[0][1]}
    return {"billing_period": None, "billing_periods": [{"plan": plan, **period} for plan, period in shown]}


def _plan_code(account: Account, owned: OwnedPart) -> str:
    return account.subscriptions[owned.subscription].subscription.plan.code


def _place(labels: list[str], number: int) -> str:
    return f"{labels[number]} #{number}"


def _is_one(fee: Fee, other: Fee) -> bool:
    return (fee.event, fee.charge_code, fee.subscription) == (other.event, other.charge_code, other.subscription)
