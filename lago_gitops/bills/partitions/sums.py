"""Cost of rows by one price list or two, per charge: the sums are the same however the rows are divided."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lago_gitops.bills.audit.billed import Filters
from lago_gitops.bills.audit.listings import Place, offer
from lago_gitops.bills.audit.rating import Offer, offered_cents, plan_cents
from lago_gitops.bills.partitions.minimums import ChargePeriod, Minimums, Topped, period_of, settled, true_up
from lago_gitops.bills.partitions.rows import FeeRow
from lago_gitops.pricing.base.rules import Rules
from lago_gitops.pricing.catalog.items import Charge, Plan
from lago_gitops.pricing.fees.fee import ItemType
from lago_gitops.pricing.periods.subscription import charges_interval

Key = tuple[str, str, str, str]
"""Plan, charge (empty: the plan's own fee), type of fee, currency."""
Plans = Mapping[str, Plan]


@dataclass(frozen=True, slots=True)
class Sum:
    """In cents. Rows that can't be rated on their own are counted separately, and in no other figure."""

    rows: int = 0
    billed: int = 0
    now: int = 0
    after: int = 0
    unrated: int = 0
    unrated_billed: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(
            self.rows + other.rows,
            self.billed + other.billed,
            self.now + other.now,
            self.after + other.after,
            self.unrated + other.unrated,
            self.unrated_billed + other.unrated_billed,
        )


@dataclass(frozen=True, slots=True)
class Prices:
    """`now` is the price list behind the fees, `after` the one to rate them by; they can be the same."""

    now: Plans
    after: Plans
    rules: Rules


Sums = Mapping[Key, Sum]
Offers = tuple[Offer | None, Offer | None]
"""What a row's charge costs now, and after."""


@dataclass(frozen=True, slots=True)
class RatedPartition:
    """Sums of a partition and, for charges with a minimum, the periods that may continue in other partitions."""

    sums: Sums
    periods: Mapping[ChargePeriod, Topped]


def rated(rows: Iterable[FeeRow], prices: Prices) -> RatedPartition:
    sums: dict[Key, Sum] = {}
    periods: dict[ChargePeriod, Topped] = {}
    offers: dict[tuple[Place, ItemType, Filters | None], Offers] = {}
    for row in rows:
        about = (row.place, row.fee.item_type, row.fee.filters)
        if about not in offers:
            offers[about] = _offers(row, prices)
        one = _of(row, prices, offers[about])
        if _has_minimum(row, offers[about]):
            period = period_of(row)
            periods[period] = periods.get(period, Topped()) + (true_up(row) if row.fee.true_up_of else _usage(one))
            one = Sum() if row.fee.true_up_of else one
        key = _key(row.place.plan, row.place.charge, row.fee.item_type, row.fee.currency)
        sums[key] = sums.get(key, Sum()) + one
    return RatedPartition(sums, periods)


def together(parts: Iterable[RatedPartition], prices: Prices) -> Sums:
    """The sums, with the true-ups of the periods of all partitions."""
    sums: dict[Key, Sum] = {}
    periods: dict[ChargePeriod, Topped] = {}
    for part in parts:
        for key, one in part.sums.items():
            sums[key] = sums.get(key, Sum()) + one
        for period, topped in part.periods.items():
            periods[period] = periods.get(period, Topped()) + topped
    for period, topped in periods.items():
        key = _key(period.plan, period.charge, ItemType.CHARGE, period.currency)
        sums[key] = sums.get(key, Sum()) + _topping_up(period, topped, prices)
    return dict(sorted(sums.items()))


def _key(plan: str, charge: str, item_type: ItemType, currency: str) -> Key:
    return plan, charge, item_type.value, currency


def _offers(row: FeeRow, prices: Prices) -> Offers:
    now, after = (plans.get(row.place.plan) for plans in (prices.now, prices.after))
    own = None if now is None else offer(row.fee, row.place, now)
    return own, None if after is None else offer(row.fee, row.place, after)


def _has_minimum(row: FeeRow, offers: Offers) -> bool:
    """Not for charges priced in credits: their minimum is in credits, too."""
    charges = [each.charge for each in offers if each is not None and isinstance(each.charge, Charge)]
    if offers[0] is None or row.fee.event or any(each.pricing_unit for each in charges):
        return False
    return any(each.min_amount_cents for each in charges)


def _usage(rated: Sum) -> Topped:
    return Topped(rated.billed + rated.unrated_billed, rated.now, rated.after, is_told=not rated.unrated)


def _topping_up(period: ChargePeriod, topped: Topped, prices: Prices) -> Sum:
    now, after = (_minimum(plans.get(period.plan), period.charge) for plans in (prices.now, prices.after))
    minimums = Minimums(now, after, charges_interval(prices.now[period.plan]))
    topped_up = settled(period, topped, minimums)
    if topped_up is None:
        return Sum(unrated=topped.rows, unrated_billed=topped.billed)
    return Sum(topped.rows, topped.billed, topped_up.now, topped_up.after)


def _minimum(plan: Plan | None, code: str) -> int:
    charges = plan.charges if plan else ()
    return next((each.min_amount_cents for each in charges if each.code == code), 0)


def _of(row: FeeRow, prices: Prices, offers: Offers) -> Sum:
    billed = row.fee.amount_cents
    now = _cents(row, prices.now, offers[0], (offers[0], prices.rules))
    same = prices.after is prices.now
    after = now if same else _cents(row, prices.after, offers[1], (offers[0], prices.rules))
    if now is None or after is None:
        return Sum(unrated=1, unrated_billed=billed)
    return Sum(1, billed, now, after)


def _cents(row: FeeRow, plans: Plans, offered: Offer | None, made_by: tuple[Offer | None, Rules]) -> int | None:
    """None for amounts that depend on the rest of the invoice, or on events that the row doesn't show.

    A charge that is no longer on the plan costs nothing.
    """
    fee, plan, (own, rules) = row.fee, plans.get(row.place.plan), made_by
    if plan is None or fee.true_up_of or fee.item_type is ItemType.COMMITMENT:
        return None
    if fee.item_type is ItemType.SUBSCRIPTION:
        return plan_cents(fee, plan.amount_cents)
    if own is None:
        return None
    return 0 if offered is None else offered_cents(fee, offered, own, rules)
