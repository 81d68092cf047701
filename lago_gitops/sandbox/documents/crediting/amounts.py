"""How much of an invoice can still be credited, refunded, or offset against the amount due."""

from decimal import ROUND_HALF_UP, Decimal

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.storage.kinds import CREDIT_NOTE, FEE, WALLET, WALLET_TRANSACTION
from lago_gitops.sandbox.base.world import World


def whole(value: Decimal | float) -> int:
    return int(Decimal(value).quantize(Decimal(1), ROUND_HALF_UP))


def taxes_rate(fee: Doc) -> float:
    return float(sum(each["rate"] for each in fee["taxes"]))


def of_fees(world: World, invoice: Doc) -> int:
    """With taxes, before coupons."""
    fees = world.store.children(FEE, invoice["id"])
    taxes = whole(sum(each["amount_cents"] * taxes_rate(each) for each in fees) / 100)
    return taxes + sum(int(each["amount_cents"]) for each in fees)


def noted(world: World, invoice: Doc, part: str) -> int:
    """The total of finalized notes so far; `part` is credit, refund or offset."""
    notes = (each for each in world.store.referrers(CREDIT_NOTE, invoice["id"]) if each["status"] == "finalized")
    return sum(each[f"{part}_amount_cents"] for each in notes)


def of_fee(world: World, invoice: Doc, fee: Doc) -> int:
    """What credit notes have left of a fee; for purchased credits, at most their remaining balance."""
    notes = world.store.referrers(CREDIT_NOTE, invoice["id"])
    items = (item for note in notes for item in note["items"] if item["fee_id"] == fee["id"])
    left = int(fee["amount_cents"] - sum(item["amount_cents"] for item in items))
    return min(left, of_wallet(world, fee)) if fee["fee_type"] == "credit" else left


def of_wallet(world: World, fee: Doc) -> int:
    inbound = world.store.with_deleted(WALLET_TRANSACTION, fee["wallet_transaction_id"])
    wallet = world.store.with_deleted(WALLET, inbound["wallet_id"])
    return int(inbound["remaining_cents"] or 0) if wallet["status"] == "active" else 0


def creditable(world: World, invoice: Doc) -> float:
    """Lago computes it in floats."""
    if invoice["invoice_type"] == "credit" or invoice["status"] == "draft":
        return 0
    fees = [(each, of_fee(world, invoice, each)) for each in world.store.children(FEE, invoice["id"])]
    total = sum(left for _, left in fees)
    if not total:
        return 0
    off = invoice["coupons_amount_cents"] + invoice["progressive_billing_credit_amount_cents"]
    adjustment = off / invoice["fees_amount_cents"] * total
    taxes = sum((left - adjustment * (left / total)) * taxes_rate(fee) for fee, left in fees)
    return float(total - adjustment + whole(taxes / 100))


def refundable(world: World, invoice: Doc) -> float:
    """The part of the paid amount that can still be refunded."""
    paid = int(invoice["total_paid_amount_cents"])
    unsure = invoice["payment_status"] != "succeeded" and paid == invoice["total_amount_cents"]
    if invoice["status"] == "draft" or unsure:
        return 0
    notes = world.store.referrers(CREDIT_NOTE, invoice["id"])
    left = paid - sum(int(each["refund_amount_cents"]) for each in notes)
    if invoice["invoice_type"] == "credit":
        return min(of_wallet(world, world.store.children(FEE, invoice["id"])[0]), left)
    return max(min(left, creditable(world, invoice)), 0)


def due(world: World, invoice: Doc) -> int:
    paid = invoice["total_paid_amount_cents"] + noted(world, invoice, "offset")
    return int(invoice["total_amount_cents"] - paid)
