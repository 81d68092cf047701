"""Credit notes by hand: their limits, and their consequences for invoices and wallets."""

from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from lago_gitops.pricing.base.numbers import exact
from lago_gitops.pricing.invoicing.credit_notes import CreditNote, Split, adjusted, closed, new_note
from lago_gitops.pricing.invoicing.note_taxes import Item
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import Problems, crash, invalid, not_allowed, not_found, note, refuse_if_any
from lago_gitops.sandbox.base.storage.kinds import CREDIT_NOTE, FEE, WALLET, WALLET_TRANSACTION
from lago_gitops.sandbox.base.values.casts import integer, text
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.billing import credit_notes, payment_statuses
from lago_gitops.sandbox.documents.crediting import amounts
from lago_gitops.sandbox.rating import invoices
from lago_gitops.sandbox.wallets import balance
from lago_gitops.sandbox.wallets.amounts import of_cents

REASONS = (
    *("duplicated_charge", "product_unsatisfactory", "order_change", "order_cancellation", "fraudulent_charge"),
    "other",
)
_PARTS = ("credit", "refund", "offset")


class NoteRequest(NamedTuple):
    """The requested items of a note, and how they are split."""

    items: Any
    reason: str
    split: Split
    description: str | None = None
    metadata: Doc | None = None


def wanted(params: Doc) -> NoteRequest:
    cents = [integer(params.get(f"{part}_amount_cents")) or 0 for part in _PARTS]
    reason = "other" if params.get("reason") is None else text(params["reason"]) or ""
    return NoteRequest(
        params.get("items"), reason, Split(*cents), text(params.get("description")), params.get("metadata")
    )


def created(world: World, invoice: Doc, asked: NoteRequest) -> Doc:
    """Raises RefusedError for more than the invoice allows."""
    _check_kind(world, invoice, asked)
    _check_terms(asked)
    made = composed(world, invoice, _items(world, invoice, asked.items), asked)
    _check_amounts(world, invoice, made)
    made = replace(adjusted(made), finalized=invoice["status"] != "draft")
    kept = credit_notes.saved(world, invoice, made, description=asked.description, metadata=asked.metadata)
    _take_back(world, invoice, kept)
    return kept


def _check_kind(world: World, invoice: Doc, asked: NoteRequest) -> None:
    """For purchased credits: paid ones can only be refunded, unpaid ones only offset."""
    if invoice["invoice_type"] != "credit":
        return
    paid, offset_only = (
        invoice["payment_status"] == "succeeded",
        not (asked.split.credit_cents or asked.split.refund_cents),
    )
    if _wallet(world, invoice)["status"] != "active" or not (paid or offset_only):
        raise not_allowed("invalid_type_or_status")


def _wallet(world: World, invoice: Doc) -> Doc:
    inbound = world.store.referrers(WALLET_TRANSACTION, invoice["id"])[0]
    return world.store.with_deleted(WALLET, inbound["wallet_id"])


def _check_terms(asked: NoteRequest) -> None:
    problems: Problems = {}
    for part in _PARTS:
        if getattr(asked.split, f"{part}_cents") < 0:
            note(problems, f"{part}_amount_cents", "value_is_out_of_range")
    if asked.reason not in REASONS:
        note(problems, "reason", "value_is_invalid")
    refuse_if_any(problems)


def _items(world: World, invoice: Doc, sent: Any) -> tuple[Item, ...]:
    if not isinstance(sent, list):
        raise invalid({"items": ["must_be_an_array"]})
    fees = {each["id"]: (at, each) for at, each in enumerate(world.store.children(FEE, invoice["id"]))}
    return tuple(_item(world, invoice, fees, each) for each in sent)


def _item(world: World, invoice: Doc, fees: dict[Any, tuple[int, Doc]], sent: Doc) -> Item:
    amount = sent.get("amount_cents") or 0
    if not isinstance(amount, int | float):
        raise crash()
    if sent.get("fee_id") not in fees:
        raise not_found("fee")
    position, fee = fees[sent["fee_id"]]
    item = Item(position, Decimal(str(amount)))
    if item.amount_cents < 0:
        raise invalid({"amount_cents": ["invalid_value"]})
    bought = invoice["invoice_type"] == "credit"
    if item.amount_cents > amounts.of_fee(world, invoice, fee) and (
        not bought or invoice["payment_status"] == "succeeded"
    ):
        beyond_wallet = bought and item.amount_cents > amounts.of_wallet(world, fee)
        problem = "higher_than_wallet_balance" if beyond_wallet else "higher_than_remaining_fee_amount"
        raise invalid({"amount_cents": [problem]})
    return item


