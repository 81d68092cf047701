from decimal import Decimal

import pytest

from lago_gitops.bills.price_list import PriceList
from lago_gitops.pricetests.report import OPEN, reasons, report_document, report_text, shown_amount, suites
from lago_gitops.pricetests.runs import FileRun, run
from tests.pricetests.samples import CALLS, CUSTOM, VOLUME, one, plan, prices

PRICES = prices(plan(CALLS))


def ran(*tests: str, of: PriceList = PRICES) -> tuple[FileRun, ...]:
    return (FileRun("x.test.yaml", tuple(run(one(test, of), of) for test in tests)),)


def text(*tests: str) -> str:
    return report_text(ran(*tests), PRICES, lambda shown, _: shown)


def test_when_all_pass_a_line_says_so() -> None:
    assert text("expect: {total: 31}", "expect: {total: 31.00}") == "x.test.yaml  ..\n\n2 passed."


def test_a_failure_shows_the_difference_and_the_bill() -> None:
    assert (
        text("expect: {total: 31}", "usage: {calls: 150}, expect: {total: 30.5, charges: {calls: {at_most: 1}}}")
        == """\
x.test.yaml  .F

FAILED x.test.yaml:3 one
  total          expected 30.50         got 32.50  difference +2.00 EUR
  charges.calls  expected at most 1.00  got 1.50   difference +0.50 EUR

  Growth (growth), monthly, EUR, 1 Dec 2026 – 31 Dec 2026 (31 days)

                 units  per unit  amount
  Growth                          €31.00
  Calls (calls)    150     €0.01   €1.50
  ──────────────────────────────────────
  Total                           €32.50

1 failed, 1 passed."""
    )


@pytest.mark.parametrize(
    ("test", "charge", "reason"),
    [
        ("", CALLS, OPEN),
        ("expect: {no_invoice: true}", CALLS, "Lago creates an invoice, but the test expects none"),
        (
            "expect: {total: 1}",
            VOLUME,
            "Lago can't create the invoice: charge 'calls': 0.0 units fall in no volume tier",
        ),
        ("usage: {magic: 1}", CUSTOM, "charge 'magic': its price is computed by a program inside the Lago server"),
        ("expect: {total: {at_least: 32, at_most: 40}}", CALLS, "total  expected 32.00 to 40.00  got 31.00"),
        ("expect: {total: {at_least: 32}}", CALLS, "total  expected at least 32.00  got 31.00  difference -1.00 EUR"),
    ],
)
def test_what_is_wrong_is_said_in_words(test: str, charge: str, reason: str) -> None:
    of = prices(plan(charge))
    (found,) = reasons(run(one(test, of), of))
    assert found.startswith(reason)


def test_json_has_each_test_its_bill_and_what_differs() -> None:
    document = report_document(ran("expect: {total: 30}", "expect: {total: 31}"), PRICES)
    assert document["summary"] == {"passed": 1, "failed": 1}
    assert document["tests"][0]["misses"] == [
        {"amount": ["total"], "expected": "30.00", "got": "31.00", "difference": "1.00", "currency": "EUR"}
    ]
    assert [test["bill"]["total_amount_cents"] for test in document["tests"]] == [3100, 3100]


def test_json_of_a_test_without_a_bill_has_none() -> None:
    of = prices(plan(VOLUME))
    (test,) = report_document(ran("expect: {no_invoice: true}", of=of), of)["tests"]
    assert (test["passed"], "bill" in test) == (True, False)


def test_a_report_for_ci_has_a_case_a_test() -> None:
    (suite,) = suites(ran("expect: {total: 30}", "expect: {total: 31}"), PRICES)
    failed, passed = suite.cases
    assert failed.failure == "total  expected 30.00  got 31.00  difference +1.00 EUR"
    assert "Total" in failed.details
    assert (passed.failure, passed.line) == ("", 3)


@pytest.mark.parametrize(
    ("value", "currency", "shown"),
    [("5", "EUR", "5.00"), ("100", "JPY", "100"), ("0.125", "EUR", "0.125"), ("1E+2", "KWD", "100.000")],
)
def test_amounts_have_the_decimals_of_their_currency(value: str, currency: str, shown: str) -> None:
    assert shown_amount(Decimal(value), currency) == shown
