import pytest

from lago_gitops.bills.bill import Bill
from lago_gitops.pricetests.documents import PriceTests
from lago_gitops.pricetests.runs import NoInvoice, Unpriced, run, run_all, selected
from tests.pricetests.samples import CALLS, CUSTOM, VOLUME, one, plan, prices, read

PRICES = prices(plan(CALLS))
NEVER = prices(plan(VOLUME))


@pytest.mark.parametrize(
    ("expect", "passed"),
    [
        ("{total: 31.00}", True),
        ("{total: 31.01}", False),
        ("{total: {at_most: 31}, subscription: {at_least: 30}}", True),
        ("{no_invoice: true}", False),
        ("{}", False),
    ],
)
def test_a_test_passes_when_its_bill_is_as_expected(expect: str, passed: bool) -> None:
    assert run(one(f"expect: {expect}", PRICES), PRICES).passed is passed


def test_that_lago_makes_no_invoice_can_be_expected() -> None:
    found = run(one("expect: {no_invoice: true}", NEVER), NEVER)
    assert found.passed
    assert isinstance(found.outcome, NoInvoice)
    assert not run(one("expect: {total: 31}", NEVER), NEVER).passed
    assert isinstance(run(one("usage: {calls: 1}, expect: {no_invoice: true}", NEVER), NEVER).outcome, Bill)


def test_what_can_not_be_priced_fails_in_words() -> None:
    custom = prices(plan(CUSTOM))
    found = run(one("usage: {magic: 1}, expect: {total: 31}", custom), custom)
    assert not found.passed
    assert isinstance(found.outcome, Unpriced)


def test_words_choose_by_name_plan_or_file_in_any_case() -> None:
    tests, _ = read("plan: growth\ntests: [{name: Big customer}, {name: small}]\n", PRICES)
    file = PriceTests("a/x.test.yaml", tests)
    chosen = {
        words: [test.name for test in selected(file, words).tests] for words in ("big", "GROW", "a/x", "none", "")
    }
    everything = ["Big customer", "small"]
    assert chosen == {"big": ["Big customer"], "GROW": everything, "a/x": everything, "none": [], "": everything}


def test_files_without_tests_are_not_run() -> None:
    tests, _ = read("plan: growth\ntests: [{name: a}]\n", PRICES)
    assert [found.source for found in run_all([PriceTests("a", tests), PriceTests("b")], PRICES)] == ["a"]
