"""A plan before and after a change, its charges, and everything needed to read both."""

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
"""By collection and code of a charge that can't be changed in place: the fields that would change."""

PERIODS: Final = {
    Interval.WEEKLY: "week",
    Interval.MONTHLY: "month",
    Interval.QUARTERLY: "quarter",
    Interval.SEMIANNUAL: "half-year",
    Interval.YEARLY: "year",
}
_SPLIT: Final = {Interval.SEMIANNUAL, Interval.YEARLY}  # intervals whose usage can be billed monthly
_NUMBERS: Final = (int, Decimal)
_USUAL_BILL: Final = 100  # usual bill of a plan without a fee, scaled for currencies without hundredths


@dataclass(frozen=True, slots=True)
class Side:
    """A plan before or after; None when there is none."""

    plan: Fields | None

    @property
    def currency(self) -> str:
        return str(self.plan["amount_currency"]) if self.plan else ""

    def charges(self, collection: str) -> Fields:
        return (self.plan or {}).get(collection) or {}

    def cents(self, holder: Fields | None, name: str = "amount_cents") -> Decimal | None:
        """The amount in units of the currency; None when there is none."""
        return from_cents(holder[name], self.currency) if holder and holder.get(name) is not None else None

    def period(self, flag: str = "") -> str:
        """The billing period: the plan's interval, or a month if the flag says so for a longer one."""
        if self.plan is None:
            return ""
        interval = self.plan["interval"]
        return PERIODS[Interval.MONTHLY if interval in _SPLIT and self.plan.get(flag) else interval]


FLAG_OF: Final = {"charges": "bill_charges_monthly", "fixed_charges": "bill_fixed_charges_monthly"}


def item_period(plan: Fields, collection: str) -> str:
    """The billing period of a plan's charges or fixed charges."""
    return Side(plan).period(FLAG_OF[collection])


@dataclass(frozen=True, slots=True)
class Sides:
    before: Side
    after: Side
    metrics: Mapping[str, Fields] = field(default_factory=dict)
    replaced: Replaced = field(default_factory=dict)

    @property
    def usual_bill(self) -> Decimal:
        """The fee, or 100 if the plan has none."""
        shown = self.after if self.after.plan else self.before
        return shown.cents(shown.plan) or Decimal(_USUAL_BILL) * 10 ** max(0, 2 - least_decimals(shown.currency))


@dataclass(frozen=True, slots=True)
class Pair:
    """A charge before and after, with everything needed to read both."""

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
        """The currencies of its prices, or the codes of its pricing units."""
        units = [((charge or {}).get("applied_pricing_unit") or {}).get("code") for charge in (self.old, self.new)]
        return units[0] or self.sides.before.currency, units[1] or self.sides.after.currency

    @property
    def scale(self) -> Scale:
        unit = self.shown.get("applied_pricing_unit") or {}
        rate = number(unit.get("conversion_rate"))
        bill = self.sides.usual_bill
        return Scale(quot(bill, rate) if rate else bill, self.currencies[1] or self.currencies[0])


def number(value: Any) -> Decimal | None:
    return None if value is None or not isinstance(value, _NUMBERS) else Decimal(value)
