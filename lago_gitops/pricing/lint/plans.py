"""Plans compared: one that nobody should choose, and a longer period that costs more than the shorter ones."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Final

from lago_gitops.core.model.kind import Finding
from lago_gitops.core.model.problem import Severity
from lago_gitops.pricing.base.numbers import from_cents, number
from lago_gitops.pricing.base.words import money
from lago_gitops.pricing.catalog.items import Aggregation
from lago_gitops.pricing.lint.curves import Curve, curve, final_slope, never_dearer
from lago_gitops.pricing.lint.rule import Rule
from lago_gitops.pricing.lint.subject import Catalogue, ChargeSubject, Data, Subject

MONTHS: Final = {"monthly": 1, "quarterly": 3, "semiannual": 6, "yearly": 12}
MOST_RIVALS: Final = 12  # more plans with the same charges are individual customers' prices, not a choice

_WITHOUT_TOTALS: Final = {Aggregation.MAX, Aggregation.WEIGHTED_SUM}
_SPECIAL: Final = ("filters", "pay_in_advance", "prorated", "min_amount_cents", "applied_pricing_unit")
_GROUPS: Final = ("pricing_group_keys", "grouped_by")
_PERIOD_WORDS: Final = re.compile(
    r"[\s_.:/-]*\b(monthly|month|mo|quarterly|quarter|semiannual|half[_-]?year|yearly|year|yr|annual|annually)\b"
)


def rivals(plans: Mapping[str, Data]) -> Mapping[str, tuple[str, ...]]:
    """For each plan, the others that sell the same on the same terms, if there are few enough to choose from."""
    return _others(plans, _terms)


def periods(plans: Mapping[str, Data]) -> Mapping[str, tuple[str, ...]]:
    """For each plan, those with the same code except for the word of the period, and charges on the same metrics."""
    return _others(plans, _family)


def dominated(subject: Subject, catalogue: Catalogue) -> Iterator[Finding]:
    others = map(catalogue.plan, catalogue.rivals.get(subject.address.key, ()))
    better = next((each for each in others if _is_better(each, subject)), None)
    if better is not None:
        yield Finding(
            ("code",),
            f"plan {better.address.key!r} sells the same and is never dearer, at any usage",
            "change the prices of one of them, or silence this if they differ in something that Lago doesn't know",
        )


def longer_dearer(subject: Subject, catalogue: Catalogue) -> Iterator[Finding]:
    for code in catalogue.periods.get(subject.address.key, ()):
        other, interval = catalogue.plans[code], subject.data["interval"]
        times = MONTHS[interval] // MONTHS[other["interval"]]  # each is a multiple of all that are shorter
        short_cents = times * int(other["amount_cents"])
        if times > 1 and int(subject.data["amount_cents"]) > short_cents:
            yield Finding(
                ("amount_cents",),
                f"a {interval} period costs {_cents(subject, subject.data['amount_cents'])}, more than {times} periods "
                f"of {code!r} ({_cents(subject, short_cents)})",
                "check both amounts",
            )


RULES: Final = (
    Rule("dominated-plan", Severity.WARNING, "Another plan sells the same and is never dearer", dominated),
    Rule(
        "longer-dearer",
        Severity.WARNING,
        "A longer period costs more than the same time in shorter ones",
        longer_dearer,
    ),
)


def _others(
    plans: Mapping[str, Data], key: Callable[[str, Data], tuple[object, ...] | None]
) -> Mapping[str, tuple[str, ...]]:
    groups: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for code, data in plans.items():
        if (rival := key(code, data)) is not None:
            groups[rival].append(code)
    return {
        code: tuple(other for other in group if other != code)
        for group in groups.values()
        if 1 < len(group) <= MOST_RIVALS
        for code in group
    }


def _terms(_: str, plan: Data) -> tuple[object, ...] | None:
    """None for plans that can't be compared by curves: those with anything but plain charges billed in arrears."""
    charges = plan.get("charges") or ()
    if plan.get("fixed_charges") or plan.get("minimum_commitment") or not all(map(_is_plain, charges)):
        return None
    codes = sorted(charge["billable_metric_code"] for charge in charges)
    if not codes or len(set(codes)) < len(codes):
        return None
    granted = sorted((code, repr(values)) for code, values in (plan.get("entitlements") or {}).items())
    trial, advance = number(plan.get("trial_period") or 0), bool(plan["pay_in_advance"])
    return plan["interval"], plan["amount_currency"], advance, trial, tuple(codes), tuple(granted)


def _is_plain(charge: Data) -> bool:
    properties = charge.get("properties") or {}
    return not any(charge.get(name) for name in _SPECIAL) and not any(properties.get(name) for name in _GROUPS)


def _family(code: str, plan: Data) -> tuple[object, ...] | None:
    name = _PERIOD_WORDS.sub("", code.lower().replace("_", "-")).strip("-")
    if plan["interval"] not in MONTHS or not name:
        return None
    return name, plan["amount_currency"], frozenset(each["billable_metric_code"] for each in plan.get("charges") or ())


def _is_better(one: Subject, other: Subject) -> bool:
    """Never dearer, and cheaper for some usage: plans that always cost the same don't count."""
    fee, other_fee = int(one.data["amount_cents"]), int(other.data["amount_cents"])
    charges = tuple(_pairs(one, other))
    if fee > other_fee or any(_is_dearer_at_length(*pair) for pair in charges):
        return False
    pairs: list[tuple[Curve, Curve]] = []
    for ours, theirs in ((_curve(a), _curve(b)) for a, b in charges):
        if ours is None or theirs is None or not never_dearer(ours, theirs):
            return False
        pairs.append((ours, theirs))
    return fee < other_fee or not all(never_dearer(theirs, ours) for ours, theirs in pairs)


def _pairs(one: Subject, other: Subject) -> Iterator[tuple[ChargeSubject, ChargeSubject]]:
    """The charges of both plans, metric by metric."""
    others = {charge.data["billable_metric_code"]: charge for charge in other.charges}
    for charge in one.charges:
        yield charge, others[charge.data["billable_metric_code"]]


def _is_dearer_at_length(ours: ChargeSubject, theirs: ChargeSubject) -> bool:
    """Whether high usage costs more: that can be told without curves, and settles most pairs."""
    if ours.own is None or theirs.own is None:
        return False
    slope, other = final_slope(ours.own.price), final_slope(theirs.own.price)
    return slope is not None and other is not None and slope > other


def _curve(charge: ChargeSubject) -> Curve | None:
    told = charge.metric is None or charge.metric.aggregation not in _WITHOUT_TOTALS
    return None if charge.own is None else curve(charge.own.price, told=told)


def _cents(plan: Subject, cents: int) -> str:
    return money(from_cents(Decimal(cents), plan.currency), plan.currency)
