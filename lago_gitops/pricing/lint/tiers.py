"""Tiers: flat amounts without usage, bounds that count a unit twice, tiers that change nothing.

The first tier's flat amount is billed at zero usage too, since Lago 1.51, and each filter has a first tier of its own
(prices: sum_00, filters_06, overlap_0). Graduated tiers are all counted `to − from` if each starts where the one before
ends, and all `to − from + 1` if a single one doesn't; those of graduated_percentage always `+ 1`.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Final

from lago_gitops.core.model.kind import Finding
from lago_gitops.core.model.problem import Severity
from lago_gitops.pricing.base.numbers import ONE, ceiling
from lago_gitops.pricing.base.words import figure, money
from lago_gitops.pricing.catalog.items import Aggregation
from lago_gitops.pricing.lint.rule import Rule
from lago_gitops.pricing.lint.subject import Catalogue, ChargeSubject, Priced, Subject
from lago_gitops.pricing.models import tiers_of
from lago_gitops.pricing.models.graduated import Graduated
from lago_gitops.pricing.models.graduated_percentage import GraduatedPercentage
from lago_gitops.pricing.models.tiered import Tier

_WHOLE: Final = {Aggregation.COUNT, Aggregation.UNIQUE_COUNT}


def first_flat(priced: Priced) -> Decimal:
    """Flat amounts billed without any usage."""
    all_tiers = tiers_of(priced.price)
    return all_tiers[0].flat_amount if all_tiers else Decimal(0)


def zero_usage_flat(subject: Subject, catalogue: Catalogue) -> Iterator[Finding]:
    for charge in _flat_without_usage(subject, catalogue):
        if charge.own and (flat := first_flat(charge.own)):
            yield Finding(
                charge.own.tier(0, "flat_amount"),
                f"{money(flat, subject.currency)} is billed in every period, even without usage",
                "add it to the plan's fee if everybody pays it, or let a free first tier end below the first unit",
            )


def filter_flat(subject: Subject, catalogue: Catalogue) -> Iterator[Finding]:
    for charge in _flat_without_usage(subject, catalogue):
        for priced in charge.filters:
            if flat := first_flat(priced):
                yield Finding(
                    priced.tier(0, "flat_amount"),
                    f"this filter bills {money(flat, subject.currency)} in every period in which no event matches it, "
                    "in addition to the flat amounts of all others",
                    "don't use flat amounts in filters",
                )


def _flat_without_usage(subject: Subject, catalogue: Catalogue) -> Iterator[ChargeSubject]:
    """The charges whose first flat amount is billed without usage, too."""
    return (one for one in subject.charges if catalogue.rules.first_flat_at_zero and not one.in_advance)


def mixed_bounds(subject: Subject, _: Catalogue) -> Iterator[Finding]:
    for priced in _all_prices(subject):
        if isinstance(priced.price, Graduated):
            touching = [index for index, step in _steps(priced.price.tiers) if not step]
            if touching and len(touching) < len(priced.price.tiers) - 1:
                yield Finding(
                    priced.tier(touching[0], "from_value"),
                    "this tier starts where the one before ends, others start one above: Lago counts one extra unit "
                    f"in {_named(touching)}",
                    "start all tiers where the one before ends, or all of them one above",
                )


def percentage_touching(subject: Subject, _: Catalogue) -> Iterator[Finding]:
    for priced in _all_prices(subject):
        if isinstance(priced.price, GraduatedPercentage):
            for index, step in _steps(priced.price.tiers):
                if step < ONE:
                    yield Finding(
                        priced.tier(index, "from_value"),
                        "tiers of a graduated_percentage that touch count one unit twice",
                        f"start this tier at {figure(priced.price.tiers[index].from_value + ONE - step)}",
                    )


def dead_tier(subject: Subject, _: Catalogue) -> Iterator[Finding]:
    for priced in _all_prices(subject):
        for index, (lower, upper) in enumerate(pairwise(tiers_of(priced.price)), start=1):
            if _same_price(priced, lower, upper):
                yield Finding(
                    priced.tier(index),
                    "this tier has the same prices as the one before",
                    "merge the two, or change one of the prices",
                )
    for charge in subject.charges:
        if charge.metric is not None and charge.metric.aggregation in _WHOLE:
            for priced in charge.prices:
                yield from _unreachable(priced)


def _unreachable(priced: Priced) -> Iterator[Finding]:
    """Counted units are whole numbers, so no usage ends in a tier without any."""
    start = Decimal(-1)
    for index, tier in enumerate(tiers_of(priced.price)):
        if tier.to_value is not None and _whole_above(start) > tier.to_value:
            yield Finding(
                priced.tier(index),
                f"no number of counted units falls above {figure(start)} up to {figure(tier.to_value)}",
                "use whole numbers as bounds, since this metric counts",
            )
        start = tier.to_value if tier.to_value is not None else start


def _whole_above(bound: Decimal) -> Decimal:
    up = ceiling(bound)
    return up if up > bound else up + ONE


def _same_price(priced: Priced, lower: Tier, upper: Tier) -> bool:
    flats_agree = lower.flat_amount == upper.flat_amount if priced.model == "volume" else not upper.flat_amount
    return flats_agree and lower.unit_price == upper.unit_price


def _steps(tiers: Sequence[Tier]) -> Iterator[tuple[int, Decimal]]:
    """How far above the end of its predecessor each tier starts."""
    for index, (lower, upper) in enumerate(pairwise(tiers), start=1):
        yield index, ONE if lower.to_value is None else upper.from_value - lower.to_value


def _named(indexes: list[int]) -> str:
    return "tier " + ", ".join(str(index + 1) for index in indexes)


def _all_prices(subject: Subject) -> Iterator[Priced]:
    for charge in subject.charges:
        yield from charge.prices
    for fixed in subject.fixed_charges:
        yield fixed.price


RULES: Final = (
    Rule(
        "zero-usage-flat", Severity.WARNING, "A flat amount of the first tier is billed without usage", zero_usage_flat
    ),
    Rule("filter-flat", Severity.WARNING, "Every unused filter bills its own flat amount", filter_flat),
    Rule(
        "tiers-mixed-bounds",
        Severity.WARNING,
        "Graduated tiers that only partly touch count units twice",
        mixed_bounds,
        model="graduated",
    ),
    Rule(
        "percentage-tiers-touch",
        Severity.WARNING,
        "Tiers of a graduated_percentage that touch count units twice",
        percentage_touching,
        model="graduated_percentage",
    ),
    Rule("dead-tier", Severity.WARNING, "A tier changes nothing, or nothing can fall into it", dead_tier),
)
