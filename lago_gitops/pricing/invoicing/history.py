"""What invoices of a subscription leave behind, for those that follow."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from lago_gitops.pricing.fees.fee import Fee, ItemType
from lago_gitops.pricing.invoicing.coupons import AppliedCoupon
from lago_gitops.pricing.periods.boundaries import Boundaries
from lago_gitops.pricing.usage.buckets import NO_LEVELS, Levels


class Reason(StrEnum):
    """Why an invoice is created, in Lago's words."""

    STARTING = "subscription_starting"
    PERIODIC = "subscription_periodic"
    TERMINATING = "subscription_terminating"
    IN_ADVANCE_CHARGE = "in_advance_charge"
    IN_ADVANCE_PERIODIC = "in_advance_charge_periodic"
    PROGRESSIVE_BILLING = "progressive_billing"


@dataclass(frozen=True, slots=True)
class Part:
    """What an invoice holds of one subscription."""

    boundaries: Boundaries
    reason: Reason
    at: datetime  # the instant that is billed
    made_at: datetime
    fees: tuple[Fee, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """Of one subscription; the coupons are those of its customer."""

    coupons: tuple[AppliedCoupon, ...] = ()
    levels: Levels = field(default_factory=lambda: NO_LEVELS)
    parts: tuple[Part, ...] = ()  # of earlier invoices, drafts included, in the order in which they were made
    loose: tuple[Fee, ...] = ()  # fees billed in advance without an invoice
    predecessor: tuple[Fee, ...] = ()  # those of the subscription that this one follows


NEW: Final = History()


def fees_of(history: History) -> Iterator[Fee]:
    for part in history.parts:
        yield from part.fees
    yield from history.loose


def has_subscription_fee(part: Part) -> bool:
    return any(fee.item_type == ItemType.SUBSCRIPTION for fee in part.fees)
