"""Monthly recurring revenue, as Lago calculates it: plan fees after coupons and with taxes, by the month they cover.

A fee for a month counts in the month of its invoice. A longer one is spread over months of 30.44 days: in
arrears, backwards from the invoice's month; billed in advance, forwards from it, by the days left in it.
"""

import calendar
import math
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from lago_gitops.pricing.base.numbers import pg
from lago_gitops.sandbox.base.clock import unstamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.storage.kinds import FEE, PLAN, SUBSCRIPTION
from lago_gitops.sandbox.base.world import World

_DAYS_OF_A_MONTH = Decimal("30.44")
_WEEKS_OF_A_MONTH = Decimal("4.33")
_LAST_MONTHS_OF_HALF_A_YEAR = 4  # each of them counts as the last one


class _Billed(NamedTuple):
    day: date  # on the invoice
    cents: Decimal
    months: Decimal  # that the fee covers
    currency: str
    plan: Doc


def by_month(world: World, invoices: list[Doc]) -> dict[tuple[str, str], Decimal]:
    """Cents by month and currency."""
    sums: dict[tuple[str, str], Decimal] = {}
    weekly: dict[tuple[str, str], list[Decimal]] = {}
    for billed in _billed(world, invoices):
        if billed.plan["interval"] == "weekly":
            weekly.setdefault((_shown(billed.day, 0), billed.currency), []).append(billed.cents)
        for month, cents in _spread(billed):
            key = (_shown(billed.day, month), billed.currency)
            sums[key] = sums.get(key, Decimal(0)) + cents
    for key, cents_ in weekly.items():
        sums[key] = sums.get(key, Decimal(0)) + pg(sum(cents_, Decimal(0)), Decimal(len(cents_))) * _WEEKS_OF_A_MONTH
    return sums


def _billed(world: World, invoices: list[Doc]) -> Iterator[_Billed]:
    for invoice in invoices:
        for fee in world.store.children(FEE, invoice["id"]):
            if fee["fee_type"] == "subscription":
                subscription = world.store.with_deleted(SUBSCRIPTION, fee["subscription_id"])
                cents = fee["amount_cents"] + fee["taxes_amount_cents"]
                yield _Billed(
                    day=date.fromisoformat(invoice["issuing_date"]),
                    cents=cents - Decimal(fee["precise_coupons_amount_cents"]),
                    months=_months(fee),
                    currency=fee["currency"],
                    plan=world.store.with_deleted(PLAN, subscription["plan_id"]),
                )


def _months(fee: Doc) -> Decimal:
    """To the minute."""
    minutes = int((unstamp(fee["end"]) - unstamp(fee["start"])).total_seconds()) // 60
    return pg(pg(Decimal(minutes), Decimal(24 * 60)), _DAYS_OF_A_MONTH)


def _spread(of: _Billed) -> Iterator[tuple[int, Decimal]]:
    """Months, starting with the invoice's, and cents."""
    if of.plan["interval"] == "weekly":
        return
    if of.plan["interval"] == "monthly":
        yield 0, of.cents
        return
    count, each = math.ceil(of.months), pg(of.cents, of.months) if of.months else Decimal(0)
    for at in range(count):
        if of.plan["pay_in_advance"]:
            yield at, _in_advance(of, each, at, count)
        else:
            yield -at, each if at < count - 1 else of.cents - each * (count - 1)


def _in_advance(of: _Billed, each: Decimal, at: int, count: int) -> Decimal:
    days = calendar.monthrange(of.day.year, of.day.month)[1]
    left = (days - of.day.day + 1) / days
    ends = _LAST_MONTHS_OF_HALF_A_YEAR if of.plan["interval"] == "semiannual" else 1
    if at == 0:
        return _kept(float(each) * left)
    if count - at <= ends:
        return _kept(float(of.cents) - float(each) * (math.floor(of.months) - (count - at) + left))
    return each


def _kept(cents: float) -> Decimal:
    """PostgreSQL casts a float to numeric with 15 digits."""
    return Decimal(f"{cents:.15g}")


def _shown(day: date, months: int) -> str:
    years, month = divmod(day.month - 1 + months, 12)
    return f"{day.year + years}-{month + 1:02}"
