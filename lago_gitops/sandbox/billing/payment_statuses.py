"""Payment statuses of an invoice, its fees, and the credits that it bills."""

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.queue import Task, announce, queue
from lago_gitops.sandbox.base.storage.kinds import FEE, INVOICE, WALLET_TRANSACTION
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.wallets import balance


def marked(world: World, invoice: Doc, status: str) -> Doc:
    """Succeeded, failed or pending. A job updates the fees."""
    changed = status != invoice["payment_status"]
    overdue = invoice["payment_overdue"] and status != "succeeded"
    if changed or overdue != invoice["payment_overdue"]:
        invoice = invoice | {"payment_status": status, "payment_overdue": overdue, "updated_at": world.stamp()}
        world.store.save(INVOICE, invoice)
    queue(world, Task.SPREAD_PAYMENT, invoice)
    if changed:
        announce(world, "invoice.payment_status_updated", invoice)
    return invoice


def passed_on(world: World, invoice: Doc) -> None:
    """Pass the status on to the fees; purchased credits are granted when paid, and never if the payment failed."""
    for fee in world.store.children(FEE, invoice["id"]):
        world.store.save(FEE, fee | {"payment_status": invoice["payment_status"]})
    if invoice["invoice_type"] == "credit":
        for inbound in world.store.referrers(WALLET_TRANSACTION, invoice["id"]):
            if inbound["status"] == "pending":
                _settle(world, inbound, invoice["payment_status"])


def _settle(world: World, inbound: Doc, status: str) -> None:
    if status == "succeeded":
        balance.settle(world, inbound)
    elif status == "failed":
        failed = inbound | {"status": "failed", "failed_at": world.stamp()}
        world.store.save(WALLET_TRANSACTION, failed)
        announce(world, "wallet_transaction.updated", failed)
