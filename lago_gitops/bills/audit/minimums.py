"""What is billed to reach a minimum, a charge's or the whole plan's."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from lago_gitops.bills.audit.billed import BilledFee
from lago_gitops.pricing.base.numbers import whole_float
from lago_gitops.pricing.catalog.items import Interval
from lago_gitops.pricing.periods.calendar import period_of
from lago_gitops.pricing.periods.spans import DAY
from lago_gitops.pricing.periods.subscription import CALENDAR_ANCHOR

_HALF_A_DAY: Final = timedelta(hours=12)
_SECOND: Final = timedelta(seconds=1)

Share = tuple[int, int]
"""Days billed, and days in the whole period."""


def lacking_cents(fee: BilledFee, minimum: int, used: int, shares: Iterable[Share]) -> int:
    """How far the used cents fall short of a share of the minimum; of possible shares, the one that yields the fee."""
    lacking = [max(whole_float(minimum / period * days - used), 0) for days, period in shares]
    return fee.amount_cents if fee.amount_cents in lacking else lacking[0]


def shares(start: datetime, end: datetime, interval: Interval) -> Iterator[Share]:
    """The parts of a period that a fee with these bounds may cover: by the calendar, or from its own first day on.

    The customer's midnight is either UTC's or the time of day at which the fee's period begins or ends.
    """
    for zone in dict.fromkeys((UTC, _zone(end + _SECOND), _zone(start))):
        first, last = (moment.astimezone(zone).date() for moment in (start, end))
        for anchor in (CALENDAR_ANCHOR, first):
            yield (last - first).days + 1, period_of(interval, anchor, first).days


def _zone(midnight: datetime) -> timezone:
    after = timedelta(hours=midnight.hour, minutes=midnight.minute)
    return timezone(DAY - after if after > _HALF_A_DAY else -after)
