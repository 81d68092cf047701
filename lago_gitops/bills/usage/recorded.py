"""A period of past usage as Lago reports it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from lago_gitops.bills.audit.billed import Filters, Group, moment
from lago_gitops.pricing.base.numbers import number

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RecordedBucket:
    """The usage of one filter and group of a charge; `cents` is what Lago billed for it, before taxes and coupons."""

    units: Decimal
    events: int
    cents: int
    filters: Filters | None = None  # None: the default bucket
    group: Group = frozenset()


@dataclass(frozen=True, slots=True)
class ChargeUsage:
    """`code` is empty when the server keeps none (before 1.39)."""

    lago_id: str
    code: str
    metric_code: str
    cents: int
    buckets: tuple[RecordedBucket, ...]


@dataclass(frozen=True, slots=True)
class UsagePeriod:
    start: datetime
    end: datetime
    currency: str
    charges: tuple[ChargeUsage, ...]


def usage_period(row: Row) -> UsagePeriod:
    """Raises KeyError, ValueError or InvalidPriceError when the object is not a period of usage."""
    return UsagePeriod(
        start=moment(row["from_datetime"]),
        end=moment(row["to_datetime"]),
        currency=row["currency"],
        charges=tuple(map(_charge, row["charges_usage"])),
    )


def _charge(row: Row) -> ChargeUsage:
    return ChargeUsage(
        lago_id=row["charge"]["lago_id"],
        code=row["charge"].get("code") or "",
        metric_code=row["billable_metric"]["code"],
        cents=row["amount_cents"],
        buckets=tuple(_buckets(row)),
    )


def _buckets(row: Row) -> Iterator[RecordedBucket]:
    """In grouped usage, each group has its own filters."""
    for group in row.get("grouped_usage") or ():
        key = frozenset((group.get("grouped_by") or {}).items())
        for each in group.get("filters") or (group,):
            yield _bucket(each, key)
    if not row.get("grouped_usage"):
        for each in row.get("filters") or (row,):
            yield _bucket(each, frozenset())


def _bucket(row: Row, group: Group) -> RecordedBucket:
    values = row.get("values")
    filters = frozenset((key, frozenset(words)) for key, words in values.items()) if values else None
    return RecordedBucket(number(row["units"]), row["events_count"], row["amount_cents"], filters, group)
