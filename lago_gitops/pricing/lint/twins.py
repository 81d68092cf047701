"""Charges of a plan that bill the same events.

Every charge bills all events of its metric: a second one with the same metric and model bills them again, unless
filters divide them between the two.
"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations
from typing import Final

from lago_gitops.core.model.kind import Finding
from lago_gitops.core.model.problem import Severity
from lago_gitops.pricing.base.errors import PricingError
from lago_gitops.pricing.catalog.items import Metric
from lago_gitops.pricing.lint.matching import Priceable, charge_of, common, shared_events, values
from lago_gitops.pricing.lint.rule import Rule
from lago_gitops.pricing.lint.subject import Catalogue, ChargeSubject, Priced, Subject
from lago_gitops.pricing.models import rate
from lago_gitops.pricing.models.usage import Usage

_MUCH: Final = Usage(Decimal(10**9), 10**6)


def billed_twice(subject: Subject, _: Catalogue) -> Iterator[Finding]:
    """One finding for each charge that bills events already billed by an earlier one."""
    reported: set[int] = set()
    for (_first, one), (second, other) in combinations(enumerate(subject.charges), 2):
        if second in reported or not _are_alike(one, other):
            continue
        events = _shared(one, other)
        if events is not None:
            reported.add(second)
            metric = other.data["billable_metric_code"]
            yield Finding(
                (*other.path, "billable_metric_code"),
                f"{events} of {metric!r} is billed twice: by this charge and by {one.data['code']!r}",
                "remove one of the two, or split the events between them by filters",
            )


RULES: Final = (Rule("billed-twice", Severity.WARNING, "Two charges of a plan bill the same events", billed_twice),)


def _are_alike(one: ChargeSubject, other: ChargeSubject) -> bool:
    names = ("billable_metric_code", "charge_model")
    return all(one.data[name] == other.data[name] for name in names)


def _shared(one: ChargeSubject, other: ChargeSubject) -> str | None:
    """The events billed by both, in words; None when there are none, or for filters of unknown metrics."""
    if one.metric is None:
        has_filters = one.data.get("filters") or other.data.get("filters")
        return None if has_filters or not (_costs(one) and _costs(other)) else "every event"
    for ours in _costs(one):
        for theirs in _costs(other):
            named = _event(_at(one, ours, one.metric), _at(other, theirs, one.metric), ours, theirs, one.metric)
            if named is not None:
                return named
    return None


def _event(one: Priceable, other: Priceable, ours: Priced, theirs: Priced, metric: Metric) -> str | None:
    both = common(values(ours, metric), values(theirs, metric))
    event = None if both is None else next(shared_events(one, other, both), None)
    if event is None:
        return None
    named = ", ".join(f"{key}: {value}" for key, value in sorted(event.properties.items()))
    if named:
        return f"an event with {named}"
    return "an event that matches no filter" if one[0].filters or other[0].filters else "every event"


def _at(charge: ChargeSubject, priced: Priced, metric: Metric) -> Priceable:
    return charge_of(charge, metric), None if priced.filter is None else charge.filters.index(priced)


def _costs(charge: ChargeSubject) -> tuple[Priced, ...]:
    """The prices of a charge that aren't zero."""
    return tuple(priced for priced in charge.prices if not _is_free(priced))


def _is_free(priced: Priced) -> bool:
    try:
        return not rate(priced.price, _MUCH).amount
    except PricingError:
        return False
