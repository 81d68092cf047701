"""Rounding: fees are rounded one by one, so prices below a cent can vanish.

Every fee is rounded to the currency's subunits separately: one per group or, billed in advance, per event (prices:
groups_0; advance/calls_std: three units of 1.234, one by one, are 3.69). The subunits are Lago's own: 1 to the unit
for JPY or HUF, 1,000 for KWD, 5 for MRO (prices: cur_huf, cur_kwd, mro_03).
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from lago_gitops.core.model.kind import Finding, Path
from lago_gitops.core.model.problem import Severity
from lago_gitops.pricing.base.currencies import subunits
from lago_gitops.pricing.base.numbers import ONE, ceiling, from_cents, quot, to_cents
from lago_gitops.pricing.base.words import figure, money
from lago_gitops.pricing.lint.rule import Rule
from lago_gitops.pricing.lint.subject import Catalogue, Priced, Subject
from lago_gitops.pricing.models.graduated import Graduated
from lago_gitops.pricing.models.standard import Standard
from lago_gitops.pricing.models.volume import Volume

_USUAL: Final = 100


def sub_cent(subject: Subject, _: Catalogue) -> Iterator[Finding]:
    """One finding per charge, for its lowest price: those of its filters are usually close."""
    for charge in subject.charges:
        if charge.data.get("applied_pricing_unit"):
            continue
        half = quot(ONE, Decimal(2 * subunits(subject.currency)))
        lowest = (next(_unit_prices(priced), None) for priced in charge.prices if priced.group_keys)
        tiny = [pair for pair in lowest if pair is not None and 0 < pair[1] < half]
        if tiny:
            path, price = min(tiny, key=lambda pair: pair[1])
            free = figure(ceiling(quot(half, price)) - ONE)
            yield Finding(
                path,
                f"the fee of every group is rounded separately: a group of up to {free} units costs nothing at "
                f"{money(price, subject.currency)} per unit",
                "remove pricing_group_keys, or sell packages",
            )


def in_advance(subject: Subject, _: Catalogue) -> Iterator[Finding]:
    for charge in subject.charges:
        if not charge.in_advance or charge.data.get("applied_pricing_unit"):
            continue
        for priced in charge.prices:
            for path, price in _unit_prices(priced):
                billed = from_cents(to_cents(price, subject.currency), subject.currency)
                if billed != price:
                    yield Finding(
                        path,
                        "billed in advance, the fee of every event is rounded separately: a unit at "
                        f"{money(price, subject.currency)} is billed at {money(billed, subject.currency)}",
                        "bill in arrears, or use prices without fractions of a cent",
                    )


def unusual_subunits(subject: Subject, _: Catalogue) -> Iterator[Finding]:
    cents, currency = subject.data.get("amount_cents"), subject.currency
    if cents and currency and subunits(currency) != _USUAL:
        amount = money(from_cents(Decimal(cents), currency), currency)
        yield Finding(
            ("amount_cents",),
            f"amount_cents {cents} is {amount}: Lago divides {currency} into {_parts(subunits(currency))}",
            "check this figure and every other *_cents in this manifest",
        )


RULES: Final = (
    Rule(
        "sub-cent-rounding", Severity.WARNING, "Small groups cost nothing, since each is rounded separately", sub_cent
    ),
    Rule("advance-rounding", Severity.WARNING, "Billed in advance, every event is rounded separately", in_advance),
    Rule(
        "unusual-subunits",
        Severity.WARNING,
        "amount_cents isn't in hundredths of this currency",
        unusual_subunits,
        ("plan", "coupon", "add_on"),
    ),
)


def _unit_prices(priced: Priced) -> Iterator[tuple[Path, Decimal]]:
    """The prices of single units, starting with the first tier's."""
    match priced.price:
        case Standard(amount):
            yield priced.at("amount"), amount
        case Graduated(tiers) | Volume(tiers):
            for index, tier in enumerate(tiers):
                yield priced.tier(index, "per_unit_amount"), tier.unit_price
        case _:
            return


def _parts(parts: int) -> str:
    return "no smaller unit" if parts == 1 else f"{parts:,}"
