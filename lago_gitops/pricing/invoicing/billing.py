"""Billing a subscription, invoice after invoice: which fees an occasion makes, and what the next one has to know."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from lago_gitops.pricing.base.rules import LATEST, Rules
from lago_gitops.pricing.catalog.items import Charge, Plan
from lago_gitops.pricing.fees.charges import charge_fees
from lago_gitops.pricing.fees.commitment import true_up_fee
from lago_gitops.pricing.fees.fee import Fee
from lago_gitops.pricing.fees.fixed_charges import fixed_charge_fee
from lago_gitops.pricing.fees.subscription import subscription_fee
from lago_gitops.pricing.fees.terms import Terms
from lago_gitops.pricing.invoicing.coupons import AppliedCoupon
from lago_gitops.pricing.invoicing.invoice import Invoice, invoice
from lago_gitops.pricing.invoicing.taxes import TaxLevels
from lago_gitops.pricing.periods.boundaries import Boundaries, Occasion, Periodic, Start, Termination, boundaries
from lago_gitops.pricing.periods.spans import DAY, Span
from lago_gitops.pricing.periods.subscription import Subscription, plan_span
from lago_gitops.pricing.usage.aggregations import Events
from lago_gitops.pricing.usage.buckets import NO_LEVELS, BucketUsage, Levels, closing_levels, usages

GivenUsage = Mapping[str, tuple[BucketUsage, ...]]  # by charge code


@dataclass(frozen=True, slots=True)
class History:
    """What earlier invoices of the subscription have left behind."""

    coupons: tuple[AppliedCoupon, ...] = ()
    levels: Levels = field(default_factory=lambda: NO_LEVELS)
    committed: tuple[Fee, ...] = ()  # towards the running period's minimum: of invoices, and of events paid in advance
    invoices: int = 0


NEW: Final = History()


@dataclass(frozen=True, slots=True)
class Setting:
    """What neither plan nor subscription says: the taxes above the plan's, and the server's rules."""

    taxes: TaxLevels = field(default_factory=TaxLevels)
    rules: Rules = LATEST


PLAIN: Final = Setting()


@dataclass(frozen=True, slots=True)
class Billed:
    invoice: Invoice
    boundaries: Boundaries
    history: History  # for the next occasion


def bill(
    subscription: Subscription,
    occasion: Occasion,
    usage: Events | GivenUsage = (),
    history: History = NEW,
    setting: Setting = PLAIN,
) -> Billed:
    """The invoice that an occasion makes.

    `usage` is events, of which those paid in advance are left to `advance_fees`; or the usage of charges by their
    code, which is rated whether it is paid in advance or not.
    Raises UnratableError where Lago fails and makes no invoice.
    """
    plan, rules = subscription.plan, setting.rules
    due = boundaries(subscription, occasion)
    used = _used(subscription, occasion, due, usage, history.levels)
    arrears, advance = _arrears(subscription, occasion, due, used, rules), _advance(subscription, occasion, due, rules)
    ended = (*history.committed, *arrears)
    closed = _closed_span(subscription, occasion, due, first=not history.invoices)
    missing = _missing(plan, closed, ended, rules)
    made = invoice(
        fees=(*arrears, *advance, *missing),
        plan_code=plan.code,
        currency=plan.currency,
        taxes=replace(setting.taxes, plan=plan.tax_codes),
        coupons=history.coupons,
    )
    levels = {
        **history.levels,
        **{key: level for each in used for key, level in closing_levels(each.charge, each.usages)},
    }
    committed = advance if due.subscription_due else (*ended, *advance)
    return Billed(made, due, History(made.coupons, levels, committed, invoices=history.invoices + 1))


@dataclass(frozen=True, slots=True)
class _Used:
    charge: Charge
    usages: tuple[BucketUsage, ...]
    span: Span


def _used(
    subscription: Subscription, occasion: Occasion, due: Boundaries, usage: Events | GivenUsage, levels: Levels
) -> tuple[_Used, ...]:
    span = due.charges
    if span is None or span.start >= span.end:
        return ()
    charges = subscription.plan.charges
    if isinstance(usage, Mapping):
        return tuple(_Used(charge, usage[charge.code], span) for charge in charges if charge.code in usage)
    invoiced = (charge for charge in charges if _is_invoiced(charge, occasion))
    return tuple(_Used(charge, usages(charge, usage, span, levels), span) for charge in invoiced)


def _is_invoiced(charge: Charge, occasion: Occasion) -> bool:
    """What is paid in advance comes on an invoice only where units stay: they are billed whole for the next period."""
    if not charge.pay_in_advance:
        return True
    return charge.invoiceable and charge.metric.recurring and not isinstance(occasion, Termination)


def _arrears(
    subscription: Subscription, occasion: Occasion, due: Boundaries, used: tuple[_Used, ...], rules: Rules
) -> tuple[Fee, ...]:
    """The fees of the period that ended."""
    plan = subscription.plan
    charges = (charge_fees(each.charge, each.usages, Terms(each.span, plan.currency, rules)) for each in used)
    fixed_span = None if isinstance(occasion, Start) else due.fixed_charges
    return (
        *(() if plan.pay_in_advance else _subscription_fees(subscription, occasion, due)),
        *(fee for fees in charges for fee in fees),
        *_fixed_fees(plan, fixed_span, rules, in_advance=False),
    )


def _advance(subscription: Subscription, occasion: Occasion, due: Boundaries, rules: Rules) -> tuple[Fee, ...]:
    """The fees of the period that starts."""
    plan = subscription.plan
    return (
        *(_subscription_fees(subscription, occasion, due) if plan.pay_in_advance else ()),
        *_fixed_fees(plan, due.fixed_charges_in_advance, rules, in_advance=True),
    )


def _subscription_fees(subscription: Subscription, occasion: Occasion, due: Boundaries) -> Iterator[Fee]:
    if due.subscription_due:
        yield subscription_fee(subscription, occasion, due.subscription, counts_days=due.first_fee)


def _fixed_fees(plan: Plan, span: Span | None, rules: Rules, *, in_advance: bool) -> Iterator[Fee]:
    for charge in plan.fixed_charges:
        if span is not None and charge.pay_in_advance == in_advance:
            fee = fixed_charge_fee(charge, Terms(span, plan.currency, rules))
            if fee is not None:
                yield fee


def _missing(plan: Plan, span: Span | None, fees: tuple[Fee, ...], rules: Rules) -> Iterator[Fee]:
    """What the plan's period that ended lacks to the minimum commitment."""
    if plan.minimum_commitment is None or span is None or not rules.licensed:
        return
    fee = true_up_fee(plan.minimum_commitment, Terms(span, plan.currency, rules), plan.code, fees)
    if fee is not None:
        yield fee


def _closed_span(subscription: Subscription, occasion: Occasion, due: Boundaries, *, first: bool) -> Span | None:
    """The plan's period that an invoice closes. The first invoice of a plan in advance closes none."""
    if not subscription.plan.pay_in_advance:
        return due.subscription if due.subscription_due else None
    match occasion:
        case Periodic(day) if due.subscription_due and not first:
            return plan_span(subscription, day - DAY)
        case Termination() if not first:
            return due.subscription
        case _:
            return None
