"""Fees as documents of a customer, on an invoice or without one."""

from lago_gitops.pricing.fees.fee import Fee
from lago_gitops.pricing.invoicing.taxes import taxed
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.queue import announce
from lago_gitops.sandbox.base.storage.kinds import FEE
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.rating import fees, price_list


def line(world: World, fee: Fee, customer: Doc, subscription: Doc | None = None) -> Doc:
    """Unsaved, and not on an invoice."""
    return {
        **fees.document(world, fee, subscription, {}),
        "customer_id": customer["id"],
        "invoice_id": None,
        "first_invoice_id": None,
        "tax_codes": list(fee.tax_codes),
        "payment_status": "pending",
        **dict.fromkeys(("succeeded_at", "failed_at", "refunded_at", "description", "add_on_id")),
        "wallet_transaction_id": None,
    }


def on(invoice: Doc, kept: Doc) -> Doc:
    """The fee on an invoice."""
    return kept | {"invoice_id": invoice["id"], "first_invoice_id": invoice["id"]}


def save_without_invoice(world: World, fee: Fee, subscription: Doc, customer: Doc) -> Doc:
    """Save a fee without an invoice, with its taxes."""
    bearing = taxed(fee, price_list.tax_levels(world, customer))
    kept = line(world, fee, customer, subscription) | fees.money(bearing, price_list.tax_docs(world))
    world.store.save(FEE, kept)
    announce(world, "fee.created", kept)
    return kept


def without_invoice(world: World, subscription_id: str) -> list[Doc]:
    return [each for each in world.store.referrers(FEE, subscription_id) if each["invoice_id"] is None]
