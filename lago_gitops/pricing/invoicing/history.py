"""What a subscription's invoices leave for later ones."""

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
    """One subscription's part of an invoice."""

    boundaries: Boundaries
    reason: Reason
    at: datetime  # the instant billed
    made_at: datetime
    fees: tuple[Fee, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """The history of one subscription; coupons are its customer's."""

    coupons: tuple[AppliedCoupon, ...] = ()
    levels: Levels = field(default_factory=lambda: NO_LEVELS)
    parts: tuple[Part, ...] = ()  # of earlier invoices, including drafts, in order of creation
    loose: tuple[Fee, ...] = ()  # fees billed in advance without an invoice
    predecessor: tuple[Fee, ...] = ()  # the previous subscription's


NEW: Final = History()


def fees_of(history: History) -> Iterator[Fee]:
    for part in history.parts:
        yield from part.fees
    yield from history.loose


def has_subscription_fee(part: Part) -> bool:
    return any(fee.item_type == ItemType.SUBSCRIPTION for fee in part.fees)
