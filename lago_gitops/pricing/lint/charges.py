"""Charges that don't do what they seem to: free units that never apply, full prices for partial periods, taxes.

Free units depend on the running total of events, which max and weighted sums don't have (prices: max_1, weighted_1).
A fixed charge that isn't prorated costs its full price in a partial period (prices: fixed_15, fixed_31). Taxes of a
charge come before the plan's, and those before the customer's: the first level with any taxes replaces the rest
(prices: taxed_vat20_nocoupon). Billed in advance, an event that adds nothing still pays a percentage's fixed amount,
or Lago's job fails and creates no fee (prices: advance/units_p1, advance/users_p1).
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from lago_gitops.core.model.kind import Finding, Path
from lago_gitops.core.model.plurals import counted
from lago_gitops.core.model.problem import Severity
from lago_gitops.pricing.base.errors import PricingError
from lago_gitops.pricing.base.numbers import ZERO
from lago_gitops.pricing.base.words import figure, money
from lago_gitops.pricing.catalog.items import Aggregation
from lago_gitops.pricing.lint.rule import Rule
from lago_gitops.pricing.lint.subject import Catalogue, Data, FixedSubject, Subject
from lago_gitops.pricing.models import rate
from lago_gitops.pricing.models.percentage import Percentage
from lago_gitops.pricing.models.usage import Usage

_WITHOUT_TOTALS: Final = {Aggregation.MAX, Aggregation.WEIGHTED_SUM}
_LEVELS: Final = {Aggregation.SUM, Aggregation.UNIQUE_COUNT}


def free_units_ignored(subject: Subject, _: Catalogue) -> Iterator[Finding]:
    for charge in subject.charges:
        if charge.metric is None or charge.metric.aggregation not in _WITHOUT_TOTALS:
            continue
        for priced in charge.prices:
            if isinstance(priced.price, Percentage) and priced.price.free_aggregation:
                yield Finding(
                    priced.at("free_units_per_total_aggregation"),
                    f"the {figure(priced.price.free_aggregation)} free units never apply to a "
                    f"{charge.metric.aggregation.value} metric: Lago has no running total for it",
                    "remove them, or use graduated_percentage with a free first tier",
                )


def fixed_amount_in_advance(subject: Subject, _: Catalogue) -> Iterator[Finding]:
    for charge in subject.charges:
        if not charge.in_advance or charge.metric is None or charge.metric.aggregation not in _LEVELS:
            continue
        for priced in charge.prices:
            if isinstance(priced.price, Percentage) and priced.price.fixed_amount:
                yield Finding(
                    priced.at("fixed_amount"),
                    "billed in advance, an event that adds no units pays "
                    f"{money(priced.price.fixed_amount, subject.currency)} for nothing, or Lago fails to bill it",
                    "bill in arrears, or remove fixed_amount",
                )


def fixed_charge_whole(subject: Subject, _: Catalogue) -> Iterator[Finding]:
    for fixed in subject.fixed_charges:
        if not fixed.data.get("prorated") and (amount := _amount(fixed)):
            yield Finding(
                fixed.path,
                f"a first period of a single day costs the full {money(amount, subject.currency)}",
                "set prorated: true to bill a partial period by its days",
            )


def taxes_replace(subject: Subject, _: Catalogue) -> Iterator[Finding]:
    """One finding per manifest, at the first place: all of its taxes have the same reason."""
    places = [path for path, data in _taxed(subject) if data.get("tax_codes")]
    if places:
        others = f" (and in {counted(len(places) - 1, 'place')} more)" if len(places) > 1 else ""
        yield Finding(
            (*places[0], "tax_codes"),
            f"these taxes{others} replace the customer's own: customers who are exempt, or zero-rated, pay them too",
            "set taxes on customers and billing entities, unless all customers must pay these",
        )


RULES: Final = (
    Rule("free-units-ignored", Severity.WARNING, "Free units never apply to max and weighted sum", free_units_ignored),
    Rule(
        "advance-fixed-amount",
        Severity.WARNING,
        "Billed in advance, events that add nothing pay the fixed amount of a percentage",
        fixed_amount_in_advance,
    ),
    Rule(
        "fixed-charge-whole",
        Severity.WARNING,
        "A fixed charge that isn't prorated costs its full price in a short first period",
        fixed_charge_whole,
    ),
    Rule(
        "taxes-replace",
        Severity.WARNING,
        "Taxes of a charge, plan or add-on replace a customer's exemption",
        taxes_replace,
        ("plan", "add_on"),
    ),
)


def _amount(fixed: FixedSubject) -> Decimal:
    """What the units cost; 0 when they can't be rated, which another rule reports."""
    try:
        return rate(fixed.price.price, Usage(fixed.units, 1)).amount
    except PricingError:
        return ZERO


def _taxed(subject: Subject) -> Iterator[tuple[Path, Data]]:
    """Everything that can have taxes, with its path."""
    data = subject.data
    yield (), data
    if data.get("minimum_commitment"):
        yield ("minimum_commitment",), data["minimum_commitment"]
    yield from ((charge.path, charge.data) for charge in subject.charges)
    yield from ((fixed.path, fixed.data) for fixed in subject.fixed_charges)
