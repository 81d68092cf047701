"""What a commitment's fee should be where the fees of its period are on several invoices, or on none."""

from dataclasses import replace
from datetime import UTC, datetime

from lago_gitops.bills.audit.billed import BilledFee
from lago_gitops.bills.audit.verdicts import Differs, Follows, verdict
from lago_gitops.pricing.catalog import reading
from lago_gitops.pricing.catalog.items import MinimumCommitment, Plan
from lago_gitops.render.schemas.reasons import Cause
from tests.bills.audit.billing import billed
from tests.bills.audit.listing_of import Told
from tests.bills.audit.test_verdicts import CREATED, GIT, lists

SMS = reading.metric({"code": "sms", "aggregation_type": "count_agg"})
IN_ADVANCE = {"billable_metric_code": "sms", "code": "sms", "charge_model": "standard", "pay_in_advance": True}


def plan(commitment: int, sms: str = "0.5", **more: object) -> Plan:
    charge = reading.charge({**IN_ADVANCE, "properties": {"amount": sms}}, {"sms": SMS})
    return replace(GIT, charges=(charge,), minimum_commitment=MinimumCommitment(commitment), **more)  # type: ignore[arg-type]


def fee(name: str, cents: int, **more: object) -> BilledFee:
    said = {"item_type": name, "amount_cents": cents, "precise_amount": str(cents / 100), "units": "1"}
    return replace(
        billed({**said, "item_code": "plan", "amount_details": {"plan_amount_cents": 1900}, **more}),
        lago_id=f"{name}{cents}",
        created_at=CREATED,
        invoice_id="i",
    )


WHOLE = fee("subscription", 1900)
SENT = replace(
    fee("charge", 50, charge_code="sms", amount_details={}, pay_in_advance=True),
    event="e",
    invoice_id="",
    created_at=datetime(2026, 10, 9, tzinfo=UTC),
)
MISSING = fee("commitment", 5000 - 1900 - 50)


def told(*fees: BilledFee) -> Told:
    return Told(fees=(WHOLE, SENT, *fees))


def test_fees_without_an_invoice_count_towards_a_commitment() -> None:
    assert isinstance(verdict(MISSING, lists(plan(5000), None, told(MISSING))), Follows)


def test_a_commitment_that_was_right_then_is_right_whatever_lago_has_now() -> None:
    assert isinstance(verdict(MISSING, lists(plan(5000), plan(9000), told(MISSING))), Follows)


def test_a_commitment_that_only_lago_has_expects_what_git_lacks() -> None:
    raised = fee("commitment", 9000 - 1900 - 50)
    found = verdict(raised, lists(plan(5000), plan(9000), told(raised)))
    assert isinstance(found, Differs)
    assert (found.expected_cents, found.reason) == (5000 - 1900 - 50, Cause.CHANGED_IN_LAGO)


def test_a_commitment_lacks_more_where_a_fee_was_too_high_and_says_so() -> None:
    found = verdict(MISSING, lists(plan(5000, sms="0.2"), None, told(MISSING)))
    assert isinstance(found, Differs)
    assert (found.expected_cents, found.reason) == (5000 - 1900 - 20, Cause.OTHER_FEES)


def test_in_advance_it_is_the_period_before_that_counts() -> None:
    """The next one's fee is on the same invoice."""
    november = replace(WHOLE, lago_id="n", start=CREATED, end=datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC))
    october = replace(WHOLE, invoice_id="before", created_at=datetime(2026, 10, 1, tzinfo=UTC))
    every = Told(fees=(october, SENT, november, MISSING))
    assert isinstance(verdict(MISSING, lists(plan(5000, pay_in_advance=True), plan(1), every)), Follows)


def test_where_no_commitment_makes_the_fee_the_one_that_lago_has_is_taken_to() -> None:
    """The fees of progressive invoices count besides those of the last one."""
    odd = fee("commitment", 1234)
    assert isinstance(verdict(odd, lists(plan(5000), plan(5000), told(odd))), Follows)
