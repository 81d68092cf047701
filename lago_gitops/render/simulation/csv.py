"""Simulated invoices for spreadsheets: a row for each fee, and for every other component of an invoice's total."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Final

from lago_gitops.pricing.base.numbers import from_cents, text
from lago_gitops.render.plan.document import Document
from lago_gitops.render.simulation.document import month_of

COLUMNS: Final = (
    *("simulation", "revision", "month", "customer", "invoice", "invoice_type", "issuing_date", "currency"),
    *("subscription", "line", "item", "units", "amount"),
)
_SIGNS: Final = {
    "progressive_billing_credit": -1,
    "coupons": -1,
    "taxes": 1,
    "credit_notes": -1,
    "prepaid_credit": -1,
}
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def simulations_csv(documents: Iterable[Document]) -> str:
    """The rows of an invoice add up to its total. Text that a spreadsheet would read as a formula is quoted."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for document in documents:
        for revision in document["revisions"]:
            for invoice in revision["invoices"]:
                head = (document["path"], revision["revision"], *_head(invoice))
                for row in _rows(invoice):
                    writer.writerow([*map(_safe, (*head, *row[:-1])), row[-1]])
    return out.getvalue()


def _head(invoice: Document) -> tuple[str, ...]:
    fields = ("customer", "number", "invoice_type", "issuing_date", "currency")
    return (month_of(invoice), *(invoice[name] for name in fields))


def _rows(invoice: Document) -> Iterator[tuple[str, ...]]:
    currency = invoice["currency"]
    for fee in invoice["fees"]:
        amount = _amount(fee["amount_cents"], currency)
        yield fee["subscription"] or "", fee["item_type"], fee_name(fee), fee["units"], amount
    for name, sign in _SIGNS.items():
        if cents := invoice[f"{name}_amount_cents"]:
            yield "", name, "", "", _amount(sign * cents, currency)


def fee_name(fee: Document) -> str:
    """The fee's name with its filter and group."""
    values = [value for values in (fee["filters"] or {}).values() for value in values]
    groups = [f"{key}={'–' if value is None else value}" for key, value in (fee["grouped_by"] or {}).items()]
    return " · ".join([fee["item_name"], *values, *groups])


def _amount(cents: int, currency: str) -> str:
    return text(from_cents(cents, currency))


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
