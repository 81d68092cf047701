"""Voiding an invoice: what it used is returned."""

from decimal import Decimal

from lago_gitops.pricing.invoicing.credit_notes import Split
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import invalid
from lago_gitops.sandbox.base.queue import announce
from lago_gitops.sandbox.base.storage.kinds import (
    APPLIED_COUPON,
    COUPON,
    CREDIT,
    FEE,
    INVOICE,
    WALLET,
    WALLET_TRANSACTION,
)
from lago_gitops.sandbox.base.values.casts import integer
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.documents.crediting import amounts, creation
from lago_gitops.sandbox.documents.crediting.creation import NoteRequest
from lago_gitops.sandbox.wallets import balance
from lago_gitops.sandbox.wallets.amounts import of_credits


def voided(world: World, invoice: Doc) -> Doc:
    """Returns coupons and prepaid credits."""
    invoice = _gone(world, invoice)
    for outbound in world.store.referrers(WALLET_TRANSACTION, invoice["id"]):
        wallet = world.store.with_deleted(WALLET, outbound["wallet_id"])
        if outbound["transaction_type"] == "outbound" and wallet["status"] == "active":
            _refill(world, wallet, outbound)
    return invoice


def _refill(world: World, wallet: Doc, outbound: Doc) -> None:
    credit = of_credits(wallet, Decimal(outbound["credit_amount"]))
    order = outbound["purchase_order_number"]
    balance.grant(world, wallet, credit, voided_invoice_id=outbound["invoice_id"], purchase_order_number=order)


def noted(world: World, invoice: Doc, params: Doc) -> Doc:
    """With a credit note for the requested amounts; another, voided one writes off the rest.

    Refuses amounts beyond what is left.
    """
    credit, refund = (integer(params.get(f"{part}_amount")) or 0 for part in ("credit", "refund"))
    most = amounts.creditable(world, invoice)
    if credit > most or refund > amounts.refundable(world, invoice) or credit + refund > most:
        raise invalid({"credit_refund_amount": ["total_amount_exceeds_invoice_amount"]})
    invoice = _gone(world, invoice)
    text = f"Credit note created due to voided invoice {invoice['id']}"
    items = _remaining(world, invoice)
    if credit + refund:
        total = creation.estimated(world, invoice, items).split.credit_cents
        share = (credit + refund) / total if total else 0
        shared = [each | {"amount_cents": each["amount_cents"] * share} for each in items] if share else []
        creation.created(world, invoice, NoteRequest(shared, "other", Split(credit, refund), text))
    if amounts.whole(amounts.creditable(world, invoice)) > 0:
        items = _remaining(world, invoice)
        rest = Split(creation.estimated(world, invoice, items).split.credit_cents)
        creation.voided(world, creation.created(world, invoice, NoteRequest(items, "other", rest, text)))
    return invoice


def _remaining(world: World, invoice: Doc) -> list[Doc]:
    fees = ((each, amounts.of_fee(world, invoice, each)) for each in world.store.children(FEE, invoice["id"]))
    return [{"fee_id": fee["id"], "amount_cents": left} for fee, left in fees if left > 0]


def _gone(world: World, invoice: Doc) -> Doc:
    invoice = invoice | {"status": "voided", "voided_at": world.stamp(), "updated_at": world.stamp()}
    world.store.save(INVOICE, invoice)
    for credit in world.store.children(CREDIT, invoice["id"]):
        if credit["source"] == "coupon":
            _give_back(world, credit)
    announce(world, "invoice.voided", invoice)
    return invoice


def _give_back(world: World, credit: Doc) -> None:
    given = world.store.with_deleted(APPLIED_COUPON, credit["source_id"])
    ended = world.store.with_deleted(COUPON, given["coupon_id"])["terminated_at"] is not None
    if given["status"] == "terminated" and given["frequency"] != "forever" and not ended:
        given |= {"status": "active", "terminated_at": None}
    if given["frequency"] == "recurring":
        given["frequency_duration_remaining"] += 1
    if given["amount_cents_remaining"] is not None:
        given["amount_cents_remaining"] += credit["amount_cents"]
    world.store.save(APPLIED_COUPON, given)
