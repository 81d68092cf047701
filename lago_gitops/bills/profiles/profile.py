"""A typical customer: read from the project file, and fitted to a plan."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

from lago_gitops.bills.notation import stated_usages
from lago_gitops.bills.scenario import AS_WRITTEN, Scenario
from lago_gitops.core.model.problem import Mark
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.pricing.base.numbers import half_up, number, quot
from lago_gitops.pricing.base.rules import Rules
from lago_gitops.pricing.catalog.items import Aggregation, Charge, FixedCharge, Interval, Plan
from lago_gitops.pricing.periods.subscription import charges_interval
from lago_gitops.pricing.usage.given import Given

SECTION: Final = "profiles"
MONTHS: Final = {
    Interval.WEEKLY: (12, 52),
    Interval.MONTHLY: (1, 1),
    Interval.QUARTERLY: (3, 1),
    Interval.SEMIANNUAL: (6, 1),
    Interval.YEARLY: (12, 1),
}
"""How many months a period has, as a fraction: a month is a twelfth of a year."""
_ADDS_UP: Final = {Aggregation.COUNT, Aggregation.SUM, Aggregation.CUSTOM}


@dataclass(frozen=True, slots=True)
class Profile:
    """`usage` of a month, by the code of a metric or of a charge; `fixed_units` by that of an add-on or fixed charge.

    `plans`: codes of the plans open to such a customer; empty for all.
    """

    name: str
    description: str = ""
    usage: Mapping[str, tuple[Given, ...]] = field(default_factory=dict)
    fixed_units: Mapping[str, Decimal] = field(default_factory=dict)
    coupons: tuple[str, ...] = ()
    taxes: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    written: Manifest | None = field(default=None, repr=False, compare=False)

    def mark(self, *keys: str | int) -> Mark:
        """The place of one of its parts in the project file."""
        return self.written.mark((SECTION, self.name, *keys)) if self.written else Mark("")

    def is_for(self, plan_code: str) -> bool:
        return not self.plans or plan_code in self.plans


@dataclass(frozen=True, slots=True)
class Fitted:
    """A profile as billed by a plan; `unbilled` has the codes of usage and units without a charge on the plan."""

    scenario: Scenario
    unbilled: tuple[str, ...]


def profiles_of(project_file: Manifest) -> tuple[Profile, ...]:
    """Profiles of a project file that fits its schema, in its order."""
    return tuple(
        _profile(name, data or {}, project_file) for name, data in (project_file.data.get(SECTION) or {}).items()
    )


def fitted(profile: Profile, plan: Plan, rules: Rules = AS_WRITTEN) -> Fitted:
    """The profile on a plan: usage of a metric is billed by every charge on that metric, as Lago does."""
    usage: dict[str, tuple[Given, ...]] = {}
    unbilled = []
    for name, parts in profile.usage.items():
        charges = charges_named(plan, name)
        for charge in charges:
            usage[charge.code] = (*usage.get(charge.code, ()), *(_of_a_period(part, charge, plan) for part in parts))
        if not charges:
            unbilled.append(name)
    units: dict[str, Decimal] = {}
    for name, number_ in profile.fixed_units.items():
        fixed = fixed_charges_named(plan, name)
        units |= {each.code: number_ for each in fixed}
        if not fixed:
            unbilled.append(name)
    scenario = Scenario(
        plan=plan.code, usage=usage, coupons=profile.coupons, taxes=profile.taxes, fixed_units=units, rules=rules
    )
    return Fitted(scenario, tuple(unbilled))


def charges_named(plan: Plan, name: str) -> tuple[Charge, ...]:
    """All charges on the metric with that code or, if there are none, the charge with that code."""
    on_metric = tuple(charge for charge in plan.charges if charge.metric.code == name)
    return on_metric or tuple(charge for charge in plan.charges if charge.code == name)


def fixed_charges_named(plan: Plan, name: str) -> tuple[FixedCharge, ...]:
    """Like `charges_named`, for add-ons and fixed charges."""
    of_add_on = tuple(each for each in plan.fixed_charges if each.add_on_code == name)
    return of_add_on or tuple(each for each in plan.fixed_charges if each.code == name)


def _profile(name: str, data: Mapping[str, Any], written: Manifest) -> Profile:
    return Profile(
        name=name,
        description=data.get("description") or "",
        usage={code: stated_usages(value) for code, value in (data.get("usage") or {}).items()},
        fixed_units={code: number(value) for code, value in (data.get("fixed_units") or {}).items()},
        coupons=tuple(data.get("coupons") or ()),
        taxes=tuple(data.get("taxes") or ()),
        plans=tuple(data.get("plans") or ()),
        written=written,
    )


def _of_a_period(part: Given, charge: Charge, plan: Plan) -> Given:
    """A month's usage, scaled to the period after which the plan bills usage. Units held and peaks stay the same."""
    months = MONTHS[charges_interval(plan)]
    if months == (1, 1) or charge.metric.recurring or charge.metric.aggregation not in _ADDS_UP:
        return part
    decimals = 0 if part.units == part.units.to_integral_value() else 6
    return replace(
        part,
        units=half_up(_times(part.units, months), decimals),
        events=None if part.events is None else int(half_up(_times(Decimal(part.events), months))),
        precise_total_amount_cents=_times(part.precise_total_amount_cents, months),
    )


def _times(value: Decimal, months: tuple[int, int]) -> Decimal:
    return quot(value * months[0], Decimal(months[1]))
