"""Closed periods out of Lago into partitions, a page at a time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from lago_gitops.access import Access
from lago_gitops.bills.audit.billed import billed_fee
from lago_gitops.bills.partitions.rows import FeeRow, flat
from lago_gitops.bills.partitions.usage import usage_rows
from lago_gitops.lago.client import Reader
from lago_gitops.lago.errors import NotFound
from lago_gitops.lago.http.payload import JsonObject
from lago_gitops.project import Environment
from lago_gitops.workflow.audit.lago import AskedLago
from lago_gitops.workflow.audit.pages import Cursor, fee_pages
from lago_gitops.workflow.audit.run import FeePeriod, period_params
from lago_gitops.workflow.organization.reading import read_organization
from lago_gitops.workflow.partitions.files import PartitionError, write_partition

STATUSES: Final = ("active", "terminated")
Progress = Callable[[int], None]
"""Called with the number of rows written."""


@dataclass(frozen=True, slots=True)
class PartitionTarget:
    """Where partitions go; `suffix` is that of their names, and their form."""

    folder: Path
    suffix: str
    rows: int  # rows per file
    hashes: bool = True  # hash external ids of subscriptions


def write_all(rows: Iterator[FeeRow], target: PartitionTarget, progress: Progress) -> int:
    """How many rows there were. Raises PartitionError where the folder has partitions of before, NotWrittenError."""
    target.folder.mkdir(parents=True, exist_ok=True)
    if any(target.folder.glob("part-*")):
        raise PartitionError(f"{target.folder}: there are partitions already: choose another folder")
    written, at = 0, 0
    while part := [flat(row, hashes=target.hashes) for row in islice(rows, target.rows)]:
        write_partition(target.folder / f"part-{at:05}{target.suffix}", part)
        written, at = written + len(part), at + 1
        progress(written)
    return written


def fee_rows(client: Reader, access: Access, environment: Environment, period: FeePeriod) -> Iterator[FeeRow]:
    """Of every fee that a price list has and whose charge is known. Raises LagoError, ForeignOrganizationError."""
    lago = AskedLago(client, read_organization(client, access, environment), {})
    for _, page in fee_pages(client, period_params(period), Cursor()):
        for fee in filter(None, map(billed_fee, page)):
            place = lago.place(fee)
            if place is not None:
                yield FeeRow(fee, place)


def past_usage_rows(client: Reader, periods: int) -> Iterator[FeeRow]:
    """Of the last closed periods of every subscription, active or not. Raises LagoError."""
    for page in client.walk("subscriptions", params={"status[]": STATUSES}):
        for subscription in page.rows:
            for period in _past_usage(client, subscription, periods):
                yield from usage_rows(period, subscription["external_id"], subscription["plan_code"])


def _past_usage(client: Reader, subscription: JsonObject, periods: int) -> list[JsonObject]:
    """Past usage; empty for a deleted customer."""
    params = {"external_subscription_id": subscription["external_id"], "periods_count": str(periods)}
    customer = subscription["external_customer_id"]
    try:
        return client.pages("customers", customer, "past_usage", params=params, key="usage_periods")
    except NotFound:
        return []
