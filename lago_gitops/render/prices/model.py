"""Price changes: the data behind documents, texts and charts."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lago_gitops.render.prices.costs import CostComparison, UsageCost, Vertex
from lago_gitops.render.prices.tiers import Sign, TierRow

Value = Decimal | str | None


class Unit(StrEnum):
    MONEY = "money"
    NUMBER = "number"
    PERCENT = "percent"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a price, or a word about it; None when missing. `per` is its period."""

    label: str
    before: Value
    after: Value
    unit: Unit
    per: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class PriceChange:
    """One price: the charge's own (no label), or that of a filter or of some of its values.

    `before` and `after` are the price in words. For a new filter, `was_of` names the filter that priced its events
    before; for a removed one, `now_of` names the filter that prices them now; "" is the charge itself. All tiers are
    included, but only figures that differ. `assumed` is what the costs assume. `lines` are the lines to draw.
    """

    label: str
    sign: Sign
    before: str | None
    after: str | None
    was_of: str | None
    now_of: str | None
    figures: tuple[Figure, ...]
    tiers: tuple[TierRow, ...]
    tier_units: tuple[Unit, Unit]
    costs: tuple[UsageCost, ...]
    assumed: str
    comparison: CostComparison | None
    lines: tuple[tuple[Vertex, ...], tuple[Vertex, ...]]


@dataclass(frozen=True, slots=True)
class ChargeChange:
    """`sort` is `charge` or `fixed charge`, `of` the metric or add-on, `unit_code` that of a pricing unit.

    `period` is the billing period of its usage. `notes` describe a new one further; `replaced` are the fields because
    of which it is deleted and created again.
    """

    sort: str
    code: str
    of: str
    model: str
    sign: Sign
    period: str
    figures: tuple[Figure, ...]
    prices: tuple[PriceChange, ...]
    aggregation: str = ""
    unit_code: str = ""
    notes: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanChange:
    """Prices that differ after an update of a plan, or all prices of a new one."""

    code: str
    name: str
    sign: Sign
    currency: str
    currency_before: str
    interval: str
    figures: tuple[Figure, ...]
    charges: tuple[ChargeChange, ...]
    notes: tuple[str, ...] = ()
