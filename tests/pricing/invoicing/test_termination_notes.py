from dataclasses import replace
from decimal import Decimal

import pytest

from lago_gitops.pricing.catalog.items import Tax
from lago_gitops.pricing.fees.fee import Fee, ItemType
from lago_gitops.pricing.fees.subscription import Details
from lago_gitops.pricing.invoicing.credit_notes import CreditNote
from lago_gitops.pricing.invoicing.invoice import invoice
from lago_gitops.pricing.invoicing.taxes import TaxLevels
from lago_gitops.pricing.invoicing.termination_notes import OnTermination, Unused, termination_note
from tests.pricing.samples import D, at, fee, plan, subscription

VAT = TaxLevels({"vat": Tax("vat", 20)}, customer=("vat",))
OF_OCTOBER = plan(amount_cents=3100, pay_in_advance=True)


def plan_fee(cents: int, **others: object) -> Fee:
    return fee(cents, item_type=ItemType.SUBSCRIPTION, **others)


def unused(
    *fees: Fee,
    day: int = 11,
    month: int = 10,
    amount_cents: int = 3100,
    trial_days: int | None = None,
    **others: object,
) -> Unused:
    """A plan of 31.00 in advance that ends at noon of a day; the first of these fees is of the plan."""
    sold = replace(OF_OCTOBER, amount_cents=amount_cents, trial_days=None if trial_days is None else D(trial_days))
    life = replace(subscription(sold, month=month), ended_at=at(day, month=month))
    made = invoice(fees or (plan_fee(amount_cents),), "USD", VAT)
    return Unused(life, made, number=7, fee=0, **others)  # type: ignore[arg-type]


def given_back(of: Unused, how: OnTermination = OnTermination.CREDIT, *others: CreditNote) -> Decimal | None:
    note = termination_note(of, how, others)
    return None if note is None else note.items[0].precise_amount_cents


def test_the_amount_of_the_plan_when_its_fee_was_made_counts() -> None:
    assert given_back(unused(plan_fee(3100))) == 2000
    assert given_back(unused(plan_fee(6200, details=Details(6200)))) == 4000


def test_no_more_than_the_fee_is_given_back_less_what_was_before() -> None:
    assert given_back(unused(plan_fee(1500))) == 1500
    assert given_back(unused(plan_fee(1500), noted_cents=1100)) == 400
    assert given_back(unused(noted_cents=1999)) == 1
    assert given_back(unused(noted_cents=2000)) is None
    assert given_back(unused(noted_cents=2001)) is None


@pytest.mark.parametrize(("plan_cents", "day", "cents"), [(1000, 11, "633.33333"), (9, 13, "5.1"), (21, 3, "18.9")])
def test_parts_of_a_cent_are_cut_after_five_decimals_as_ruby_cuts_floats(plan_cents: int, day: int, cents: str) -> None:
    """Of thirty days; 9 / 30 × 17 is a little more than 5.1 in floats, and 510000 hundred-thousandths a little less."""
    assert given_back(unused(amount_cents=plan_cents, day=day, month=11)) == Decimal(cents)


@pytest.mark.parametrize(
    ("trial_days", "day", "unused_days"),
    [(10, 9, 21), (10, 10, 21), (10, 11, 21), (10, 12, 19), (30, 11, 1), (31, 11, 0), (60, 11, 0)],
)
def test_days_are_given_back_from_the_end_of_the_trial_on(trial_days: int, day: int, unused_days: int) -> None:
    """A trial of ten days from the first on ends with the eleventh."""
    note = termination_note(unused(plan_fee(3100), trial_days=trial_days, day=day))
    assert (note.items[0].amount_cents if note else 0) == 100 * unused_days


@pytest.mark.parametrize(("trial_days", "paid", "refund"), [(None, 2520, 1200), (5, 2520, 1800), (20, 600, 600)])
def test_only_days_used_after_the_trial_are_kept_of_what_was_paid(
    trial_days: int | None, paid: int, refund: int
) -> None:
    """Of the eleven days each one costs 1.20; those of a trial nothing."""
    note = termination_note(unused(plan_fee(3100), trial_days=trial_days, paid_cents=paid), OnTermination.REFUND)
    assert note is not None
    assert note.split.refund_cents == refund


def test_of_what_was_paid_the_plan_has_its_share_with_taxes() -> None:
    """Half was paid of 37.20 for the plan, with taxes, and 9.30 that bears none."""
    free = TaxLevels({**VAT.taxes, "none": Tax("none", 0)}, customer=("vat",))
    made = invoice((plan_fee(3100), fee(930, tax_codes=("none",))), "USD", free)
    of = replace(unused(plan_fee(3100)), invoice=made, paid_cents=2325)
    note = termination_note(of, OnTermination.REFUND)
    assert note is not None
    assert note.split.refund_cents == 540  # 18.60, less 13.20 of eleven days


def test_the_last_note_on_an_invoice_makes_up_for_rounded_taxes() -> None:
    of = unused(plan_fee(33), fee(3), amount_cents=33)
    first = termination_note(of)
    assert first is not None
    others = replace(first, items=(replace(first.items[0], fee=1, precise_amount_cents=D(36)),))
    alone, last = termination_note(of), termination_note(of, others=(others,))
    assert alone is not None
    assert last is not None
    rounded = first.taxes_cents - first.precise_taxes_cents
    assert rounded
    assert last.precise_taxes_cents == alone.precise_taxes_cents - rounded


def test_a_note_on_a_draft_is_a_draft() -> None:
    note = termination_note(unused(invoice_is_final=False))
    assert note is not None
    assert not note.finalized


def test_an_end_on_the_last_day_gives_nothing_back() -> None:
    assert given_back(unused(day=31)) is None
