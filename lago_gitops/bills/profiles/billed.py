"""What a profile pays on a plan."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from lago_gitops.bills.bill import Bill, period_bill
from lago_gitops.bills.price_list import PriceList, plan_named
from lago_gitops.bills.profiles.profile import MONTHS, Profile, fitted
from lago_gitops.pricing.base.errors import PricingError, UnratableError
from lago_gitops.pricing.base.numbers import ZERO, quot
from lago_gitops.pricing.base.rules import Rules
from lago_gitops.pricing.catalog.items import Interval, Plan
from lago_gitops.pricing.fees.fee import Fee, ItemType
from lago_gitops.pricing.periods.subscription import charges_interval, fixed_interval


@dataclass(frozen=True, slots=True)
class ProfileBill:
    """A bill of one billing period. `cents` is its total, `monthly` all of its fees as cents a month, before coupons
    and taxes; both are None where `reason` says why there is no bill."""

    currency: str
    interval: Interval
    cents: int | None
    monthly: Decimal | None
    unbilled: tuple[str, ...]
    reason: str = ""


def paid(profile: Profile, plan_code: str, prices: PriceList, rules: Rules) -> ProfileBill | None:
    """None when the price list has no such plan."""
    if plan_code not in prices.plans:
        return None
    fields = prices.plans[plan_code]
    currency, interval = fields["amount_currency"], Interval(fields["interval"])
    try:
        plan = plan_named(prices, plan_code)
        fitting = fitted(profile, plan, rules)
        bill = period_bill(fitting.scenario, prices)
    except UnratableError as error:
        return ProfileBill(currency, interval, None, None, (), f"Lago can't create the invoice: {error}")
    except PricingError as error:
        return ProfileBill(currency, interval, None, None, (), str(error))
    if bill.left_out:
        reason = f"{', '.join(bill.left_out)}: priced by a program inside the Lago server"
        return ProfileBill(currency, interval, None, None, fitting.unbilled, reason)
    return ProfileBill(currency, interval, bill.invoice.total_amount_cents, sum(_monthly(bill), ZERO), fitting.unbilled)


def _monthly(bill: Bill) -> Iterator[Decimal]:
    for fee in bill.invoice.fees:
        months, periods = MONTHS[_interval(fee, bill.plan)]
        yield quot(Decimal(fee.amount_cents) * periods, Decimal(months))


def _interval(fee: Fee, plan: Plan) -> Interval:
    """The interval at which the fee is billed."""
    match fee.item_type:
        case ItemType.CHARGE:
            return charges_interval(plan)
        case ItemType.FIXED_CHARGE:
            return fixed_interval(plan)
        case _:
            return plan.interval
