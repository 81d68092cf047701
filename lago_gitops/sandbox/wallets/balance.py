"""The balance of a wallet: inbound and outbound transactions, and which credits are used first."""

from decimal import Decimal
from typing import Any

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.queue import Task, announce, queue
from lago_gitops.sandbox.base.storage.kinds import CONSUMPTION, CUSTOMER, WALLET, WALLET_TRANSACTION
from lago_gitops.sandbox.base.world import Event, World, new_id
from lago_gitops.sandbox.wallets import amounts
from lago_gitops.sandbox.wallets.amounts import Credit

_FIRST_USED = {"granted": 0, "purchased": 1}


def active(world: World, customer_id: str) -> list[Doc]:
    """In the order in which they pay."""
    wallets = [each for each in world.store.children(WALLET, customer_id) if each["status"] == "active"]
    return sorted(wallets, key=lambda each: (each["priority"], each["created_at"]))


def transaction(world: World, wallet: Doc, credit: Credit, **fields: Any) -> Doc:
    """A new one, saved and announced."""
    inbound = fields["transaction_type"] == "inbound"
    settled = fields["status"] == "settled"
    made = {
        "id": new_id(),
        "created_at": world.stamp(),
        "wallet_id": wallet["id"],
        "credit_amount": credit.text,
        "amount_cents": credit.cents,
        "remaining_cents": credit.cents if inbound and settled else None,
        "settled_at": world.stamp() if settled else None,
        "failed_at": None,
        "source": "manual",
        "priority": 50,
        "metadata": [],
        "name": None,
        "purchase_order_number": None,
        "invoice_requires_successful_payment": False,
        "payment_method_type": "provider",
        "invoice_id": None,
        "credit_note_id": None,
        "voided_invoice_id": None,
        **fields,
    }
    world.store.save(WALLET_TRANSACTION, made)
    return made


def increase(world: World, wallet: Doc, inbound: Doc) -> Doc:
    """Credits that a voided invoice returns no longer count as consumed."""
    wallet = _current(world, wallet)
    if inbound["voided_invoice_id"] is not None:
        used = Decimal(wallet["consumed_credits"]) - Decimal(inbound["credit_amount"])
        wallet["consumed_credits"] = amounts.added("0.0", max(used, Decimal(0)))
    wallet |= {
        "balance_cents": wallet["balance_cents"] + inbound["amount_cents"],
        "credits_balance": amounts.added(wallet["credits_balance"], Decimal(inbound["credit_amount"])),
        "last_balance_sync_at": world.stamp(),
    }
    world.store.save(WALLET, wallet)
    queue(world, Task.REFRESH_WALLETS, customer_of(world, wallet), always=True)
    announce(world, "wallet.updated", wallet)
    return wallet


def decrease(world: World, wallet: Doc, outbound: Doc) -> Doc:
    wallet = _current(world, wallet)
    used = Decimal(outbound["credit_amount"])
    wallet |= {
        "balance_cents": wallet["balance_cents"] - outbound["amount_cents"],
        "credits_balance": amounts.added(wallet["credits_balance"], -used),
        "consumed_credits": amounts.added(wallet["consumed_credits"], used),
        "last_balance_sync_at": world.stamp(),
        "last_consumed_credit_at": world.stamp(),
    }
    world.store.save(WALLET, wallet)
    announce(world, "wallet.updated", wallet)
    return wallet


def consume(world: World, wallet: Doc, outbound: Doc, inbound_id: str | None = None) -> None:
    """Consume inbound transactions: by priority, granted before purchased, oldest first."""
    left = outbound["amount_cents"]
    came_in = [each for each in world.store.children(WALLET_TRANSACTION, wallet["id"]) if each["remaining_cents"]]
    if inbound_id is not None:
        came_in = [each for each in came_in if each["id"] == inbound_id]
    for inbound in sorted(came_in, key=_use):
        cents = min(left, inbound["remaining_cents"])
        if cents <= 0:
            break
        left -= cents
        world.store.save(WALLET_TRANSACTION, inbound | {"remaining_cents": inbound["remaining_cents"] - cents})
        used = {"id": new_id(), "created_at": world.stamp(), "amount_cents": cents}
        used |= {"inbound_id": inbound["id"], "outbound_id": outbound["id"]}
        world.store.save(CONSUMPTION, used)


def _use(inbound: Doc) -> tuple[int, int, str]:
    return inbound["priority"], _FIRST_USED.get(inbound["transaction_status"], 2), inbound["created_at"]


def void(world: World, wallet: Doc, credit: Credit, *, inbound_id: str | None = None, **fields: Any) -> Doc:
    """Void credits, optionally of one transaction."""
    gone = {"transaction_type": "outbound", "status": "settled", "transaction_status": "voided"}
    outbound = transaction(world, wallet, credit, **gone, **fields)
    consume(world, wallet, outbound, inbound_id)
    decrease(world, wallet, outbound)
    if world.can.wallets_await_refresh:
        flag_for_refresh(world, wallet["customer_id"])
        queue(world, Task.REFRESH_WALLETS, customer_of(world, wallet))
    else:
        world.notify(Event.CREDITS_USED, customer_of(world, wallet))
    return outbound


def grant(world: World, wallet: Doc, credit: Credit, **fields: Any) -> Doc:
    """Grant credits, available at once."""
    given = {"transaction_type": "inbound", "status": "settled", "transaction_status": "granted"}
    inbound = transaction(world, wallet, credit, **given, **fields)
    increase(world, wallet, inbound)
    announce(world, "wallet_transaction.created", inbound)
    return inbound


def settle(world: World, inbound: Doc) -> None:
    """Make purchased credits available once their invoice is paid."""
    settled = {"status": "settled", "settled_at": world.stamp(), "remaining_cents": inbound["amount_cents"]}
    world.store.save(WALLET_TRANSACTION, inbound | settled)
    announce(world, "wallet_transaction.updated", inbound)
    increase(world, world.store.with_deleted(WALLET, inbound["wallet_id"]), inbound | settled)


def wallet_changed(world: World, wallet: Doc) -> None:
    """Since 1.39, changing a wallet also flags ongoing balances as outdated."""
    if world.can.wallets_await_refresh:
        flag_for_refresh(world, wallet["customer_id"])


def flag_for_refresh(world: World, customer_id: str) -> None:
    """Flag the ongoing balances as outdated: a scheduled task refreshes them."""
    has_wallets = world.once("has wallets", (WALLET,), lambda: world.store.first(WALLET) is not None)
    if not has_wallets or not active(world, customer_id):
        return
    customer = world.store.with_deleted(CUSTOMER, customer_id)
    if not customer.get("awaiting_wallet_refresh"):
        save_refresh(world, customer, awaited=True)


def save_refresh(world: World, customer: Doc, *, awaited: bool) -> None:
    """Set the customer's flag for outdated balances, which counts as a change of the customer."""
    world.store.save(CUSTOMER, customer | {"awaiting_wallet_refresh": awaited, "updated_at": world.stamp()})


def customer_of(world: World, wallet: Doc) -> Doc:
    return world.store.with_deleted(CUSTOMER, wallet["customer_id"])


def _current(world: World, wallet: Doc) -> Doc:
    return world.store.with_deleted(WALLET, wallet["id"])
