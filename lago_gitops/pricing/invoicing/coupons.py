"""Coupons: their order, the fees they apply to, the amount each deducts, and what is left of it afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from lago_gitops.pricing.base.numbers import (
    COUPON_DECIMALS,
    ZERO,
    exact,
    fdiv,
    half_up,
    number,
    whole,
    whole_float,
)
from lago_gitops.pricing.catalog.items import Coupon, FixedAmount, Frequency, Percentage
from lago_gitops.pricing.fees.fee import Fee, ItemType


@dataclass(frozen=True, slots=True)
class AppliedCoupon:
    """A customer's coupon, with what is left of it."""

    coupon: Coupon
    invoices_left: int | None = None  # periods left of a recurring coupon
    cents_left: int | None = None  # cents left of a fixed amount applied once
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Credit:
    coupon_code: str
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Discounted:
    fees: tuple[Fee, ...]
    credits: tuple[Credit, ...]
    coupons: tuple[AppliedCoupon, ...]  # in the order given, for the next invoice


def applied(coupon: Coupon) -> AppliedCoupon:
    """A coupon as newly applied to a customer."""
    recurring = coupon.frequency == Frequency.RECURRING
    match coupon.discount:
        case FixedAmount(amount_cents) if coupon.frequency == Frequency.ONCE:
            return AppliedCoupon(coupon, cents_left=amount_cents)
        case _:
            return AppliedCoupon(coupon, invoices_left=(coupon.frequency_duration or 0) if recurring else None)


@exact
def discounted(
    fees: tuple[Fee, ...], coupons: tuple[AppliedCoupon, ...], currency: str, credited_cents: int = 0
) -> Discounted:
    """The fees of one invoice with their shares of all coupons, given in order of application.

    Coupons limited to metrics come first, then those limited to plans; once nothing is left to pay, the rest are kept.
    `credited_cents`: what progressive invoices have left off the fees before.
    """
    left = sum(fee.amount_cents for fee in fees) - credited_cents
    given: list[Credit] = []
    after = list(coupons)
    for position in sorted(range(len(coupons)), key=lambda at: _rank(coupons[at].coupon)):
        each = coupons[position]
        chosen = _chosen(fees, each.coupon)
        if left <= 0 or each.ended or not any(chosen) or not _fits(each.coupon, currency):
            continue
        limited = bool(each.coupon.plan_codes or each.coupon.metric_codes)
        base = _sum(fee.base_cents for fee, takes in zip(fees, chosen, strict=True) if takes) if limited else left
        taken = _taken(each, base)
        fees = tuple(_shared(fee, taken, base) if takes else fee for fee, takes in zip(fees, chosen, strict=True))
        given.append(Credit(each.coupon.code, int(taken)))
        left -= int(taken)
        after[position] = _used(each, taken)
    return Discounted(fees, tuple(given), tuple(after))


def _rank(coupon: Coupon) -> int:
    if coupon.metric_codes:
        return 0
    return 1 if coupon.plan_codes else 2


def _fits(coupon: Coupon, currency: str) -> bool:
    return not isinstance(coupon.discount, FixedAmount) or coupon.discount.currency == currency


def _chosen(fees: tuple[Fee, ...], coupon: Coupon) -> list[bool]:
    """For each fee, whether the coupon applies to it."""
    if coupon.metric_codes:
        return [fee.item_type == ItemType.CHARGE and fee.item_code in coupon.metric_codes for fee in fees]
    return [not coupon.plan_codes or fee.plan_code in coupon.plan_codes for fee in fees]


def _taken(each: AppliedCoupon, base: Decimal | int) -> Decimal:
    discount = each.coupon.discount
    match discount:
        case Percentage(rate):
            return _percentage(base, float(rate) / 100)
    return min(Decimal(discount.amount_cents if each.cents_left is None else each.cents_left), Decimal(base))


def _percentage(base: Decimal | int, share: float) -> Decimal:
    """Cents are integers until a coupon has left parts of them: an integer times a float is a float in Ruby."""
    if isinstance(base, int):
        return Decimal(base) if base * share >= base else Decimal(whole_float(base * share))
    discount = base * number(share)
    return base if discount >= base else Decimal(whole(discount))


def _shared(fee: Fee, taken: Decimal, base: Decimal | int) -> Fee:
    coupons = fee.precise_coupons_amount_cents
    if base:
        coupons = half_up(coupons + fdiv(taken * fee.base_cents, Decimal(base)), COUPON_DECIMALS)
    return replace(fee, precise_coupons_amount_cents=min(coupons, Decimal(fee.amount_cents)))


def _used(each: AppliedCoupon, taken: Decimal) -> AppliedCoupon:
    match each.coupon.frequency, each.coupon.discount:
        case Frequency.FOREVER, _:
            return each
        case Frequency.RECURRING, _:
            left = max((each.invoices_left or 0) - 1, 0)
            return replace(each, invoices_left=left, ended=left == 0)
        case _, Percentage():
            return replace(each, ended=True)
        case _:
            cents_left = (each.cents_left or 0) - int(taken)
            return replace(each, cents_left=cents_left, ended=cents_left <= 0)


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)
