"""Charges priced in credits: the amount is rounded in credits, then converted to the plan's currency."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from lago_gitops.pricing.base.currencies import subunits
from lago_gitops.pricing.base.numbers import KEPT_DECIMALS, exact, half_up, to_cents
from lago_gitops.pricing.catalog.items import Charge
from lago_gitops.pricing.fees.fee import UnitAmounts

UNIT_CENTS: Final = 100  # every pricing unit has two decimals


@dataclass(frozen=True, slots=True)
class Amounts:
    """The money of a fee in its currency; `unit_amounts` is what it was before conversion."""

    amount_cents: int
    precise_amount_cents: Decimal
    precise_unit_amount: Decimal
    unit_amounts: UnitAmounts | None = None


@exact
def amounts(charge: Charge, amount: Decimal, unit_amount: Decimal, currency: str) -> Amounts:
    """A fee's money, from an amount and the amount of one unit, in units of the currency or pricing unit."""
    if charge.pricing_unit is None:
        return _kept(to_cents(amount, currency), amount * subunits(currency), unit_amount)
    rate = charge.pricing_unit.conversion_rate
    credit_cents = int(half_up(amount, 2) * UNIT_CENTS)
    converted = (credit_cents * rate).scaleb(-2)
    # Lago keeps the amount of one unit in whole credit cents and drops the rest.
    converted_unit = (int(unit_amount * UNIT_CENTS) * rate).scaleb(-2)
    kept = _kept(to_cents(converted, currency), converted * subunits(currency), converted_unit)
    in_credits = UnitAmounts(
        amount_cents=credit_cents,
        precise_amount_cents=half_up(amount * UNIT_CENTS, KEPT_DECIMALS),
        unit_amount_cents=int(unit_amount * UNIT_CENTS),
        precise_unit_amount=half_up(unit_amount, KEPT_DECIMALS),
        unit=charge.pricing_unit,
    )
    return Amounts(kept.amount_cents, kept.precise_amount_cents, kept.precise_unit_amount, in_credits)


def _kept(cents: int, precise_cents: Decimal, unit_amount: Decimal) -> Amounts:
    return Amounts(cents, half_up(precise_cents, KEPT_DECIMALS), half_up(unit_amount, KEPT_DECIMALS))
