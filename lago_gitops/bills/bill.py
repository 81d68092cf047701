"""The bill of a billing period: what Lago would put on the invoice."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from lago_gitops.bills.price_list import PriceList, fee_names, meant, plan_named
from lago_gitops.bills.scenario import Scenario, Usage
from lago_gitops.pricing.base.currencies import subunits
from lago_gitops.pricing.base.errors import InvalidPriceError, UnratableError, UnsupportedError
from lago_gitops.pricing.base.numbers import to_cents
from lago_gitops.pricing.base.rules import Rules
from lago_gitops.pricing.catalog.items import Aggregation, Charge, Coupon, Interval, MinimumCommitment, Plan
from lago_gitops.pricing.fees.fee import Fee
from lago_gitops.pricing.invoicing.billing import Periodic, Setting, Start, bill
from lago_gitops.pricing.invoicing.coupons import applied
from lago_gitops.pricing.invoicing.history import NEW
from lago_gitops.pricing.invoicing.invoice import Invoice, invoice
from lago_gitops.pricing.invoicing.taxes import TaxLevels
from lago_gitops.pricing.models import rate
from lago_gitops.pricing.models.dynamic import Custom
from lago_gitops.pricing.models.percentage import asks_for_sizes
from lago_gitops.pricing.periods.calendar import Period, period_of
from lago_gitops.pricing.periods.spans import DAY, midnight
from lago_gitops.pricing.periods.subscription import Subscription
from lago_gitops.pricing.usage.buckets import BucketUsage, as_billed, price_of
from lago_gitops.pricing.usage.given import Given, given_usages
from lago_gitops.render.bill.document import About

LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)  # late enough for trials to be over

Usages = Mapping[str, tuple[BucketUsage, ...]]  # by charge code


@dataclass(frozen=True, slots=True)
class Bill:
    plan: Plan
    period: Period
    invoice: Invoice
    left_out: tuple[str, ...] = ()  # codes of charges that only the server can price, without stated usage
    alike: tuple[
        str, ...
    ] = ()  # codes of charges whose price depends on the size of each event; all are assumed to be of equal size


def period_bill(scenario: Scenario, prices: PriceList) -> Bill:
    """The invoice that closes the billing period, of a subscription that has been running all along.

    Fees billed in advance are for the period that follows. With `days` the subscription is new: its first invoice is
    merged with the one that closes the period, so that the bill has all that those days cost.
    Raises UnratableError when Lago creates no invoice, UnsupportedError and InvalidPriceError.
    """
    plan = _plan(scenario, prices)
    period = billing_period(plan, scenario)
    usages = dict(_usages(plan, scenario.usage, scenario.rules))
    setting = Setting(_tax_levels(scenario, prices), scenario.rules)
    try:
        fees = _fees(plan, period, scenario.days, usages, setting)
    except UnratableError as error:
        raise _located(error, plan, usages, setting.rules) from None
    made = invoice(
        fees=fees,
        currency=plan.currency,
        taxes=setting.taxes,
        coupons=tuple(applied(_coupon(code, prices)) for code in scenario.coupons),
    )
    left_out = tuple(charge.code for charge in plan.charges if _is_custom(charge))
    alike = tuple(charge.code for charge in plan.charges if _are_alike(charge, scenario.usage.get(charge.code, ())))
    return Bill(plan, period, made, left_out, alike)


def about(bill: Bill, prices: PriceList, notes: tuple[str, ...] = ()) -> About:
    """What a rendered bill says besides its figures."""
    custom = (
        f"{code} is left out: its price is computed by a program inside the Lago server" for code in bill.left_out
    )
    alike = (
        f"≈ {code}: its events are assumed to be of equal size; for the exact bill, pass --usage {code}=UNITS per event"
        for code in bill.alike
    )
    return About(
        plan_code=bill.plan.code,
        plan_name=prices.plans[bill.plan.code]["name"],
        interval=bill.plan.interval,
        first=bill.period.first,
        last=bill.period.last,
        names=fee_names(prices, bill.plan.code),
        notes=(*custom, *alike, *notes),
        approximate=frozenset(bill.alike),
    )


def _are_alike(charge: Charge, usages: tuple[Given, ...]) -> bool:
    """Whether only a number of events is given, though the bill depends on the size of each."""
    if charge.metric.aggregation not in {Aggregation.SUM, Aggregation.CUSTOM}:
        return False
    sizes = any(asks_for_sizes(price) for price in (charge.price, *(one.price for one in charge.filters)))
    return sizes and any((usage.events or 0) > 1 for usage in usages)


def billing_period(plan: Plan, scenario: Scenario) -> Period:
    """The period after which the plan's usage is billed. Raises InvalidPriceError when `days` don't fit into it."""
    splits = plan.interval in (Interval.SEMIANNUAL, Interval.YEARLY)
    monthly = splits and (plan.bill_charges_monthly or plan.bill_fixed_charges_monthly)
    period = period_of(
        Interval.MONTHLY if monthly else plan.interval, Subscription(plan, LONG_AGO).anchor, scenario.day
    )
    if scenario.days is not None and not 1 <= scenario.days <= period.days:
        raise InvalidPriceError(
            f"{scenario.days} days don't fit into the billing period from {period.first} to {period.last}"
        )
    return period


def _plan(scenario: Scenario, prices: PriceList) -> Plan:
    plan = _with_units(plan_named(prices, scenario.plan), scenario.fixed_units)
    if scenario.commitment is None:
        return plan
    cents = to_cents(scenario.commitment, plan.currency)
    tax_codes = plan.minimum_commitment.tax_codes if plan.minimum_commitment else ()
    return replace(plan, minimum_commitment=MinimumCommitment(cents, tax_codes) if cents else None)


def _with_units(plan: Plan, units: Mapping[str, Decimal]) -> Plan:
    fixed = (replace(each, units=units.get(each.code, each.units)) for each in plan.fixed_charges)
    return replace(plan, fixed_charges=tuple(fixed)) if units else plan


def _usages(plan: Plan, usage: Usage, rules: Rules) -> Iterator[tuple[str, tuple[BucketUsage, ...]]]:
    """Every charge on the invoice gets usage, even if it is zero: zero usage can cost something too."""
    for charge in plan.charges:
        usages = usage.get(charge.code, ())
        if _is_custom(charge):
            if usages:
                raise UnsupportedError(
                    f"charge {charge.code!r}: its price is computed by a program inside the Lago server"
                )
        elif usages or charge.metric.recurring or not charge.pay_in_advance:
            yield charge.code, _usages_of(as_billed(charge, rules), usages)


def _usages_of(charge: Charge, usages: tuple[Given, ...]) -> tuple[BucketUsage, ...]:
    try:
        return given_usages(charge, usages)
    except InvalidPriceError as error:
        raise InvalidPriceError(f"charge {charge.code!r}: {error}") from None


def _is_custom(charge: Charge) -> bool:
    return isinstance(charge.price, Custom)


def _fees(plan: Plan, period: Period, days: int | None, usages: Usages, setting: Setting) -> tuple[Fee, ...]:
    """Fees before coupons and the other steps of an invoice; fees due at the start count only with `days`."""
    closing = Periodic(period.last + DAY)
    if days is None:
        subscription = Subscription(plan, LONG_AGO)
        running = period_of(plan.interval, subscription.anchor, period.first)
        opened = bill(subscription, Periodic(running.first), {}, NEW, setting)
        return bill(subscription, closing, usages, opened.history, setting).invoice.fees
    # The rest of the fee after a trial is due when the trial ends; there is no separate occasion for that here.
    subscription = Subscription(plan, midnight(closing.day - days * DAY, UTC), trial_ended=True)
    opened = bill(subscription, Start(), {}, NEW, setting)
    closed = bill(subscription, closing, usages, opened.history, setting)
    ended_at = midnight(closing.day, UTC)
    return tuple(fee for fee in (*opened.invoice.fees, *closed.invoice.fees) if fee.start < ended_at)


def _located(error: UnratableError, plan: Plan, usages: Usages, rules: Rules) -> UnratableError:
    """The error, with the charge that can't be billed if it is about one."""
    subunits_ = subunits(plan.currency)
    for charge in plan.charges:
        try:
            for each in usages.get(charge.code, ()):
                rate(price_of(charge, each.bucket), each.usage, subunits=subunits_, rules=rules)
        except UnratableError:
            return UnratableError(f"charge {charge.code!r}: {error}")
    return error


def _tax_levels(scenario: Scenario, prices: PriceList) -> TaxLevels:
    for code in scenario.taxes:
        if code not in prices.taxes:
            raise InvalidPriceError(f"there is no tax {code!r}" + meant(code, prices.taxes))
    return TaxLevels(prices.taxes, customer=scenario.taxes, billing_entity=prices.everyones_taxes)


def _coupon(code: str, prices: PriceList) -> Coupon:
    try:
        return prices.coupons[code]
    except KeyError:
        raise InvalidPriceError(f"there is no coupon {code!r}" + meant(code, prices.coupons)) from None
