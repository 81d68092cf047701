"""What a fee for a minimum commitment should be: the fees of its period, as they are and as they should be."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from lago_gitops.bills.audit.billed import BilledFee
from lago_gitops.bills.audit.minimums import Share, shares
from lago_gitops.pricing.base.numbers import whole_float
from lago_gitops.pricing.catalog.items import Plan
from lago_gitops.pricing.fees.fee import ItemType

_A_DAY: Final = timedelta(days=1)  # by which the first and last instants of periods can be apart
_USAGE: Final = (ItemType.CHARGE, ItemType.FIXED_CHARGE)


@dataclass(frozen=True, slots=True)
class Committed:
    """The fees that count towards a commitment, and which part of a period it was for."""

    fees: tuple[BilledFee, ...]
    share: Share

    def cents(self, commitment: int, right: Callable[[BilledFee], int | None]) -> int | None:
        """What the commitment asks for beside what the fees should be; None where that isn't known of one."""
        known = [right(each) for each in self.fees]
        told = [cents for cents in known if cents is not None]
        return _lacking(commitment, sum(told), self.share) if len(told) == len(known) else None


def committed(fee: BilledFee, every: Iterable[BilledFee], plan: Plan, commitments: Iterable[int]) -> Committed | None:
    """The period that one of the commitments makes the fee of; None where none does.

    `every` has all fees of the subscription until then, those of the fee's invoice among them.
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
    """The subscription fees whose period the invoice may have closed, the latest first: in advance, the one before."""
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
