"""Volume charges: usage in no tier, for which Lago creates no invoice, and more usage that costs less.

Lago looks for the first tier with from_value ≤ usage rounded up and usage ≤ to_value. Where it finds none it raises,
and no invoice is created, with any of its charges. (prices: volume_from_one_0, volume_hole_1, sum_29, max_2)
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

from lago_gitops.core.model.kind import Finding
from lago_gitops.core.model.problem import Severity
from lago_gitops.pricing.base.numbers import ONE, ceiling, floor, quot
from lago_gitops.pricing.base.words import figure, money
from lago_gitops.pricing.catalog.items import Aggregation, Metric
from lago_gitops.pricing.lint.rule import Rule
from lago_gitops.pricing.lint.subject import Catalogue, Priced, Subject
from lago_gitops.pricing.models.volume import Volume

_CAN_FALL_BELOW_ZERO: Final = {Aggregation.SUM, Aggregation.MAX, Aggregation.WEIGHTED_SUM}


@dataclass(frozen=True, slots=True)
class Gap:
    """Usage in no tier: above the end of the tier before `index`, or from 0 on, up to `upto`."""

    index: int
    above: Decimal | None  # None before the first tier
    upto: Decimal
    whole: bool = True  # whether both tiers beside it have whole bounds

    def holds(self, units: Decimal) -> bool:
        return (self.above is None or units > self.above) and units <= self.upto


def gaps(price: Volume) -> Iterator[Gap]:
    """Lago rounds the usage up before it compares it with from_value, so a tier from 11 begins just above 10."""
    upto = ceiling(price.tiers[0].from_value) - ONE
    if upto >= 0:
        yield Gap(0, None, upto)
    for index, (lower, upper) in enumerate(pairwise(price.tiers), start=1):
        upto = ceiling(upper.from_value) - ONE
        if lower.to_value is not None and lower.to_value < upto:
            yield Gap(index, lower.to_value, upto, _is_whole(lower.to_value) and _is_whole(upper.from_value))


def from_one(subject: Subject, _: Catalogue) -> Iterator[Finding]:
    for priced, gap in _usage_gaps(subject):
        if gap.above is None:
            yield Finding(
                priced.tier(0, "from_value"),
                f"the volume tiers start at {figure(gap.upto + ONE)}: a period without usage falls in no tier, and "
                "Lago issues no invoice at all",
                "start the first tier at 0",
            )
    yield from (_fixed_finding(*each) for each in _fixed_gaps(subject) if each[1].above is None)


def hole(subject: Subject, _: Catalogue) -> Iterator[Finding]:
    for priced, gap in _usage_gaps(subject):
        if gap.above is not None and gap.whole:
            yield Finding(
                priced.tier(gap.index, "from_value"),
                f"usage above {figure(gap.above)} up to {figure(gap.upto)} falls in no volume tier, and Lago creates "
                "no invoice at all",
                f"start this tier at {figure(gap.above + ONE)}",
            )
    yield from (_fixed_finding(*each) for each in _fixed_gaps(subject) if each[1].above is not None)


def decimal_bounds(subject: Subject, _: Catalogue) -> Iterator[Finding]:
    for priced, gap in _usage_gaps(subject):
        if gap.above is not None and not gap.whole:
            yield Finding(
                priced.tier(gap.index, "from_value"),
                f"usage above {figure(gap.above)} up to {figure(gap.upto)} falls in no volume tier, and Lago creates "
                "no invoice at all: it rounds usage up before it looks for the tier",
                "end volume tiers at whole numbers, and start the next one above them",
            )


def negative(subject: Subject, _: Catalogue) -> Iterator[Finding]:
    for charge in subject.charges:
        metric = charge.metric
        if charge.data["charge_model"] == "volume" and metric and metric.aggregation in _CAN_FALL_BELOW_ZERO:
            yield Finding(
                (*charge.path, "charge_model"),
                f"usage of a {metric.aggregation.value} metric can fall below 0, which is in no volume tier: Lago then "
                "creates no invoice at all",
                "use graduated, or never send values that take the usage below 0",
            )


def cliff(subject: Subject, _: Catalogue) -> Iterator[Finding]:
    currency = subject.currency
    for priced, price in _volumes(subject):
        for index, (lower, upper) in enumerate(pairwise(price.tiers), start=1):
            last = lower.to_value
            if last is None:
                continue
            before = last * lower.unit_price + lower.flat_amount
            after = (last + ONE) * upper.unit_price + upper.flat_amount
            if after < before:
                until = _until(before - upper.flat_amount, upper.unit_price)
                yield Finding(
                    priced.tier(index, "per_unit_amount"),
                    f"{figure(last)} units cost {money(before, currency)}, {figure(last + ONE)} cost "
                    f"{money(after, currency)}: higher usage costs less{until}",
                    "use graduated, whose tiers price their own units only",
                )


RULES: Final = tuple(
    Rule(id_, severity, summary, find, model="volume")
    for id_, severity, summary, find in (
        ("volume-from-one", Severity.ERROR, "Volume tiers that start at 1 can't bill a period without usage", from_one),
        ("volume-hole", Severity.ERROR, "Usage between two volume tiers can't be billed", hole),
        ("volume-decimal-bounds", Severity.ERROR, "Volume tiers with decimal bounds leave gaps", decimal_bounds),
        ("volume-negative", Severity.WARNING, "Usage below 0 on a volume charge can't be billed", negative),
        ("volume-cliff", Severity.WARNING, "One more unit makes a volume charge cheaper", cliff),
    )
)


def _volumes(subject: Subject) -> Iterator[tuple[Priced, Volume]]:
    for charge in subject.charges:
        for priced in charge.prices:
            if isinstance(priced.price, Volume):
                yield priced, priced.price


def _usage_gaps(subject: Subject) -> Iterator[tuple[Priced, Gap]]:
    for charge in subject.charges:
        for priced in charge.prices:
            if isinstance(priced.price, Volume):
                yield from ((priced, gap) for gap in gaps(priced.price) if _can_happen(gap, charge.metric))


def _can_happen(gap: Gap, metric: Metric | None) -> bool:
    """Whether usage can fall into the gap; a metric rounded to tens or hundreds may skip it."""
    if gap.above is None or metric is None or metric.rounding is None or metric.rounding_precision >= 0:
        return True
    return floor(gap.upto, metric.rounding_precision) > gap.above


def _fixed_gaps(subject: Subject) -> Iterator[tuple[Priced, Gap, Decimal]]:
    """Gaps of fixed charges, which have exactly the units of their manifest."""
    for fixed in subject.fixed_charges:
        if isinstance(fixed.price.price, Volume):
            yield from ((fixed.price, gap, fixed.units) for gap in gaps(fixed.price.price) if gap.holds(fixed.units))


def _fixed_finding(priced: Priced, gap: Gap, units: Decimal) -> Finding:
    return Finding(
        priced.tier(gap.index, "from_value"),
        f"the {figure(units)} units of this fixed charge fall in no volume tier, and Lago issues no invoice at all",
        "start the tiers at 0 and leave no gap between them",
    )


def _until(cost: Decimal, per_unit: Decimal) -> str:
    """Up to the last whole number of units that costs less."""
    return f", up to {figure(ceiling(quot(cost, per_unit)) - ONE)} units" if per_unit else ", however high"


def _is_whole(bound: Decimal) -> bool:
    return bound == bound.to_integral_value()
