"""Converts invoices and credit notes for the rating engine."""

from decimal import Decimal

from lago_gitops.pricing.base.numbers import text
from lago_gitops.pricing.invoicing.credit_notes import CreditNote, Split
from lago_gitops.pricing.invoicing.invoice import Invoice
from lago_gitops.pricing.invoicing.note_taxes import Item, NotedTax
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.storage.kinds import CREDIT_NOTE, FEE
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.rating import fees


def invoice(world: World, doc: Doc) -> Invoice:
    """Its fees are in the order of their documents."""
    return Invoice(
        currency=doc["currency"],
        fees=tuple(fees.read(each) for each in world.store.children(FEE, doc["id"])),
        credits=(),
        applied_taxes=(),
        fees_amount_cents=doc["fees_amount_cents"],
        coupons_amount_cents=doc["coupons_amount_cents"],
        taxes_amount_cents=doc["taxes_amount_cents"],
    )


def notes(world: World, doc: Doc) -> tuple[CreditNote, ...]:
    """The credit notes on an invoice, including voided ones: their fees can't be credited again."""
    positions = {each["id"]: at for at, each in enumerate(world.store.children(FEE, doc["id"]))}
    return tuple(_note(each, positions) for each in world.store.referrers(CREDIT_NOTE, doc["id"]))


def _note(doc: Doc, positions: dict[str, int]) -> CreditNote:
    return CreditNote(
        invoice=0,
        currency=doc["currency"],
        reason=doc["reason"],
        items=tuple(
            Item(positions.get(each["fee_id"], 0), Decimal(each["precise_amount_cents"])) for each in doc["items"]
        ),
        precise_coupons_adjustment_cents=Decimal(doc["precise_coupons_adjustment_cents"]),
        precise_taxes_cents=Decimal(doc["precise_taxes_cents"]),
        taxes_rate=doc["taxes_rate"],
        applied_taxes=tuple(
            NotedTax(each["tax"]["code"], each["rate"], each["amount_cents"], each["base_amount_cents"])
            for each in doc["taxes"]
        ),
        split=Split(doc["credit_amount_cents"], doc["refund_amount_cents"], doc["offset_amount_cents"]),
        total_cents=doc["total_amount_cents"],
        balance_cents=doc["balance_amount_cents"],
        finalized=doc["status"] == "finalized",
    )


def note_figures(note: CreditNote) -> Doc:
    """The fields of a credit note's document that are derived from its items."""
    return {
        "precise_coupons_adjustment_cents": text(note.precise_coupons_adjustment_cents),
        "coupons_adjustment_amount_cents": note.coupons_adjustment_cents,
        "precise_taxes_cents": text(note.precise_taxes_cents),
        "taxes_amount_cents": note.taxes_cents,
        "taxes_rate": note.taxes_rate,
        "sub_total_excluding_taxes_amount_cents": note.sub_total_cents,
        "total_amount_cents": note.total_cents,
        "precise_total_amount_cents": text(note.precise_total_cents),
        "credit_amount_cents": note.split.credit_cents,
        "refund_amount_cents": note.split.refund_cents,
        "offset_amount_cents": note.split.offset_cents,
        "balance_amount_cents": note.balance_cents,
    }
