"""Impact of a plan of changes on past usage: totals, winners and losers, the biggest movers, as plain JSON data."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from itertools import pairwise
from math import sqrt
from statistics import median, stdev
from typing import Any, Final

from lago_gitops.bills.usage.rated import Unrated
from lago_gitops.pricing.base.numbers import quot, whole

Document = dict[str, Any]
ASSUMPTION: Final = (
    "what Lago billed for usage in arrears, before minimums, commitments, coupons and taxes; winners and losers "
    "include changed subscription and fixed fees"
)
MOVERS: Final = 5  # in each direction
BANDS: Final = (None, -20, -10, 0, 10, 20, None)
"""Percent, from one bound to the next; customers who pay the same are in no band."""
_CONFIDENCE: Final = 1.96  # standard errors on each side, for a large sample: 95 of 100 intervals contain the true sum


@dataclass(frozen=True, slots=True)
class UsageOutcome:
    """A subscription whose usage was rated. In cents: usage of all its `periods`, and fees over the same time."""

    customer: str
    plan: str
    currency: str
    periods: int
    first: datetime
    last: datetime
    before: int
    after: int
    fees_before: int
    fees_after: int

    @property
    def difference(self) -> int:
        return self.after - self.before + self.fees_after - self.fees_before

    @property
    def percent(self) -> Decimal | None:
        """None if nothing was paid before."""
        paid = self.before + self.fees_before
        return quot(Decimal(self.difference * 100), Decimal(paid)) if paid else None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A subscription left out of all sums because of some of its charges."""

    plan: str
    currency: str
    unrated: tuple[Unrated, ...]


@dataclass(frozen=True, slots=True)
class Draw:
    """Which subscriptions were examined: `size` drawn at random, or all when it is None; `seed` identifies the draw.

    `population` and `unused` are by currency: how many there are, and how many of those drawn have no finished period.
    `overridden` subscriptions keep their prices and aren't counted in either; None when Lago doesn't tell.
    """

    population: Mapping[str, int]
    periods: int
    unused: Mapping[str, int] = field(default_factory=dict)
    overridden: int | None = 0
    size: int | None = None
    seed: int = 0


def usage_document(
    outcomes: Sequence[UsageOutcome], left_out: Sequence[LeftOut], draw: Draw, pseudonym: Callable[[str], str]
) -> Document:
    """Subscriptions left out are in no sum; estimates for all from a sample have an interval.

    `pseudonym` turns a customer's id into the name to show.
    """
    unused, everybody = sum(draw.unused.values()), sum(draw.population.values())
    drawn = len(outcomes) + len(left_out) + unused
    return {
        "assumption": ASSUMPTION,
        "basis": "exact" if drawn >= everybody else "sampled",
        "periods": draw.periods,
        "seed": None if draw.size is None else draw.seed,
        "subscriptions": {
            "all": everybody,
            "rated": len(outcomes),
            "without_usage": unused,
            "left_out": len(left_out),
            "overridden": draw.overridden,
        },
        "by_currency": [_sums(currency, outcomes, left_out, draw) for currency in sorted(draw.population)],
        "movers": [_mover(one, pseudonym) for one in _movers(outcomes)],
        "left_out": [
            {"address": f"plan/{plan}", "charge": charge, "why": why, "subscriptions": number}
            for (plan, charge, why), number in Counter(_reasons(left_out)).most_common()
        ],
    }


def _reasons(left_out: Sequence[LeftOut]) -> Iterator[tuple[str, str, str]]:
    for subscription in left_out:
        yield from dict.fromkeys((subscription.plan, each.charge, each.why) for each in subscription.unrated)


def _sums(currency: str, outcomes: Sequence[UsageOutcome], left_out: Sequence[LeftOut], draw: Draw) -> Document:
    mine = [one for one in outcomes if one.currency == currency]
    more = sorted(one.difference for one in mine if one.difference > 0)
    less = sorted(one.difference for one in mine if one.difference < 0)
    before, after = sum(one.before for one in mine), sum(one.after for one in mine)
    return {
        "currency": currency,
        "from_date": f"{min(one.first for one in mine):%Y-%m-%d}" if mine else None,
        "to_date": f"{max(one.last for one in mine):%Y-%m-%d}" if mine else None,
        "before_cents": before,
        "after_cents": after,
        "difference_cents": after - before,
        "estimate": _estimate(mine, sum(one.currency == currency for one in left_out), currency, draw),
        "more": len(more),
        "less": len(less),
        "same": len(mine) - len(more) - len(less),
        "median_more_cents": whole(Decimal(median(more))) if more else None,
        "most_more_cents": more[-1] if more else None,
        "most_less_cents": less[0] if less else None,
        "bands": list(_bands(mine)),
    }


def _estimate(mine: Sequence[UsageOutcome], left_out: int, currency: str, draw: Draw) -> Document | None:
    """Estimate for all whose usage can be rated, from those drawn; None when all were, or too few for an interval."""
    everybody, unused = draw.population[currency], draw.unused.get(currency, 0)
    known = len(mine) + unused
    if draw.size is None or known + left_out >= everybody or known < 2:
        return None
    number = round(everybody * known / (known + left_out))
    values = [one.after - one.before for one in mine] + [0] * unused
    middle = number * sum(values) / known
    error = _errors(known - 1) * number * stdev(values) / sqrt(known) * sqrt(max(0.0, 1 - known / number))
    return {
        "subscriptions": number,
        "difference_cents": round(middle),
        "low_cents": round(middle - error),
        "high_cents": round(middle + error),
    }


def _errors(freedom: int) -> float:
    """Standard errors to each side of a mean, by Student's distribution: about 1.96, and more for a small sample."""
    return _CONFIDENCE + (_CONFIDENCE**3 + _CONFIDENCE) / (4 * freedom)


def _bands(mine: Sequence[UsageOutcome]) -> Iterator[Document]:
    """Customers whose bill changes, by percentage; those who paid nothing before are in the highest band."""
    shares = [one.percent for one in mine if one.difference]
    for low, high in pairwise(BANDS):
        number = sum(_is_between(share, low, high) for share in shares)
        if number:
            yield {"from_percent": low, "to_percent": high, "subscriptions": number}


def _is_between(share: Decimal | None, low: int | None, high: int | None) -> bool:
    """Bands include the bound nearer to zero: 10 % is in the band above 10, −10 % in the one below −10."""
    if share is None:
        return high is None
    if share > 0:
        return low is not None and low >= 0 and low <= share and (high is None or share < high)
    return high is not None and high <= 0 and share <= high and (low is None or low < share)


def _movers(outcomes: Sequence[UsageOutcome]) -> list[UsageOutcome]:
    """The customers with the largest increases and the largest decreases, across currencies."""
    moved = sorted((outcome for outcome in outcomes if outcome.difference), key=lambda outcome: -outcome.difference)
    more = [outcome for outcome in moved if outcome.difference > 0][:MOVERS]
    return more + [outcome for outcome in moved if outcome.difference < 0][-MOVERS:]


def _mover(outcome: UsageOutcome, pseudonym: Callable[[str], str]) -> Document:
    before, after = outcome.before + outcome.fees_before, outcome.after + outcome.fees_after
    return {
        "customer": pseudonym(outcome.customer),
        "address": f"plan/{outcome.plan}",
        "currency": outcome.currency,
        "before_cents": before,
        "after_cents": after,
        "difference_cents": after - before,
    }


def hashed(customer: str, salt: str) -> str:
    """A name for a customer that can't be guessed without the salt."""
    return f"c_{sha256(f'{salt} {customer}'.encode()).hexdigest()[:8]}"
