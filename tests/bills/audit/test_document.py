"""A fee that differs, in the words and data that people and programs get."""

from dataclasses import replace

import pytest

from lago_gitops.bills.audit.billed import BilledFee, billed_fee
from lago_gitops.bills.audit.document import message
from lago_gitops.bills.audit.listings import Listing, Place, listing
from lago_gitops.bills.audit.shown import shown_price
from lago_gitops.bills.audit.summary import OTHER, Summary, entry, summary_document
from lago_gitops.bills.audit.verdicts import Differs, Unchecked
from lago_gitops.bills.price_list import PriceList
from lago_gitops.render.schemas.reasons import Cause
from tests.bills.audit.billing import OCTOBER, billed
from tests.bills.audit.listing_of import START

BARE = {"units": "1", "amount_cents": 100, "precise_amount": "1", "precise_unit_amount": "1.50"}
PLAN = {
    "kind": "plan",
    "code": "plan",
    "name": "Plan",
    "interval": "monthly",
    "amount_cents": 1900,
    "amount_currency": "USD",
    "pay_in_advance": False,
}
COMMITTED = {**PLAN, "minimum_commitment": {"amount_cents": 100}}


def lists(name: str, *plans: dict[str, object]) -> Listing:
    fields = {str(plan["code"]): plan for plan in plans}
    return listing(name, START, PriceList(fields, {}, {}, {}, (), {}, {}))


def said(reason: Cause, fee: BilledFee | None = None, other: str = "") -> str:
    differs = Differs(fee or billed(BARE), Place("plan"), lists("v2", COMMITTED), 1, reason, other)
    return message(differs, lists("Lago", {**PLAN, "amount_cents": 2000}))


def test_every_reason_is_a_sentence_that_names_the_price_list() -> None:
    for reason in set(Cause) - {Cause.OVERRIDDEN, Cause.ROUNDING, Cause.COUPON, Cause.SERVER_VERSION}:
        assert "v2" in said(reason, other="v1")
    assert said(Cause.OVERRIDDEN, other="v1").endswith("its own price, that of v1")
    assert said(Cause.OVERRIDDEN).endswith("its own price")
    assert len({said(reason) for reason in Cause}) == len(Cause)


def test_what_lago_changed_is_named_by_its_path() -> None:
    whole = billed({**BARE, "item_type": "subscription", "item_code": "plan"})
    commitment = billed({**BARE, "item_type": "commitment", "item_code": "plan"})
    assert said(Cause.CHANGED_IN_LAGO, whole).endswith(": amount_cents 1900 → 2000")
    assert said(Cause.CHANGED_IN_LAGO, commitment).endswith("tax_codes: []} → null")
    assert said(Cause.CHANGED_IN_LAGO).endswith(": its price differs")


def test_a_plan_that_one_of_both_does_not_have_has_no_path() -> None:
    differs = Differs(billed(BARE), Place("gone"), lists("v2", PLAN), None, Cause.CHANGED_IN_LAGO)
    assert message(differs, lists("Lago")).endswith(": its price differs")


@pytest.mark.parametrize(
    ("fee", "shown"),
    [
        ({}, "amount 1.5"),
        ({"units": "0"}, ""),
        ({"item_type": "subscription", "amount_details": {"plan_amount_cents": 1500}}, "amount_cents 1500"),
        (
            {"amount_details": {"per_package_size": 100, "per_package_unit_amount": "4.0", "free_units": "200.0"}},
            "amount 4, package_size 100, free_units 200",
        ),
        ({"amount_details": {"rate": "1.50", "fixed_fee_unit_amount": "0.0"}}, "rate 1.5, fixed_amount 0"),
        (
            {
                "amount_details": {
                    "graduated_ranges": [
                        {"from_value": 0, "to_value": 10, "per_unit_amount": "1.0", "flat_unit_amount": "2.5"},
                        {"from_value": 11, "to_value": None, "per_unit_amount": "0.5", "flat_unit_amount": "0.0"},
                    ]
                }
            },
            "[0–10] 1 + 2.5, [11–∞] 0.5 + 0",
        ),
        (
            {
                "amount_details": {
                    "graduated_percentage_ranges": [
                        {"from_value": 0, "to_value": None, "rate": "3.0", "flat_unit_amount": "0.0"}
                    ]
                }
            },
            "[0–∞] 3 + 0",
        ),
    ],
)
def test_a_fee_shows_its_price_in_the_words_of_its_model(fee: dict[str, object], shown: str) -> None:
    assert shown_price(billed({**BARE, **fee})) == shown


def test_fees_of_one_off_invoices_and_wallets_have_no_price_list() -> None:
    assert billed_fee({**OCTOBER, "item": {"type": "add_on"}}) is None
    assert billed_fee({**OCTOBER, "item": {"type": "credit"}}) is None


def test_a_summary_counts_what_could_not_be_checked_by_why_and_item() -> None:
    summary = Summary()
    fee = billed({**BARE, "item_code": "calls"})
    for why in ("a", "a", "b"):
        summary.take(entry(Unchecked(fee, why), lists("Lago"), ""))
    summary.take(OTHER)
    document = summary_document(summary)
    assert (document["fees"], document["follow"], document["others"]) == (4, 0, 1)
    assert document["unchecked"] == [
        {"why": "a", "item": "charge calls", "fees": 2},
        {"why": "b", "item": "charge calls", "fees": 1},
    ]


def test_a_fee_without_an_expected_amount_is_in_no_sum() -> None:
    summary = Summary()
    for expected in (None, 70):
        differs = Differs(billed(BARE), Place("plan", "calls"), lists("v2", PLAN), expected, Cause.UNKNOWN)
        summary.take(entry(differs, lists("Lago"), ""))
    [charge] = summary_document(summary)["charges"]
    assert (charge["fees"], charge["amount_cents"], charge["expected_amount_cents"]) == (2, 100, 70)


def test_a_plan_that_the_engine_can_not_read_is_in_no_price_list() -> None:
    odd = {**PLAN, "charges": [{"billable_metric_code": "nobody", "code": "c", "charge_model": "standard"}]}
    assert lists("v2", odd, {**PLAN, "code": "fine"}).plans.keys() == {"fine"}


def test_a_plan_is_found_by_the_code_that_it_had() -> None:
    from tests.bills.audit.listing_of import book

    old = lists("v1", {**PLAN, "code": "starter"})
    new = replace(lists("v2", {**PLAN, "previously": ["starter"]}), live_from=START.replace(year=2021))
    found = book(old, new)
    assert found.plan(Place("plan"), old) == old.plans["starter"]
    assert found.plan(Place("other"), old) is None
