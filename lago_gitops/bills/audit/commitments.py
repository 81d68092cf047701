"""What a minimum commitment's fee should be, given the fees of its period as billed and as they should be."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from lago_gitops.bills.audit.billed import BilledFee
from lago_gitops.bills.audit.minimums import Share, shares
from lago_gitops.pricing.base.numbers import whole_float
from lago_gitops.pricing.catalog.items import Plan
from lago_gitops.pricing.fees.fee import ItemType

_A_DAY: Final = timedelta(days=1)  # how far the first and last instants of periods can be apart
_USAGE: Final = (ItemType.CHARGE, ItemType.FIXED_CHARGE)


@dataclass(frozen=True, slots=True)
class Committed:
    """The fees that count towards a commitment, and the part of a period that it covers."""

    fees: tuple[BilledFee, ...]
    share: Share

    def cents(self, commitment: int, right: Callable[[BilledFee], int | None]) -> int | None:
        """The true-up when every fee is what it should be; None when that isn't known for one of them."""
        known = [right(each) for each in self.fees]
        amounts = [cents for cents in known if cents is not None]
        return _lacking(commitment, sum(amounts), self.share) if len(amounts) == len(known) else None


def committed(fee: BilledFee, every: Iterable[BilledFee], plan: Plan, commitments: Iterable[int]) -> Committed | None:
    """The period for which one of the commitments yields this fee; None when none does.

    `every` holds all fees of the subscription up to then, including those of the fee's invoice.
    """
    others = tuple(each for each in every if each.lago_id != fee.lago_id and each.item_type is not ItemType.COMMITMENT)
    amounts = tuple(dict.fromkeys(commitments))
    for whole in _periods(fee, others, plan):
        counted = tuple(each for each in others if each is whole or _is_within(each, whole))
        billed = sum(each.amount_cents for each in counted)
        for share in shares(whole.start, whole.end, plan.interval):
            if any(_lacking(amount, billed, share) == fee.amount_cents for amount in amounts):
                return Committed(counted, share)
    return None


def _periods(fee: BilledFee, others: tuple[BilledFee, ...], plan: Plan) -> Iterator[BilledFee]:
    """Subscription fees whose period the invoice may have closed, latest first: billed in advance, the one before."""
    whole = [each for each in others if each.item_type is ItemType.SUBSCRIPTION and each.start < fee.created_at]
    if not plan.pay_in_advance:
        whole = [each for each in whole if each.invoice_id == fee.invoice_id]
    yield from sorted(whole, key=lambda each: each.start, reverse=True)[:2]


def _is_within(fee: BilledFee, whole: BilledFee) -> bool:
    in_time = whole.start - _A_DAY < fee.start and fee.end < whole.end + _A_DAY
    return fee.item_type in _USAGE and in_time


def _lacking(commitment: int, used: int, share: Share) -> int:
    days, period = share
    return max(whole_float(commitment / period * days) - used, 0)
