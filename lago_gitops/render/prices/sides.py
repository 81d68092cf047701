"""A plan before and after a change, the charges in it, and what both sides need to be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from lago_gitops.pricing.base.numbers import from_cents, quot
from lago_gitops.pricing.base.words import least_decimals
from lago_gitops.pricing.catalog.items import Interval, Metric
from lago_gitops.render.prices.points import Scale

Fields = Mapping[str, Any]
Replaced = Mapping[tuple[str, str], tuple[str, ...]]
"""By collection and code of a charge that can't be changed in place: the fields that are to change."""

PERIODS: Final = {
    Interval.WEEKLY: "week",
    Interval.MONTHLY: "month",
    Interval.QUARTERLY: "quarter",
    Interval.SEMIANNUAL: "half-year",
    Interval.YEARLY: "year",
}
_SPLIT: Final = {Interval.SEMIANNUAL, Interval.YEARLY}  # whose usage can be billed by the month
_USUAL_BILL: Final = 100  # of a plan without a fee, and its like in currencies without hundredths


@dataclass(frozen=True, slots=True)
class Side:
    """A plan before or after, None where there is none."""

    plan: Fields | None

    @property
    def currency(self) -> str:
        return str(self.plan["amount_currency"]) if self.plan else ""

    def charges(self, collection: str) -> Fields:
        return (self.plan or {}).get(collection) or {}

    def cents(self, holder: Fields | None, name: str = "amount_cents") -> Decimal | None:
        """The amount in units of the currency; None where there is none."""
        return from_cents(holder[name], self.currency) if holder and holder.get(name) is not None else None

    def period(self, flag: str = "") -> str:
        """What it bills by: the plan's interval, or the month where the flag says so of a longer one."""
        if self.plan is None:
            return ""
        interval = Interval(self.plan["interval"])
        return PERIODS[Interval.MONTHLY if interval in _SPLIT and self.plan.get(flag) else interval]


FLAG_OF: Final = {"charges": "bill_charges_monthly", "fixed_charges": "bill_fixed_charges_monthly"}


def item_period(plan: Fields, collection: str) -> str:
    """What the charges or the fixed charges of a plan are billed by."""
    return Side(plan).period(FLAG_OF[collection])


@dataclass(frozen=True, slots=True)
class Sides:
    before: Side
    after: Side
    metrics: Mapping[str, Fields] = field(default_factory=dict)
    replaced: Replaced = field(default_factory=dict)

    @property
    def usual_bill(self) -> Decimal:
        """The fee, or a hundred where the plan has none."""
        shown = self.after if self.after.plan else self.before
        usual = Decimal(_USUAL_BILL) * 10 ** max(0, 2 - least_decimals(shown.currency))
        return shown.cents(shown.plan) or usual


@dataclass(frozen=True, slots=True)
class Pair:
    """A charge before and after, and what both need to be read."""

    collection: str
    old: Fields | None
    new: Fields | None
    metric: Metric | None
    sides: Sides

    @property
    def shown(self) -> Fields:
        return self.new or self.old or {}

    @property
    def periods(self) -> tuple[str, str]:
        flag = FLAG_OF[self.collection]
        return self.sides.before.period(flag), self.sides.after.period(flag)

    @property
    def currencies(self) -> tuple[str, str]:
        """Those of its prices: codes of pricing units where it has them."""
        units = [((charge or {}).get("applied_pricing_unit") or {}).get("code") for charge in (self.old, self.new)]
        return units[0] or self.sides.before.currency, units[1] or self.sides.after.currency

    @property
    def scale(self) -> Scale:
        unit = self.shown.get("applied_pricing_unit") or {}
        rate = number(unit.get("conversion_rate"))
        bill = self.sides.usual_bill
        return Scale(quot(bill, rate) if rate else bill, self.currencies[1] or self.currencies[0])


def number(value: Any) -> Decimal | None:
    return Decimal(value) if isinstance(value, int | Decimal) else None
