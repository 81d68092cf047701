"""A simulation for people: what is invoiced per month and customer."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from lago_gitops.core.model.plurals import counted
from lago_gitops.pricing.base.words import money_of, percent, signed_money
from lago_gitops.render.base.columns import table
from lago_gitops.render.base.paint import Paint
from lago_gitops.render.base.values import printable
from lago_gitops.render.plan.document import Document

MOST_CUSTOMERS: Final = 20  # most customers in a terminal; other formats have all


def simulation_text(document: Document, paint: Paint) -> str:
    """Months, customers by the size of their change or bill, and the total. Unchanged customers are only counted."""
    names = [heading(each) for each in document["revisions"]]
    customers = sorted((each for each in document["by_customer"] if not _is_same(each)), key=_weight)
    shown = customers[:MOST_CUSTOMERS]
    blocks = [
        _title(document),
        "\n".join(_table("month", document["by_month"], names)),
        *(["\n".join(_table("customer", shown, names))] if shown else []),
        "\n".join(_left_out(len(customers) - len(shown), len(document["by_customer"]) - len(customers))),
        "\n".join(paint(line, "green") for line in _totals(document)),
    ]
    return "\n\n".join(filter(None, blocks))


def heading(revision: Document) -> str:
    """The title of a revision's column."""
    commit = revision["commit"][:7]
    return f"{revision['revision']} ({commit})" if commit else revision["revision"] or "total"


def change(cents: list[int], currency: str) -> tuple[str, str]:
    """The difference of two totals: in money, and as a share."""
    before, after = (Decimal(each) for each in cents)
    return signed_money(cents[1] - cents[0], currency), percent(before, after)


def _title(document: Document) -> str:
    months = document["months"]
    span = months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}"
    last = document["revisions"][-1]["invoices"]
    return printable(f"{document['path']}: {span}, {counted(len(last), 'invoice')}")


def _weight(row: Document) -> tuple[int, str]:
    """The largest change first, or the largest bill."""
    cents = row["total_amount_cents"]
    return -abs(cents[-1] - cents[0] if len(cents) == 2 else cents[0]), row["customer"]


def _is_same(row: Document) -> bool:
    cents = row["total_amount_cents"]
    return len(cents) == 2 and cents[0] == cents[1]


def _left_out(more: int, same: int) -> Iterator[str]:
    if more:
        yield f"… and {more:,} more (see all with --format json, --report csv=FILE or --report html=FILE)"
    if same:
        yield f"{counted(same, 'customer')} would pay the same."


def _table(key: str, rows: list[Document], names: list[str]) -> Iterator[str]:
    compared = len(names) == 2
    head = (key, "invoices", *names, *(("change", "") if compared else ()))
    yield from table([head, *(_row(key, each) for each in rows)])


def _row(key: str, row: Document) -> tuple[str, ...]:
    cents, currency = row["total_amount_cents"], row["currency"]
    amounts = [money_of(each, currency) for each in cents]
    return (
        printable(str(row[key])),
        str(row["invoices"][-1]),
        *amounts,
        *(change(cents, currency) if len(cents) == 2 else ()),
    )


def _totals(document: Document) -> Iterator[str]:
    for row in document["totals"]:
        cents, currency = row["total_amount_cents"], row["currency"]
        amounts = " → ".join(money_of(each, currency) for each in cents)
        more = f"  {'  '.join(change(cents, currency))}" if len(cents) == 2 else ""
        yield f"Total {amounts}{more}"
    if not document["totals"]:
        yield "Nothing is invoiced."
