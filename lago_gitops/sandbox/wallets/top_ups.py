"""Top-ups of wallets by their recurring rules."""

import calendar
from datetime import date
from decimal import Decimal
from typing import Any

from lago_gitops.sandbox.base.clock import unstamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.queue import Task, queue
from lago_gitops.sandbox.base.storage.kinds import WALLET, WALLET_TRANSACTION
from lago_gitops.sandbox.base.storage.store import among
from lago_gitops.sandbox.base.values.numerals import plain
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.customers.customer_shapes import zone_of
from lago_gitops.sandbox.wallets import balance, rules

_MONTHS = {"monthly": 1, "quarterly": 3, "semiannual": 6, "yearly": 12}
_ZERO = Decimal(0)


def active_rule(world: World, wallet: Doc, trigger: str) -> Doc | None:
    rules_ = (each for each in wallet["rules"] if each["trigger"] == trigger and rules.is_active(world, each))
    return next(rules_, None)


def at_threshold(world: World, wallet: Doc) -> None:
    """Top up if the ongoing balance, with pending purchases, has fallen to the rule's threshold."""
    rule = active_rule(world, wallet, "threshold")
    if rule is None:
        return
    ongoing, least = Decimal(wallet["credits_ongoing_balance"]), Decimal(rule["threshold_credits"])
    pending = sum((Decimal(each["credit_amount"]) for each in _pending(world, wallet)), _ZERO)
    if ongoing + pending > least:
        return
    paid = _target(wallet, rule, ongoing) if rule["method"] == "target" else _fixed(wallet, rule, ongoing + pending)
    _fill(world, wallet, rule, paid, ongoing)


def _pending(world: World, wallet: Doc) -> list[Doc]:
    return [each for each in world.store.children(WALLET_TRANSACTION, wallet["id"]) if each["status"] == "pending"]


def _fixed(wallet: Doc, rule: Doc, ongoing: Decimal) -> Decimal:
    """The smallest multiple of the rule's credits that lifts the balance above the threshold."""
    paid, granted = Decimal(rule["paid_credits"]), Decimal(rule["granted_credits"])
    gap = Decimal(rule["threshold_credits"]) - ongoing - granted
    if not paid or gap < paid:
        return paid
    most = wallet.get("paid_top_up_max_credits")
    wanted = paid * (gap // paid + 1)
    return wanted if rule["ignore_paid_top_up_limits"] or most is None else min(wanted, Decimal(most))


def _target(wallet: Doc, rule: Doc, ongoing: Decimal) -> Decimal:
    gap = max(Decimal(rule["target_ongoing_balance"]) - ongoing, _ZERO)
    if not gap or rule["grants_target_top_up"]:
        return _ZERO
    least = wallet.get("paid_top_up_min_credits")
    return gap if rule["ignore_paid_top_up_limits"] or least is None else max(gap, Decimal(least))


def _fill(world: World, wallet: Doc, rule: Doc, paid: Decimal, ongoing: Decimal) -> None:
    granted = Decimal(rule["granted_credits"])
    if rule["method"] == "target":
        gap = max(Decimal(rule["target_ongoing_balance"]) - ongoing, _ZERO)
        granted = gap if rule["grants_target_top_up"] else _ZERO
    params: dict[str, Any] = {
        "wallet_id": wallet["id"],
        "paid_credits": plain(paid),
        "granted_credits": plain(granted),
        "source": rule["trigger"],
        "invoice_requires_successful_payment": rule["invoice_requires_successful_payment"],
        "metadata": rule["transaction_metadata"],
        "name": rule["transaction_name"],
        "ignore_paid_top_up_limits": rule["method"] == "target" or rule["ignore_paid_top_up_limits"],
        "purchase_order_number": rule["purchase_order_number"] or wallet["purchase_order_number"],
    }
    if paid or granted:
        queue(world, Task.TOP_UP, wallet, params=params, later=rule["trigger"] == "threshold")


def at_intervals(world: World) -> None:
    """Once on each anniversary of the rule's or the wallet's start; not on the wallet's first day."""
    for wallet in reversed(world.store.newest(WALLET, among("status", ("active",)))):
        rule = active_rule(world, wallet, "interval")
        if rule is not None and _is_due(world, wallet, rule):
            ongoing = Decimal(wallet["credits_ongoing_balance"])
            target = rule["method"] == "target"
            _fill(
                world,
                wallet,
                rule,
                _target(wallet, rule, ongoing) if target else Decimal(rule["paid_credits"]),
                ongoing,
            )


def _is_due(world: World, wallet: Doc, rule: Doc) -> bool:
    where = zone_of(world, balance.customer_of(world, wallet))
    today = world.now().astimezone(where).date()

    def day(kept: str) -> date:
        return unstamp(kept).astimezone(where).date()

    start = day(rule["started_at"] or wallet["created_at"])
    filled = (each for each in world.store.children(WALLET_TRANSACTION, wallet["id"]) if each["source"] == "interval")
    if day(wallet["created_at"]) == today or any(day(each["created_at"]) == today for each in filled):
        return False
    return start <= today and _is_anniversary(rule["interval"], start, today)


def _is_anniversary(interval: str, start: date, day: date) -> bool:
    """In a month without that day, its last day."""
    if interval == "weekly":
        return start.weekday() == day.weekday()
    months = (day.year - start.year) * 12 + day.month - start.month
    last = calendar.monthrange(day.year, day.month)[1]
    return months % _MONTHS[interval] == 0 and day.day == min(start.day, last)


def end_rules(world: World) -> None:
    """Those that have expired."""
    for wallet in world.store.kept(WALLET, among("status", ("active",))):
        kept = [rule | {"status": "terminated"} if _is_over(world, rule) else rule for rule in wallet["rules"]]
        if kept != wallet["rules"]:
            world.store.save(WALLET, wallet | {"rules": kept})


def _is_over(world: World, rule: Doc) -> bool:
    expired = rule["expiration_at"] is not None and rule["expiration_at"] <= world.stamp()
    return rule["status"] == "active" and expired
