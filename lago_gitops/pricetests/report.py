"""Test results, for a terminal, for programs and for CI."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from lago_gitops.bills.bill import Bill, about
from lago_gitops.bills.price_list import PriceList
from lago_gitops.pricetests.expectations import Between, Exactly, Miss
from lago_gitops.pricetests.runs import FileRun, NoInvoice, PriceResult, Unpriced
from lago_gitops.pricing.base.currencies import exponent
from lago_gitops.render.base.paint import Paint
from lago_gitops.render.base.values import printable
from lago_gitops.render.bill.document import bill_document
from lago_gitops.render.bill.text import bill_text
from lago_gitops.render.plan.document import FORMAT, Document
from lago_gitops.render.run.junit import Case, Suite

WIDTH = 100
OPEN = "nothing is expected yet: add `expect`, or run `lago-gitops test --record`"


def report_text(runs: tuple[FileRun, ...], prices: PriceList, paint: Paint) -> str:
    """One line per file, then each failure with its bill, then the totals."""
    blocks = ["\n".join(_progress(runs, paint))]
    blocks += [_failure(result, prices, paint) for run in runs for result in run.results if not result.passed]
    return "\n\n".join([*blocks, summary(runs, paint)])


def summary(runs: Iterable[FileRun], paint: Paint) -> str:
    results = [result for run in runs for result in run.results]
    failed = sum(not result.passed for result in results)
    if not failed:
        return paint(f"{len(results)} passed.", "green")
    return paint(f"{failed} failed, {len(results) - failed} passed.", "red")


def report_document(runs: tuple[FileRun, ...], prices: PriceList) -> Document:
    results = [(run.source, result) for run in runs for result in run.results]
    return {
        "format_version": FORMAT,
        "tests": [_result_document(source, result, prices) for source, result in results],
        "summary": {
            "passed": sum(result.passed for _, result in results),
            "failed": sum(not result.passed for _, result in results),
        },
    }


def suites(runs: Iterable[FileRun], prices: PriceList) -> Iterator[Suite]:
    for run in runs:
        yield Suite(run.source, tuple(_case(run.source, result, prices) for result in run.results))


def reasons(result: PriceResult) -> Iterator[str]:
    """What is wrong, one line each; nothing for a test that passes."""
    match result.outcome:
        case NoInvoice(reason):
            if not result.test.no_invoice:
                yield f"Lago can't create the invoice: {reason}"
        case Unpriced(reason):
            yield reason
        case Bill():
            if result.test.is_open:
                yield OPEN
            if result.test.no_invoice:
                yield "Lago creates an invoice, but the test expects none"
            yield from _miss_lines(result.outcome, result.misses)


def shown_amount(value: Decimal, currency: str) -> str:
    """In the notation of tests: plain, with the currency's decimals, or more if the amount has more."""
    decimals = max(exponent(currency), -int(value.normalize().as_tuple().exponent))
    return f"{value:.{decimals}f}"


def _progress(runs: tuple[FileRun, ...], paint: Paint) -> Iterator[str]:
    widest = max((len(run.source) for run in runs), default=0)
    for run in runs:
        dots = "".join(paint(".", "green") if result.passed else paint("F", "red") for result in run.results)
        yield f"{printable(run.source):<{widest}}  {dots}"


def _failure(result: PriceResult, prices: PriceList, paint: Paint) -> str:
    test = result.test
    title = f"FAILED {test.mark.source}:{test.mark.line} {test.name}"
    lines = [paint(printable(title), "red"), *(f"  {printable(line)}" for line in reasons(result))]
    if isinstance(result.outcome, Bill):
        lines += ["", *(f"  {line}".rstrip() for line in _bill(result.outcome, prices, paint).splitlines())]
    return "\n".join(lines)


def _bill(bill: Bill, prices: PriceList, paint: Paint) -> str:
    return bill_text(bill_document(about(bill, prices), bill.invoice), paint)


def _miss_lines(bill: Bill, misses: tuple[Miss, ...]) -> Iterator[str]:
    """In columns, so that figures line up."""
    currency = bill.plan.currency
    rows = [
        (
            str(miss.expectation.amount),
            f"expected {_wanted(miss.expectation.wanted, currency)}",
            f"got {shown_amount(miss.got, currency)}",
            f"difference {'+' if miss.difference > 0 else ''}{shown_amount(miss.difference, currency)} {currency}",
        )
        for miss in misses
    ]
    widths = [max(len(row[at]) for row in rows) for at in range(4)] if rows else []
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _wanted(wanted: Exactly | Between, currency: str) -> str:
    match wanted:
        case Exactly(value):
            return shown_amount(value, currency)
        case Between(at_least, None):
            return f"at least {shown_amount(at_least or Decimal(0), currency)}"
        case Between(None, at_most):
            return f"at most {shown_amount(at_most or Decimal(0), currency)}"
    bounds = (shown_amount(bound or Decimal(0), currency) for bound in (wanted.at_least, wanted.at_most))
    return " to ".join(bounds)


def _result_document(source: str, result: PriceResult, prices: PriceList) -> Document:
    test, outcome = result.test, result.outcome
    document: dict[str, Any] = {
        "path": source,
        "line": test.mark.line,
        "name": test.name,
        "plan": test.scenario.plan,
        "passed": result.passed,
        "reasons": list(reasons(result)),
    }
    if isinstance(outcome, Bill):
        document["misses"] = [_miss_document(miss, outcome.plan.currency) for miss in result.misses]
        document["bill"] = bill_document(about(outcome, prices), outcome.invoice)
    return document


def _miss_document(miss: Miss, currency: str) -> Document:
    return {
        "amount": list(miss.expectation.amount.path),
        "expected": _wanted(miss.expectation.wanted, currency),
        "got": shown_amount(miss.got, currency),
        "difference": shown_amount(miss.difference, currency),
        "currency": currency,
    }


def _case(source: str, result: PriceResult, prices: PriceList) -> Case:
    name, line = result.test.name, result.test.mark.line
    if result.passed:
        return Case(name, source, line)
    why = tuple(reasons(result))
    bill = "\n\n" + _bill(result.outcome, prices, _plain) if isinstance(result.outcome, Bill) else ""
    return Case(name, source, line, why[0], "\n".join(why) + bill)


def _plain(text: str, _: str) -> str:
    return text
