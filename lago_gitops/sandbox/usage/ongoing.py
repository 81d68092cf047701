"""Ongoing balances of wallets: what will be left once current usage is billed."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from lago_gitops.pricing.base.numbers import whole
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.queue import Task, announce, queue
from lago_gitops.sandbox.base.storage.kinds import BILLED_PERIOD, CHARGE, CUSTOMER, FEE, INVOICE, WALLET
from lago_gitops.sandbox.base.storage.store import among
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.subscriptions.relations import of_customer
from lago_gitops.sandbox.usage import alerting, rated
from lago_gitops.sandbox.wallets import amounts, balance, top_ups


class Key(NamedTuple):
    """The properties of a fee that decide which wallets may pay it."""

    fee_type: str
    metric_id: str | None
    currency: str


def refresh_flagged(world: World) -> None:
    """Lago does this every few minutes, with a licence."""
    if not world.premium:
        return
    for customer in reversed(world.store.newest(CUSTOMER, among("awaiting_wallet_refresh", (True,)))):
        queue(world, Task.REFRESH_WALLETS, customer)


def refresh(world: World, customer: Doc) -> None:
    """Of all wallets of a customer."""
    for wallet, cents in _allocated(world, customer):
        _update(world, wallet, cents)
    current = world.store.with_deleted(CUSTOMER, customer["id"])
    if current.get("awaiting_wallet_refresh"):
        balance.save_refresh(world, current, awaited=False)


def _update(world: World, wallet: Doc, cents: int) -> None:
    ongoing = wallet["balance_cents"] - cents
    depleted = wallet.get("depleted", False)
    changed = wallet | {
        "ongoing_usage_balance_cents": cents,
        "credits_ongoing_usage_balance": amounts.of_cents(wallet, cents).text,
        "ongoing_balance_cents": ongoing,
        "credits_ongoing_balance": amounts.of_cents(wallet, ongoing).text,
        "last_ongoing_balance_sync_at": world.stamp(),
        "depleted": ongoing <= 0,
    }
    world.store.save(WALLET, changed)
    if ongoing <= 0 and not depleted:
        announce(world, "wallet.depleted_ongoing_balance", changed)
    moved = any(changed[name] != wallet[name] for name in ("ongoing_usage_balance_cents", "ongoing_balance_cents"))
    if moved:
        top_ups.at_threshold(world, changed)
    alerting.check_wallet(world, changed)


def _allocated(world: World, customer: Doc) -> Iterator[tuple[Doc, int]]:
    """Allocates each kind of fee to the wallets that may pay it, in their order; the last one takes the rest."""
    wallets = balance.active(world, customer["id"])
    given = dict.fromkeys((each["id"] for each in wallets), 0)
    pool = _pool(world, customer)
    budgets: dict[str, int] = {}
    for key, cents in pool.items():
        budgets[key.currency] = budgets.get(key.currency, 0) + cents
    for key, cents in sorted(pool.items(), key=lambda item: (-item[1], item[0].fee_type, item[0].metric_id or "")):
        left = min(cents, max(budgets[key.currency], 0))
        able = [each for each in wallets if _may_pay(each, key)]
        for wallet in able if cents > 0 else ():
            takes_all = wallet is able[-1] or top_ups.active_rule(world, wallet, "threshold") is not None
            room = left if takes_all else max(wallet["balance_cents"] - given[wallet["id"]], 0)
            taken = min(left, room)
            given[wallet["id"]] += taken
            budgets[key.currency] -= taken
            left -= taken
    for wallet in wallets:
        yield world.store.with_deleted(WALLET, wallet["id"]), given[wallet["id"]]


def _may_pay(wallet: Doc, key: Key) -> bool:
    if wallet["currency"] != key.currency:
        return False
    unlimited = not wallet["fee_types"] and not wallet["metric_ids"]
    return unlimited or key.fee_type in wallet["fee_types"] or key.metric_id in wallet["metric_ids"]


def _pool(world: World, customer: Doc) -> dict[Key, int]:
    """Cents that will be due: current usage with taxes, and drafts, less progressive invoices."""
    pool: dict[Key, int] = {}
    for key, cents in _parts(world, customer):
        pool[key] = pool.get(key, 0) + cents
    return pool


def _parts(world: World, customer: Doc) -> Iterator[tuple[Key, int]]:
    for subscription in of_customer(world, customer, "active"):
        usage = [each for each in rated.current(world, subscription) if not each.charge.pay_in_advance]
        for fee in rated.with_taxes(world, subscription, usage):
            metric_id = world.store.with_deleted(CHARGE, fee.charge_code or "")["metric_id"]
            yield Key("charge", metric_id, fee.currency), fee.amount_cents + fee.taxes_amount_cents
        yield from _progressive(world, subscription)
    for invoice in world.store.children(INVOICE, customer["id"]):
        if invoice["status"] == "draft" and invoice["total_amount_cents"]:
            for kept in world.store.children(FEE, invoice["id"]):
                yield _key(world, kept), _net(kept)


def _progressive(world: World, subscription: Doc) -> Iterator[tuple[Key, int]]:
    now = world.stamp()
    for period in world.store.children(BILLED_PERIOD, subscription["id"]):
        span = period["charges"]
        if period["reason"] == "progressive_billing" and span and span["start"] <= now < span["end"]:
            for fee in world.store.children(FEE, period["invoice_id"]):
                yield _key(world, fee), -_net(fee)


def _key(world: World, fee: Doc) -> Key:
    charge = None if fee["charge_id"] is None else world.store.with_deleted(CHARGE, fee["charge_id"])
    return Key(fee["fee_type"], None if charge is None else charge["metric_id"], fee["currency"])


def _net(fee: Doc) -> int:
    return whole(fee["amount_cents"] - Decimal(fee["precise_coupons_amount_cents"]) + fee["taxes_amount_cents"])
