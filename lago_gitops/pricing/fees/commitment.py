"""The fee of a minimum commitment: what a plan's period falls short of it."""

from collections.abc import Iterable

from lago_gitops.pricing.base.numbers import (
    KEPT_DECIMALS,
    ZERO,
    exact,
    from_cents,
    half_up,
    number,
    significant,
    whole,
)
from lago_gitops.pricing.catalog.items import MinimumCommitment
from lago_gitops.pricing.fees.fee import Fee, ItemType
from lago_gitops.pricing.fees.terms import Terms


@exact
def true_up_fee(
    commitment: MinimumCommitment, share: float, fees: Iterable[Fee], plan_code: str, terms: Terms
) -> Fee | None:
    """What `fees` fall short of a share of the commitment, a float as in Lago; None when they reach it."""
    billed = tuple(fees)
    committed = whole(number(commitment.amount_cents * share))
    missing = committed - sum(fee.amount_cents for fee in billed)
    if missing <= 0:
        return None
    precise = sum((fee.precise_amount_cents for fee in billed), ZERO)
    unit_amount = float(from_cents(missing, terms.currency))
    return Fee(
        item_type=ItemType.COMMITMENT,
        item_code=plan_code,
        currency=terms.currency,
        start=terms.span.start,
        end=terms.span.end,
        amount_cents=missing,
        precise_amount_cents=half_up(max(committed - precise, ZERO), KEPT_DECIMALS),
        precise_unit_amount=half_up(significant(unit_amount, 16), KEPT_DECIMALS),
        tax_codes=commitment.tax_codes,
        invoice_display_name=commitment.name,
    )
