"""What to bill on a plan: usage, and everything else a bill depends on; and which charge a name means."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from lago_gitops.bills.notation import UsageLine
from lago_gitops.core.model.suggestions import closest
from lago_gitops.pricing.base.errors import InvalidPriceError
from lago_gitops.pricing.base.rules import Rules
from lago_gitops.pricing.catalog.items import Charge, Plan
from lago_gitops.pricing.usage.given import Given

DEFAULT_MONTH: Final = date(2026, 12, 1)
"""December has 31 days and closes a month, a quarter, a half-year and a year at once: every fee is due."""

AS_WRITTEN: Final = Rules(licensed=True)
"""The whole price list, on the latest Lago with a licence: without one, Lago leaves out minimums."""

Usage = Mapping[str, tuple[Given, ...]]  # by charge code


@dataclass(frozen=True, slots=True)
class Scenario:
    """`taxes` are the customer's own. `commitment`, in units of the currency, replaces the plan's; `fixed_units`, by
    code, replace those of fixed charges."""

    plan: str
    usage: Usage = field(default_factory=dict)
    coupons: tuple[str, ...] = ()  # in order of application
    taxes: tuple[str, ...] = ()
    day: date = DEFAULT_MONTH  # any day of the billing period
    days: int | None = None  # subscribed for this many days, up to the period's end; None: the whole period
    commitment: Decimal | None = None
    fixed_units: Mapping[str, Decimal] = field(default_factory=dict)
    rules: Rules = AS_WRITTEN


def day_of(period: str) -> date:
    """The day that names a period: "2026-12-24", or the first of the month for "2026-12". Raises InvalidPriceError."""
    try:
        return date.fromisoformat(period if len(period) > 7 else f"{period}-01")
    except ValueError:
        raise InvalidPriceError(f"{period!r} is not a period: write a month (2026-12) or a day (2026-12-24)") from None


def charge_named(plan: Plan, name: str) -> Charge:
    """The charge with that code, or the only one on the metric with that code. Raises InvalidPriceError."""
    for charge in plan.charges:
        if charge.code == name:
            return charge
    on_metric = [charge for charge in plan.charges if charge.metric.code == name]
    if len(on_metric) == 1:
        return on_metric[0]
    if on_metric:
        codes = ", ".join(charge.code for charge in on_metric)
        raise InvalidPriceError(f"plan {plan.code!r} has several charges on metric {name!r}: name one of {codes}")
    known = [charge.code for charge in plan.charges]
    hint = closest(name, known) or (f"it has {', '.join(known)}" if known else "it has no charges")
    raise InvalidPriceError(f"plan {plan.code!r} has no charge {name!r}: {hint}")


def usage_of(plan: Plan, lines: Iterable[UsageLine]) -> Usage:
    """The lines by charge. Raises InvalidPriceError for a name or a property unknown to the plan."""
    usage: dict[str, tuple[Given, ...]] = {}
    for line in lines:
        charge = charge_named(plan, line.name)
        check_properties(charge, line.given.properties)
        usage[charge.code] = (*usage.get(charge.code, ()), line.given)
    return usage


def check_properties(charge: Charge, properties: Iterable[str]) -> None:
    """Raises InvalidPriceError for a property that makes no difference: most likely a typo."""
    known = known_properties(charge)
    for key in properties:
        if key not in known:
            hint = closest(key, known) or (f"it has {', '.join(known)}" if known else "it has neither")
            raise InvalidPriceError(f"charge {charge.code!r} has no filter and no group by {key!r}: {hint}")


def known_properties(charge: Charge) -> tuple[str, ...]:
    """The event properties that its filters and groups depend on."""
    return tuple(dict.fromkeys(_keys(charge)))


@dataclass(frozen=True, slots=True)
class Moved:
    """Usage as another plan bills it; `unpriced` names what that plan has no charge for."""

    usage: Usage
    unpriced: tuple[str, ...]


def moved(usage: Usage, plan: Plan, other: Plan) -> Moved:
    """Usage of one plan's charges on another's: by the charge on the same metric; if there are several, by code.

    Raises InvalidPriceError when neither tells which is meant.
    """
    after: dict[str, tuple[Given, ...]] = {}
    unpriced = []
    for code, usages in usage.items():
        metric = charge_named(plan, code).metric.code
        on_metric = {charge.code for charge in other.charges if charge.metric.code == metric}
        if on_metric:
            charge = charge_named(other, code if code in on_metric else metric)
            after[charge.code] = (*after.get(charge.code, ()), *usages)
        else:
            unpriced.append(code)
    return Moved(after, tuple(unpriced))


def _keys(charge: Charge) -> Iterator[str]:
    for key, _ in charge.metric.filter_values:
        yield key
    yield from charge.group_keys
    for filter_ in charge.filters:
        yield from (key for key, _ in filter_.values)
        yield from filter_.group_keys
