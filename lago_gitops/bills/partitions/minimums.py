"""True-ups of charges to their minimum: the rows of one period can be in several partitions."""

from dataclasses import dataclass, replace
from datetime import datetime

from lago_gitops.bills.audit.minimums import Share, shares
from lago_gitops.bills.partitions.rows import FeeRow
from lago_gitops.pricing.base.numbers import whole_float
from lago_gitops.pricing.catalog.items import Interval


@dataclass(frozen=True, slots=True)
class ChargePeriod:
    """A billing period of one charge of a subscription."""

    plan: str
    charge: str
    currency: str
    subscription: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Topped:
    """In cents: usage as billed, now and after; and what was billed to top it up, in how many rows."""

    used: int = 0
    now: int = 0
    after: int = 0
    rows: int = 0
    billed: int = 0
    is_told: bool = True  # whether the cost of every row of usage is known

    def __add__(self, other: "Topped") -> "Topped":
        return Topped(
            self.used + other.used,
            self.now + other.now,
            self.after + other.after,
            self.rows + other.rows,
            self.billed + other.billed,
            self.is_told and other.is_told,
        )


@dataclass(frozen=True, slots=True)
class Minimums:
    """A charge's minimums, in cents of the plan's currency; 0 for none."""

    now: int
    after: int
    interval: Interval


def period_of(row: FeeRow) -> ChargePeriod:
    fee, place = row.fee, row.place
    return ChargePeriod(place.plan, place.charge, fee.currency, fee.subscription, fee.start, fee.end)


def true_up(row: FeeRow) -> Topped:
    return Topped(rows=1, billed=row.fee.amount_cents)


def settled(period: ChargePeriod, topped: Topped, minimums: Minimums) -> Topped | None:
    """True-up of the period now, and after; None when the minimum doesn't explain what was billed."""
    for share in shares(period.start, period.end, minimums.interval):
        if _lacking(minimums.now, topped.used, share) == topped.billed and topped.is_told:
            now, after = (
                _lacking(minimum, used, share)
                for minimum, used in ((minimums.now, topped.now), (minimums.after, topped.after))
            )
            return replace(topped, now=now, after=after)
    return None


def _lacking(minimum: int, used: int, share: Share) -> int:
    days, period = share
    return max(whole_float(minimum / period * days) - used, 0)
