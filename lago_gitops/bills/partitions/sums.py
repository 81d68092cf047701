"""What rows cost at one price list or two, by charge: sums that are the same however the rows are divided."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lago_gitops.bills.audit.billed import BilledFee
from lago_gitops.bills.audit.listings import Place, offer
from lago_gitops.bills.audit.rating import Offer, offered_cents, plan_cents
from lago_gitops.bills.partitions.rows import Row
from lago_gitops.pricing.base.rules import Rules
from lago_gitops.pricing.catalog.items import Plan
from lago_gitops.pricing.fees.fee import ItemType

Key = tuple[str, str, str, str]
"""Plan, charge (empty: the plan's own fee), sort of fee, currency."""
Plans = Mapping[str, Plan]


@dataclass(frozen=True, slots=True)
class Sum:
    """In cents. What can't be rated from its row alone is counted apart, and in no other figure."""

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
    """`now` is the price list that made the fees, `after` the one they are to be rated by; they can be the same."""

    now: Plans
    after: Plans
    rules: Rules


Sums = Mapping[Key, Sum]


def sums(rows: Iterable[Row], prices: Prices) -> Sums:
    found: dict[Key, Sum] = {}
    for row in rows:
        key = (row.place.plan, row.place.charge, row.fee.item_type.value, row.fee.currency)
        found[key] = found.get(key, Sum()) + _of(row, prices)
    return found


def together(parts: Iterable[Sums]) -> Sums:
    found: dict[Key, Sum] = {}
    for part in parts:
        for key, one in part.items():
            found[key] = found.get(key, Sum()) + one
    return dict(sorted(found.items()))


def _of(row: Row, prices: Prices) -> Sum:
    billed = row.fee.amount_cents
    now = _cents(row, prices.now, prices)
    after = now if prices.after is prices.now else _cents(row, prices.after, prices)
    if now is None or after is None:
        return Sum(unrated=1, unrated_billed=billed)
    return Sum(1, billed, now, after)


def _cents(row: Row, plans: Plans, prices: Prices) -> int | None:
    """None for what hangs on the rest of the invoice, or on events that the row doesn't tell."""
    fee, place = row.fee, row.place
    plan, made_by = plans.get(place.plan), prices.now.get(place.plan)
    if plan is None or made_by is None or fee.true_up_of or fee.item_type is ItemType.COMMITMENT:
        return None
    if fee.item_type is ItemType.SUBSCRIPTION:
        return plan_cents(fee, plan.amount_cents)
    own = offer(fee, place, made_by)
    return None if own is None else _offered(fee, place, plan, own, prices.rules)


def _offered(fee: BilledFee, place: Place, plan: Plan, own: Offer, rules: Rules) -> int | None:
    """A charge that the plan has no longer costs nothing."""
    offered = offer(fee, place, plan)
    return 0 if offered is None else offered_cents(fee, offered, own, rules)
