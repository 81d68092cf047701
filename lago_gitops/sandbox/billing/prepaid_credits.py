"""Payment of invoices with prepaid credits."""

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.queue import announce
from lago_gitops.sandbox.base.storage.kinds import CHARGE, CONSUMPTION, FEE, WALLET_TRANSACTION
from lago_gitops.sandbox.base.world import Event, World
from lago_gitops.sandbox.wallets import amounts, balance


def paid(world: World, invoice: Doc) -> Doc:
    """From one wallet after the other, each limited to its fee types and metrics."""
    wallets = _usable(world, invoice)
    if not wallets or invoice["total_amount_cents"] <= 0:
        return invoice
    left, used = invoice["total_amount_cents"], 0
    outgoing: list[Doc] = []
    taken: dict[str, int] = {}
    for wallet in wallets:
        cents = min(wallet["balance_cents"], left, _coverable(world, invoice, wallet, taken))
        if cents > 0:
            outgoing.append(_taken(world, wallet, invoice, cents))
            left, used = left - cents, used + cents
    world.notify(Event.CREDITS_USED, balance.customer_of(world, wallets[0]))
    if not used:
        return invoice
    return invoice | {"prepaid_credit_amount_cents": used, "total_amount_cents": left, **_origins(world, outgoing)}


def _usable(world: World, invoice: Doc) -> list[Doc]:
    wallets = balance.active(world, invoice["customer_id"])
    return [each for each in wallets if each["balance_cents"] > 0 and each["currency"] == invoice["currency"]]


def _taken(world: World, wallet: Doc, invoice: Doc, cents: int) -> Doc:
    """Spending the whole balance takes all credits, regardless of rounding."""
    credit = amounts.of_cents(wallet, cents)
    fields = {"transaction_type": "outbound", "status": "settled", "transaction_status": "invoiced"}
    outbound = balance.transaction(world, wallet, credit, **fields, invoice_id=invoice["id"])
    balance.consume(world, wallet, outbound)
    balance.decrease(world, wallet, outbound)
    announce(world, "wallet_transaction.created", outbound)
    return outbound


def _coverable(world: World, invoice: Doc, wallet: Doc, taken: dict[str, int]) -> int:
    """The part of the invoice that the wallet may pay; `taken`, by fee, is updated."""
    fees = world.store.children(FEE, invoice["id"])
    if not wallet["fee_types"] and not wallet["metric_ids"]:
        return int(invoice["total_amount_cents"])
    room, total = int(wallet["balance_cents"]), 0
    for fee in fees:
        if not _covers(world, wallet, fee):
            continue
        whole = round(fee["amount_cents"] - float(fee["precise_coupons_amount_cents"])) + fee["taxes_amount_cents"]
        cents = min(room - total, whole - taken.get(fee["id"], 0))
        if cents > 0:
            taken[fee["id"]] = taken.get(fee["id"], 0) + cents
            total += cents
    return total


def _covers(world: World, wallet: Doc, fee: Doc) -> bool:
    charge = None if fee["charge_id"] is None else world.store.with_deleted(CHARGE, fee["charge_id"])
    metric_id = None if charge is None else charge["metric_id"]
    return fee["fee_type"] in wallet["fee_types"] or metric_id in wallet["metric_ids"]


def _origins(world: World, outgoing: list[Doc]) -> Doc:
    """How many of the credits were granted, and how many purchased."""
    cents = {"granted": 0, "purchased": 0}
    for outbound in outgoing:
        for use in world.store.referrers(CONSUMPTION, outbound["id"]):
            inbound = world.store.with_deleted(WALLET_TRANSACTION, use["inbound_id"])
            if inbound["transaction_status"] in cents:
                cents[inbound["transaction_status"]] += use["amount_cents"]
    return {f"prepaid_{name}_credit_amount_cents": amount or None for name, amount in cents.items()}