@exact
def composed(world: World, invoice: Doc, items: tuple[Item, ...], asked: NoteRequest) -> CreditNote:
    made = new_note(invoices.invoice(world, invoice), 0, items, asked.reason, asked.split)
    return closed(made, invoices.invoice(world, invoice), invoices.notes(world, invoice))


def _check_amounts(world: World, invoice: Doc, made: CreditNote) -> None:
    problems: Problems = {}
    total = made.total_cents
    noted = {part: amounts.noted(world, invoice, part) for part in _PARTS}
    of_fees = amounts.of_fees(world, invoice)
    if abs(total - amounts.whole(made.precise_total_cents)) > 1:
        note(problems, "base", "does_not_match_item_amounts")
    _check_refund(invoice, made.split.refund_cents, noted["refund"], problems)
    creditable = of_fees - noted["credit"] - noted["offset"]
    if invoice["invoice_type"] == "credit" and made.split.credit_cents:
        note(problems, "credit_amount_cents", "cannot_credit_invoice")
    elif made.split.credit_cents - creditable > 1:
        note(problems, "credit_amount_cents", "higher_than_remaining_invoice_amount")
    if made.split.offset_cents:
        _check_offset(invoice, made.split.offset_cents, min(amounts.due(world, invoice), creditable), problems)
    if total - (of_fees - sum(noted.values())) > 1:
        note(problems, "base", "higher_than_remaining_invoice_amount")
    if total <= 0:
        note(problems, "base", "total_amount_must_be_positive")
    refuse_if_any(problems)


def _check_refund(invoice: Doc, cents: int, refunded: int, problems: Problems) -> None:
    paid = invoice["total_paid_amount_cents"]
    if cents and paid <= 0:
        note(problems, "refund_amount_cents", "cannot_refund_unpaid_invoice")
    elif cents > paid - refunded:
        note(problems, "refund_amount_cents", "higher_than_remaining_invoice_amount")


def _check_offset(invoice: Doc, cents: int, possible: int, problems: Problems) -> None:
    bought = invoice["invoice_type"] == "credit"
    if bought and invoice["total_paid_amount_cents"] > 0:
        note(problems, "offset_amount_cents", "cannot_apply_to_paid_invoice")
    elif bought and cents != invoice["total_amount_cents"]:
        note(problems, "offset_amount_cents", "not_equal_to_total_amount")
    elif cents > possible:
        note(problems, "offset_amount_cents", "higher_than_remaining_invoice_amount")


def _take_back(world: World, invoice: Doc, kept: Doc) -> None:
    """Marks an invoice with nothing due as paid; removes refunded credits from their wallet."""
    if kept["offset_amount_cents"] and amounts.due(world, invoice) == 0:
        payment_statuses.marked(world, invoice, "succeeded")
    if invoice["invoice_type"] == "credit" and kept["refund_amount_cents"]:
        wallet = _wallet(world, invoice)
        credit = of_cents(wallet, kept["refund_amount_cents"])
        inbound = world.store.referrers(WALLET_TRANSACTION, invoice["id"])[0]
        balance.void(world, wallet, credit, inbound_id=inbound["id"], credit_note_id=kept["id"])


def estimated(world: World, invoice: Doc, sent: Any) -> CreditNote:
    """The maximum for these items: the credit, and how much of it can be refunded.

    Refuses purchases of credits that are unpaid or of a terminated wallet.
    """
    paid = invoice["payment_status"] == "succeeded"
    if invoice["invoice_type"] == "credit" and not (paid and _wallet(world, invoice)["status"] == "active"):
        raise not_allowed("invalid_type_or_status")
    items = _items(world, invoice, sent)
    made = composed(world, invoice, items, NoteRequest(sent, "other", Split(0)))
    total = amounts.whole(made.precise_total_cents)
    refund = min(total, int(amounts.refundable(world, invoice)))
    bought = invoice["invoice_type"] == "credit"
    return replace(made, split=Split(0 if bought else total, refund))


def voided(world: World, kept: Doc) -> Doc:
    """Refuses a note with nothing left to void."""
    if kept["credit_status"] == "voided" or kept["balance_amount_cents"] <= 0:
        raise not_allowed("no_voidable_amount")
    gone = {"credit_status": "voided", "voided_at": world.stamp(), "updated_at": world.stamp()}
    kept = kept | gone | {"balance_amount_cents": 0}
    world.store.save(CREDIT_NOTE, kept)
    return kept
