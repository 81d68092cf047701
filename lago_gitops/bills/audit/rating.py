"""A fee rated again from its own figures: what that usage costs at a price.

Most fees show everything that a price needs. A prorated charge's fee doesn't show which part of its units was billed,
and a percentage charge's fee doesn't show what was free: both are inferred from the price assumed to be behind the fee.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

from lago_gitops.bills.audit.billed import BilledFee
from lago_gitops.pricing.base.currencies import subunits
from lago_gitops.pricing.base.errors import UnratableError
from lago_gitops.pricing.base.numbers import ZERO, exact, from_percent, half_up, number, quot, to_cents, whole_float
from lago_gitops.pricing.base.rules import Rules
from lago_gitops.pricing.catalog.items import Charge, FixedCharge
from lago_gitops.pricing.fees.pricing_units import amounts
from lago_gitops.pricing.models import Price, rate
from lago_gitops.pricing.models.dynamic import Custom, Dynamic
from lago_gitops.pricing.models.graduated import Graduated
from lago_gitops.pricing.models.graduated_percentage import GraduatedPercentage
from lago_gitops.pricing.models.package import Package
from lago_gitops.pricing.models.percentage import Percentage, amount_beside
from lago_gitops.pricing.models.standard import Standard
from lago_gitops.pricing.models.usage import Prorated, ProratedEvent, Usage
from lago_gitops.pricing.models.volume import Volume

_LONGEST_PERIOD_DAYS: Final = 366
_UNIT_DECIMALS: Final = 6  # decimals of prorated units: five of a charge's, six of a fixed charge's
_TIERED: Final = (Graduated, GraduatedPercentage, Package, Volume)
_TOLERANCE: Final = Decimal("0.00000001")  # decimals of Lago's precise amounts, in units of the currency


@dataclass(frozen=True, slots=True)
class Offer:
    """A price list's price for a fee: the charge, and its price for the fee's filter."""

    charge: Charge | FixedCharge
    price: Price

    @property
    def frees(self) -> tuple[int, Decimal]:
        """Free events and free units of a percentage charge."""
        return (
            (self.price.free_events, self.price.free_aggregation) if isinstance(self.price, Percentage) else (0, ZERO)
        )

    @property
    def bounds(self) -> tuple[Decimal | None, Decimal | None]:
        """Minimum and maximum per event of a percentage charge."""
        price = self.price
        return (price.min_amount, price.max_amount) if isinstance(price, Percentage) else (None, None)


def is_told(fee: BilledFee, offer: Offer, rules: Rules) -> bool:
    """Whether the fee's figures alone give its cost at the offer's price, whichever price it was billed at."""
    match offer.price:
        case Custom():
            return False
        case price if fee.event and isinstance(price, _TIERED):
            return False  # it depends on the units before the event
        case Percentage() if _holds_events(offer.price, rules) or (fee.event and any(offer.frees)):
            return False
        case Percentage() if any(offer.frees):
            return _is_free_by(offer.price, fee)
    return not _is_prorated(fee, offer.charge)


@exact
def offered_cents(fee: BilledFee, offer: Offer, made_by: Offer, rules: Rules) -> int | None:
    """Cost of the fee's usage at an offer, in cents; None when the fee doesn't say.

    `made_by` is the offer assumed to be behind the fee; its usage is inferred from it.
    """
    try:
        amount = _amount(fee, offer, made_by, rules)
    except UnratableError:
        return None
    return None if amount is None else _cents(fee, offer.charge, amount)


@exact
def with_units(fee: BilledFee, units: Decimal, charge: FixedCharge) -> BilledFee:
    """The fee for other units; for a prorated charge, over the same part of the period."""
    if not charge.prorated or not fee.units:
        return replace(fee, units=units)
    precise = quot(fee.precise_amount * units, fee.units)
    return replace(fee, units=units, precise_amount=precise, amount_cents=to_cents(precise, fee.currency))


@exact
def plan_cents(fee: BilledFee, amount_cents: int) -> int | None:
    """The subscription fee if the plan had another amount; None when the billed share of the amount isn't known."""
    made_of = fee.details.get("plan_amount_cents")
    if made_of == amount_cents:
        return fee.amount_cents
    if not made_of:
        return 0 if not amount_cents else None
    share = (Fraction(fee.precise_amount * subunits(fee.currency)) / made_of).limit_denominator(_LONGEST_PERIOD_DAYS)
    return whole_float(share.numerator * (amount_cents / share.denominator))


def _amount(fee: BilledFee, offer: Offer, made_by: Offer, rules: Rules) -> Decimal | None:
    """In units of the currency, or of the charge's pricing unit."""
    price = offer.price
    if isinstance(price, Dynamic):
        return fee.precise_amount  # events bring their own prices
    if _is_below_zero(fee):
        return ZERO
    if isinstance(price, Custom) or (fee.event and isinstance(price, _TIERED)):
        return None
    usage = _usage(fee, made_by, rules)
    if usage is None:
        return None
    if isinstance(price, Percentage):
        return _percentage(fee, price, made_by, usage, rules)
    return rate(price, usage, rules=rules).amount


