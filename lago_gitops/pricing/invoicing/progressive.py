"""Usage thresholds: which of them are passed, and what their invoices credit on the next one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from lago_gitops.pricing.catalog.items import UsageThreshold
from lago_gitops.pricing.fees.fee import Fee, ItemType
from lago_gitops.pricing.invoicing.invoice import Invoice


@dataclass(frozen=True, slots=True)
class LifetimeUsage:
    """Lifetime usage of a subscription, in cents before taxes: on its invoices, and in the current period."""

    invoiced_cents: int
    current_cents: int

    @property
    def total_cents(self) -> int:
        return self.invoiced_cents + self.current_cents


def passed(
    thresholds: Iterable[UsageThreshold], used: LifetimeUsage, progressive_cents: int = 0
) -> tuple[UsageThreshold, ...]:
    """The thresholds that usage has reached since the last progressive invoice of the period.

    In order of amount; the recurring one comes last, and once, even if passed several times. `progressive_cents`:
    the fees of that invoice.
    """
    every = tuple(thresholds)
    fixed = sorted((each for each in every if not each.recurring), key=lambda each: each.amount_cents)
    recurring = next((each for each in every if each.recurring), None)
    if used.current_cents < progressive_cents:
        return ()
    before, highest = used.invoiced_cents + progressive_cents, max((each.amount_cents for each in fixed), default=0)
    if before >= highest:
        remainder = before % recurring.amount_cents if recurring else 0
        fresh = used.current_cents - progressive_cents
        return (recurring,) if recurring and fresh + remainder >= recurring.amount_cents else ()
    reached = tuple(each for each in fixed if before < each.amount_cents <= used.total_cents)
    if recurring is not None and used.total_cents - highest >= recurring.amount_cents:
        return (*reached, recurring)
    return reached


@dataclass(frozen=True, slots=True)
class Credit:
    """What the last progressive invoice leaves off the fees of a subscription, and what exceeds them and comes back."""

    cents: int
    excess_cents: int


def credit(fees: Iterable[Fee], last: Invoice, given_cents: int = 0) -> Credit:
    """For the fees of one subscription: what that invoice was after coupons, up to the fees of the same charges.

    `given_cents`: what other invoices and credit notes have credited of it.
    """
    left = max(last.fees_amount_cents - last.coupons_amount_cents - given_cents, 0)
    charges = {fee.charge_code for fee in last.fees}
    creditable = sum(fee.amount_cents for fee in fees if _is_charge(fee) and fee.charge_code in charges)
    return Credit(min(left, creditable), max(left - creditable, 0))


def less(fees: Iterable[Fee], last: Invoice) -> tuple[Fee, ...]:
    """Fees of one plan with what the last progressive invoice billed of each, as with a coupon: fewer taxes are due.

    It is that fee's whole amount, also where less is credited. Where two subscriptions to the plan share an invoice,
    Lago takes both off the first fee that fits.
    """
    left = {_bucket(fee): fee.amount_cents for fee in last.fees if _is_charge(fee)}
    return tuple(_reduced(fee, left.pop(_bucket(fee), 0)) if _is_charge(fee) else fee for fee in fees)


def _reduced(fee: Fee, taken: int) -> Fee:
    off = min(fee.precise_coupons_amount_cents + taken, Decimal(fee.amount_cents))
    return replace(fee, precise_coupons_amount_cents=off)


def _is_charge(fee: Fee) -> bool:
    return fee.item_type == ItemType.CHARGE


def _bucket(fee: Fee) -> tuple[object, ...]:
    return fee.charge_code, fee.filters, fee.grouped_by
