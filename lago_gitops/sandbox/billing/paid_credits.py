"""Invoices for credits that a customer buys: without tax, and final at once."""

from datetime import datetime
from decimal import Decimal

from lago_gitops.pricing.fees.fee import Fee, ItemType
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.queue import announce
from lago_gitops.sandbox.base.storage.kinds import FEE, INVOICE, WALLET, WALLET_TRANSACTION
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.billing import documents, settlement
from lago_gitops.sandbox.billing.lines import line, on
from lago_gitops.sandbox.wallets import balance

_SUMS = ("fees_amount_cents", "sub_total_excluding_taxes_amount_cents", "sub_total_including_taxes_amount_cents")


def billed(world: World, inbound: Doc, at: datetime) -> None:
    """The credits become usable only when it is paid."""
    wallet = world.store.with_deleted(WALLET, inbound["wallet_id"])
    customer = balance.customer_of(world, wallet)
    order = inbound["purchase_order_number"] or wallet["purchase_order_number"]
    kind = {"invoice_type": "credit", "purchase_order_number": order}
    invoice = documents.new(world, customer, wallet["currency"], at, **kind)
    world.store.save(WALLET_TRANSACTION, inbound | {"invoice_id": invoice["id"]})
    fee = on(invoice, line(world, _fee(inbound, wallet, at), customer))
    world.store.save(FEE, fee | {"wallet_transaction_id": inbound["id"]})
    invoice |= dict.fromkeys((*_SUMS, "total_amount_cents"), inbound["amount_cents"])
    if world.premium and inbound["invoice_requires_successful_payment"]:
        world.store.save(INVOICE, invoice | {"status": "open"})
        return
    announce(world, "invoice.paid_credit_added", settlement.finalized(world, invoice, customer))


def _fee(inbound: Doc, wallet: Doc, at: datetime) -> Fee:
    cents = inbound["amount_cents"]
    return Fee(
        item_type=ItemType.CREDIT,
        item_code="credit",
        currency=wallet["currency"],
        start=at,
        end=at,
        amount_cents=cents,
        precise_amount_cents=Decimal(cents),
        units=Decimal(inbound["credit_amount"]),
        precise_unit_amount=Decimal(wallet["rate_amount"]),
    )