def _is_below_zero(fee: BilledFee) -> bool:
    """Lago shows and bills nothing for negative units; the fee's details keep the minus sign."""
    tiers = fee.details.get("graduated_ranges") or fee.details.get("graduated_percentage_ranges") or ()
    figures = (fee.details.get("units"), fee.details.get("per_unit_total_amount"), *(tier["units"] for tier in tiers))
    return not fee.units and any(number(figure) < 0 for figure in figures if figure is not None)


def _percentage(fee: BilledFee, price: Percentage, made_by: Offer, usage: Usage, rules: Rules) -> Decimal | None:
    if not _holds_events(price, rules):
        return _without_bounds(fee, price, made_by, usage)
    if (price.min_amount, price.max_amount) != made_by.bounds or "min_max_adjustment_total_amount" not in fee.details:
        return None
    amount = _without_bounds(fee, price, made_by, usage)
    return None if amount is None else amount + number(fee.details["min_max_adjustment_total_amount"])


def _without_bounds(fee: BilledFee, price: Percentage, made_by: Offer, usage: Usage) -> Decimal | None:
    frees = (price.free_events, price.free_aggregation)
    if any(frees) and ("free_units" not in fee.details or not (frees == made_by.frees or _is_free_by(price, fee))):
        return None
    if fee.event:
        # A value seen again is shown as a unit, but only its event is paid for.
        units, events = number(fee.details.get("paid_units", fee.units)), number(fee.details.get("paid_events", 1))
        return from_percent(units * price.rate) + events * price.fixed_amount
    if not any(frees):
        return amount_beside(price, usage, ZERO, 0)
    return amount_beside(price, usage, number(fee.details["free_units"]), int(number(fee.details["free_events"])))


def _holds_events(price: Percentage, rules: Rules) -> bool:
    return rules.licensed and (price.min_amount is not None or price.max_amount is not None)


def _is_free_by(price: Percentage, fee: BilledFee) -> bool:
    """Whether exactly what was free on the fee is free by the price."""
    if fee.event or "free_units" not in fee.details:
        return False
    units, events = number(fee.details["free_units"]), number(fee.details["free_events"])
    most_events, most_units = price.free_events, price.free_aggregation
    if not most_units:
        return events == min(most_events, fee.events_count)
    if not most_events or fee.events_count <= most_events:
        return units == min(most_units, fee.units)
    # Either the free events run out first, or the free units do, within one of the events.
    return (events == most_events and units < most_units) or (events < most_events and units == most_units)


def _is_prorated(fee: BilledFee, charge: Charge | FixedCharge) -> bool:
    """Units held at the end of a period and paid in advance are billed whole."""
    return charge.prorated and not (isinstance(charge, Charge) and charge.pay_in_advance and not fee.event)


def _usage(fee: BilledFee, made_by: Offer, rules: Rules) -> Usage | None:
    if not _is_prorated(fee, made_by.charge):
        return Usage(fee.units, fee.events_count)
    units = _prorated_units(fee, made_by, rules)
    return None if units is None else _part(fee, units)


def _prorated_units(fee: BilledFee, made_by: Offer, rules: Rules) -> Decimal | None:
    """The units for which the price yields the fee's amount; None when there are none with so few decimals.

    Amounts are linear in them, except for graduated usage, where each event is in its own tier.
    """
    charge, price = made_by.charge, made_by.price
    if isinstance(charge, Charge) and (charge.pricing_unit or not isinstance(price, Standard | Volume)):
        return None
    if not fee.units and isinstance(price, Graduated):
        return None
    one, two = (rate(price, _part(fee, Decimal(units)), rules=rules).amount for units in (1, 2))
    each, rest = two - one, fee.precise_amount - (one - (two - one))
    if not each:
        return None if rest else fee.units
    units = half_up(quot(rest, each), _UNIT_DECIMALS)
    return units if units >= 0 and abs(units * each - rest) <= _TOLERANCE else None


def _part(fee: BilledFee, units: Decimal) -> Usage:
    """As much of the fee's usage as the paid units."""
    return Usage(units, fee.events_count, prorated=Prorated(fee.units, (ProratedEvent(fee.units, units),)))


def _cents(fee: BilledFee, charge: Charge | FixedCharge, amount: Decimal) -> int:
    amount = max(amount, ZERO)
    if isinstance(charge, FixedCharge) or charge.pricing_unit is None:
        return to_cents(amount, fee.currency)
    # Lago rounds the fee of an event in the currency before it converts the amount to credits.
    credits_ = to_cents(amount, fee.currency) * Decimal("0.01") if fee.event else amount
    return amounts(charge, credits_, ZERO, fee.currency).amount_cents
