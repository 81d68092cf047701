"""The minimum commitment: what is missing at the end of a plan's period to the least that it costs."""

from decimal import Decimal

from lago_gitops.pricing.catalog import MinimumCommitment
from lago_gitops.pricing.fee import Fee, ItemType
from lago_gitops.pricing.numbers import KEPT_DECIMALS, exact, from_cents, half_up, number, significant, whole
from lago_gitops.pricing.periods import Span, days_between


@exact
def true_up_fee(
    commitment: MinimumCommitment,
    span: Span,
    plan_code: str,
    currency: str,
    billed_cents: int,
    precise_billed_cents: Decimal,
) -> Fee | None:
    """What the fees of `span` lack, None where they reach the commitment; a part of a period commits to its days."""
    # Lago takes days over days, and the commitment times that, as floats.
    share = days_between(span.start, span.end, span.zone) / span.period_days
    committed = whole(number(commitment.amount_cents * share))
    missing = committed - billed_cents
    if missing <= 0:
        return None
    unit_amount = float(from_cents(missing, currency))
    return Fee(
        item_type=ItemType.COMMITMENT,
        item_code=plan_code,
        currency=currency,
        start=span.start,
        end=span.end,
        amount_cents=missing,
        precise_amount_cents=half_up(max(committed - precise_billed_cents, Decimal(0)), KEPT_DECIMALS),
        precise_unit_amount=half_up(significant(unit_amount, 16), KEPT_DECIMALS),
        tax_codes=commitment.tax_codes,
    )
