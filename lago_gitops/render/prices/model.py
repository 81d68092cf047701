"""What is said of a change of prices: the data that documents, texts and drawings are made from."""

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
    """One figure of a price, or a word about it; None where it isn't there. `per` is the period it is for."""

    label: str
    before: Value
    after: Value
    unit: Unit
    per: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class PriceChange:
    """One price: the charge's own (no label), or that of a filter or of some of its values.

    `before` and `after` are the price in words. Of a filter that is new `was_of` says whose price its events had, of
    one that goes `now_of` whose they get; "" is the charge's own. Tiers are all of them, figures what differs.
    `assumed` is what the costs take for granted. `lines` are what to draw, before and after.
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

    `period` is what its usage is billed by. `notes` are what else is to know of a new one, `replaced` the fields for
    which it is deleted and created again.
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
    """What costs otherwise after an update of a plan, or what a new one costs."""

    code: str
    name: str
    sign: Sign
    currency: str
    currency_before: str
    interval: str
    figures: tuple[Figure, ...]
    charges: tuple[ChargeChange, ...]
    notes: tuple[str, ...] = ()
