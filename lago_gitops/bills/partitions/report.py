"""Sums of rated partitions, as data and as text."""

from collections.abc import Iterator
from typing import Any

from lago_gitops.bills.partitions.sums import Sum, Sums
from lago_gitops.core.model.plurals import counted
from lago_gitops.pricing.base.words import money_of, signed_money
from lago_gitops.render.base.columns import table
from lago_gitops.render.base.values import printable
from lago_gitops.render.plan.document import FORMAT, Document


def sums_document(sums: Sums, partitions: int, *, is_compared: bool) -> Document:
    """In cents of each currency. `now` and `after` are the same when nothing is compared."""
    currencies = dict.fromkeys(sorted(key[3] for key in sums))
    return {
        "format_version": FORMAT,
        "partitions": partitions,
        "compared": is_compared,
        "charges": [
            {"plan": plan, "charge": charge, "item_type": sort, "currency": currency, **_figures(one)}
            for (plan, charge, sort, currency), one in sums.items()
        ],
        "by_currency": [{"currency": currency, **_figures(_all_in(currency, sums))} for currency in currencies],
    }


def sums_text(document: Document) -> str:
    """A table of charges, with totals per currency below."""
    lines = [*_lines(document["charges"], document), *_lines(document["by_currency"], document)]
    number = sum(one["unrated"] for one in document["by_currency"])
    lines += (
        [f"{counted(number, 'row')} can't be rated: their amount depends on other fees or on events."] if number else []
    )
    return "\n".join(lines or ["no rows"])


def _all_in(currency: str, sums: Sums) -> Sum:
    return sum((total for key, total in sums.items() if key[3] == currency), Sum())


def _figures(total: Sum) -> dict[str, int]:
    return {
        "rows": total.rows,
        "billed_cents": total.billed,
        "now_cents": total.now,
        "after_cents": total.after,
        "difference_cents": total.after - total.now,
        "unrated": total.unrated,
        "unrated_billed_cents": total.unrated_billed,
    }


def _lines(rows: list[dict[str, Any]], document: Document) -> Iterator[str]:
    if not rows:
        return
    compared = document["compared"]
    titles = ("", "Rows", "Billed", "Rated", *(("After", "Difference") if compared else ()), "Not rated")
    yield from table([titles, *([_name(row), *_cells(row, compared)] for row in rows)])
    yield ""


def _name(row: dict[str, Any]) -> str:
    if "plan" not in row:
        return f"all in {row['currency']}"
    return printable(f"{row['plan']}/{row['charge']}" if row["charge"] else f"{row['plan']} ({row['item_type']})")


def _cells(row: dict[str, Any], compared: bool) -> Iterator[str]:  # noqa: FBT001 -- a fact of the document
    currency = row["currency"]
    yield f"{row['rows']:,}"
    yield money_of(row["billed_cents"], currency)
    yield money_of(row["now_cents"], currency)
    if compared:
        yield money_of(row["after_cents"], currency)
        yield signed_money(row["difference_cents"], currency)
    yield f"{row['unrated']:,}" if row["unrated"] else ""
