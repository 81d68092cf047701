"""Running tests: each scenario is billed, and each bill compared with what is expected."""

from collections.abc import Iterable
from dataclasses import dataclass

from lago_gitops.bills.bill import Bill, period_bill
from lago_gitops.bills.price_list import PriceList
from lago_gitops.pricetests.documents import PriceTest, PriceTests
from lago_gitops.pricetests.expectations import Miss, misses
from lago_gitops.pricing.base.errors import PricingError, UnratableError


@dataclass(frozen=True, slots=True)
class NoInvoice:
    """Lago fails to create one."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unpriced:
    """Only the server knows the price, or the price list can't be read."""

    reason: str


Outcome = Bill | NoInvoice | Unpriced


@dataclass(frozen=True, slots=True)
class PriceResult:
    test: PriceTest
    outcome: Outcome
    misses: tuple[Miss, ...] = ()

    @property
    def passed(self) -> bool:
        match self.outcome:
            case Bill():
                return not (self.misses or self.test.no_invoice or self.test.is_open)
            case NoInvoice():
                return self.test.no_invoice
        return False


@dataclass(frozen=True, slots=True)
class FileRun:
    source: str
    results: tuple[PriceResult, ...]


def selected(all_: PriceTests, words: str) -> PriceTests:
    """The tests whose name, plan or file contains the words; case doesn't matter."""
    wanted = words.casefold()
    tests = tuple(
        test for test in all_.tests if wanted in f"{all_.source}\n{test.name}\n{test.scenario.plan}".casefold()
    )
    policies = tuple(test for test in all_.policies if wanted in f"{all_.source}\n{test.name}".casefold())
    return PriceTests(all_.source, tests, all_.problems, policies)


def run_all(files: Iterable[PriceTests], prices: PriceList) -> tuple[FileRun, ...]:
    """Files without tests are left out."""
    return tuple(FileRun(file.source, tuple(run(test, prices) for test in file.tests)) for file in files if file.tests)


def run(test: PriceTest, prices: PriceList) -> PriceResult:
    try:
        bill = period_bill(test.scenario, prices)
    except UnratableError as error:
        return PriceResult(test, NoInvoice(str(error)))
    except PricingError as error:
        return PriceResult(test, Unpriced(str(error)))
    return PriceResult(test, bill, tuple(misses(bill, test.expectations)))
