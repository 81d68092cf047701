from dataclasses import replace
from decimal import Decimal

import pytest

from lago_gitops.pricing.catalog.items import Tax
from lago_gitops.pricing.fees.fee import Fee
from lago_gitops.pricing.invoicing.coupons import applied
from lago_gitops.pricing.invoicing.credit_notes import (
    CreditNote,
    Split,
    adjusted,
    closed,
    new_note,
    paid_by,
    progressive_note,
    refreshed,
)
from lago_gitops.pricing.invoicing.invoice import Invoice, invoice
from lago_gitops.pricing.invoicing.note_taxes import Item
from lago_gitops.pricing.invoicing.taxes import TaxLevels
from tests.pricing.invoicing.test_coupons import percent
from tests.pricing.samples import D, fee

NOTHING = Split(0)
VAT = TaxLevels({"vat": Tax("vat", 20), "low": Tax("low", 10)}, customer=("vat",))


def of(*fees: Fee, **others: object) -> Invoice:
    return invoice(fees, "USD", **{"taxes": VAT, **others})  # type: ignore[arg-type]


def noted(cents: object, on: Invoice, split: Split = NOTHING, at: int = 0) -> CreditNote:
    return new_note(on, 7, (Item(at, D(str(cents))),), "other", split)


def items(note: CreditNote | None) -> list[tuple[int, int]]:
    assert note is not None
    return [(item.fee, item.amount_cents) for item in note.items]


def test_usage_that_fell_is_taken_off_the_largest_fees_first_and_never_twice() -> None:
    progressive = of(fee(100), fee(300), fee(200))
    first = progressive_note(progressive, 7, 250)
    assert items(first) == [(1, 250)]
    second = progressive_note(progressive, 7, 200, (first,))  # type: ignore[arg-type]
    assert items(second) == [(1, 50), (2, 150)]


def test_a_note_gives_back_the_taxes_and_not_what_coupons_took() -> None:
    note = progressive_note(of(fee(1000), coupons=(applied(percent(10)),)), 7, 500)
    assert note is not None
    assert (note.split.credit_cents, note.sub_total_cents, note.taxes_cents) == (540, 450, 90)
    assert note.coupons_adjustment_cents == 50


def test_the_last_note_on_an_invoice_makes_up_for_what_the_others_rounded_of_taxes() -> None:
    sold = of(fee(9), fee(4))
    first = noted(3, sold)  # taxes of 0.6, rounded to 1
    assert closed(noted(5, sold), sold, (first,)).precise_taxes_cents == 1
    assert closed(noted(10, sold), sold, (first,)).precise_taxes_cents == D("1.6")
    draft = replace(noted(5, sold), finalized=False)
    assert closed(draft, sold, (first,)).precise_taxes_cents == D("0.6")


def test_the_last_note_of_usage_that_fell_makes_up_for_taxes_too() -> None:
    progressive = of(fee(9), fee(4))
    last = progressive_note(progressive, 7, 10, (noted(3, progressive),))
    assert last is not None
    assert last.precise_taxes_cents == D("1.6")


@pytest.mark.parametrize(
    ("split", "shown"),
    [
        (Split(11), (Split(10), 10)),
        (Split(9), (Split(10), 10)),
        (Split(10), (Split(10), 10)),
        (Split(6, 5), (Split(5, 5), 10)),
        (Split(6, 3), (Split(7, 3), 10)),
        (Split(0, 11), (Split(0, 10), 10)),
        (Split(0, 9), (Split(0, 10), 10)),
        (Split(0, 4, 7), (Split(0, 10, 7), 10)),  # the whole total in Lago, beside what it sets off
    ],
)
def test_a_cent_is_moved_so_that_sub_total_and_taxes_are_the_total(split: Split, shown: tuple[Split, int]) -> None:
    note = adjusted(noted(8, of(fee(8)), split))  # and taxes of 2
    assert (note.split, note.total_cents) == shown
    assert note.balance_cents == note.split.credit_cents


def test_a_note_on_a_draft_keeps_its_share_of_the_fee() -> None:
    note = replace(noted(500, of(fee(1000)), Split(600)), finalized=False)
    after = refreshed(note, of(fee(1000)), of(fee(300), fee(2000), coupons=(applied(percent(10)),)), 1)
    assert items(after) == [(1, 1000)]
    assert (after.sub_total_cents, after.taxes_cents, after.split.credit_cents) == (900, 180, 1080)
    assert (after.finalized, after.invoice) == (False, 7)


def test_taxes_of_a_note_on_a_draft_are_rounded_one_by_one() -> None:
    both = of(replace(fee(1000), tax_codes=("vat", "low")))
    after = refreshed(noted(13, both), both, both, 0)  # 2.6 and 1.3
    assert (after.precise_taxes_cents, after.split.credit_cents) == (4, 17)


def test_a_fee_of_nothing_leaves_a_note_nothing_to_give_back() -> None:
    assert refreshed(noted(5, of(fee(0))), of(fee(0)), of(fee(1000)), 0).split.credit_cents == 0


def credit(cents: int, on: int = 0, **others: object) -> CreditNote:
    note = replace(noted(cents, of(fee(cents), taxes=None), Split(cents)), invoice=on)
    return replace(note, **others)  # type: ignore[arg-type]


def test_notes_pay_an_invoice_in_their_order_as_far_as_it_goes() -> None:
    paid = paid_by((credit(30), credit(1), credit(50), credit(20)), of(fee(70), taxes=None), 1)
    assert [(each.note, each.amount_cents) for each in paid.credits] == [(0, 30), (1, 1), (2, 39)]
    assert [note.balance_cents for note in paid.notes] == [0, 0, 11, 20]


def test_a_note_pays_neither_its_own_invoice_nor_another_currency_nor_while_it_is_a_draft() -> None:
    notes = credit(30, on=1), credit(30, currency="EUR"), credit(30, finalized=False)
    paid = paid_by(notes, of(fee(70), taxes=None), 1)
    assert (paid.credits, paid.notes) == ((), notes)


def test_nothing_is_paid_of_an_invoice_below_zero() -> None:
    below = replace(of(fee(0), taxes=None), prepaid_credit_amount_cents=5)
    paid = paid_by((credit(30),), below, 1)
    assert (paid.credits, paid.notes[0].balance_cents) == ((), 30)


def test_the_rate_of_a_note_is_that_of_the_taxes_on_its_items() -> None:
    sold = of(fee(300), replace(fee(100), tax_codes=("low",)))
    note = new_note(sold, 7, (Item(0, D(100)), Item(1, D(100))), "other", Split(0))
    assert (note.taxes_rate, note.taxes_cents) == (15.0, 30)
    assert noted(0, sold).taxes_rate == 0.0
    assert [(tax.code, tax.amount_cents, tax.base_cents) for tax in note.applied_taxes] == [
        ("low", 10, 100),
        ("vat", 20, 100),
    ]


def test_of_taxes_summed_one_by_one_the_precise_sum_is_kept() -> None:
    assert noted("3.3", of(fee(10))).precise_total_cents == Decimal("3.96")
