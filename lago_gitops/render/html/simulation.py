"""Simulated invoices as one HTML file: the difference of two revisions, and each invoice with its fees."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from markupsafe import Markup

from lago_gitops.pricing.base.words import figure, money_of
from lago_gitops.render.html.page import hash_of, static, templates
from lago_gitops.render.plan.document import Document
from lago_gitops.render.simulation.csv import fee_name
from lago_gitops.render.simulation.text import change, heading

MOST_INVOICES: Final = 500  # most invoices of a revision, each with its fees; the CSV has all


@dataclass(frozen=True, slots=True)
class _Row:
    """`trend`: 1 for dearer, -1 for cheaper."""

    name: str
    invoices: int
    amounts: tuple[str, ...]
    change: str
    share: str
    trend: int


@dataclass(frozen=True, slots=True)
class _Invoice:
    title: str
    total: str
    lines: tuple[tuple[str, str, str], ...]  # what, units, amount


@dataclass(frozen=True, slots=True)
class _Revision:
    name: str
    invoices: tuple[_Invoice, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class _Simulation:
    path: str
    span: str
    names: tuple[str, ...]
    tables: tuple[tuple[str, tuple[_Row, ...]], ...]
    revisions: tuple[_Revision, ...]


def simulations_html(documents: Iterable[Document]) -> str:
    """The page. All names are escaped."""
    style = static("report.css")
    page = (
        templates()
        .get_template("simulation.html.j2")
        .render(
            simulations=[_simulation(each) for each in documents],
            style=Markup(style),  # noqa: S704 -- ours
            style_hash=hash_of(style),
        )
    )
    return page + "\n"


def _simulation(document: Document) -> _Simulation:
    months = document["months"]
    names = tuple(heading(each) for each in document["revisions"])
    tables = (("Month", "by_month", "month"), ("Customer", "by_customer", "customer"), ("Total", "totals", "currency"))
    return _Simulation(
        path=document["path"],
        span=months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}",
        names=names,
        tables=tuple((title, tuple(_row(each, key) for each in document[name])) for title, name, key in tables),
        revisions=tuple(_revision(*each) for each in zip(names, document["revisions"], strict=True)),
    )


def _row(row: Document, key: str) -> _Row:
    cents, currency = row["total_amount_cents"], row["currency"]
    compared = len(cents) == 2
    difference, share = change(cents, currency) if compared else ("", "")
    trend = (cents[1] > cents[0]) - (cents[1] < cents[0]) if compared else 0
    return _Row(
        row[key], row["invoices"][-1], tuple(money_of(each, currency) for each in cents), difference, share, trend
    )


def _revision(name: str, revision: Document) -> _Revision:
    invoices = revision["invoices"]
    shown = tuple(_invoice(each) for each in invoices[:MOST_INVOICES])
    return _Revision(name, shown, len(invoices) - len(shown))


def _invoice(invoice: Document) -> _Invoice:
    title = f"{invoice['issuing_date']} · {invoice['customer']} · {invoice['number']}"
    total = money_of(invoice["total_amount_cents"], invoice["currency"])
    return _Invoice(title, total, tuple(_lines(invoice)))


def _lines(invoice: Document) -> Iterator[tuple[str, str, str]]:
    currency = invoice["currency"]
    for fee in invoice["fees"]:
        units = figure(Decimal(fee["units"])) if fee["item_type"] in {"charge", "fixed_charge"} else ""
        yield fee_name(fee), units, money_of(fee["amount_cents"], currency)
    for name, sign in (("coupons", -1), ("progressive_billing_credit", -1), ("taxes", 1), ("credit_notes", -1)):
        if cents := invoice[f"{name}_amount_cents"]:
            yield name.replace("_", " ").capitalize(), "", money_of(sign * cents, currency)
