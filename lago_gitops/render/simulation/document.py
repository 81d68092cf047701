"""A simulation's invoices as plain JSON data, with the differences of two revisions of the price list."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lago_gitops.render.plan.document import Document

Invoices = tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class RevisionShown:
    """`name` is the Git revision as given; empty: the current files."""

    name: str
    commit: str
    invoices: Invoices


def simulation_document(source: str, months: Iterable[str], revisions: tuple[RevisionShown, ...]) -> Document:
    """One revision, or two: the base of the comparison comes first. Amounts are cents of the currency."""
    every = [invoice for each in revisions for invoice in each.invoices]
    return {
        "path": source,
        "months": list(months),
        "revisions": [
            {"revision": each.name, "commit": each.commit, "invoices": list(each.invoices)} for each in revisions
        ],
        "totals": _grouped(every, revisions, lambda one: {"currency": one["currency"]}),
        "by_month": _grouped(every, revisions, lambda one: {"month": month_of(one), "currency": one["currency"]}),
        "by_customer": _grouped(
            every, revisions, lambda one: {"customer": one["customer"], "currency": one["currency"]}
        ),
    }


def month_of(invoice: Document) -> str:
    """The month in which it is issued: January's usage is on February's invoice."""
    return str(invoice["issuing_date"])[:7]


def _grouped(
    every: Iterable[Document], revisions: tuple[RevisionShown, ...], key: Callable[[Document], Mapping[str, Any]]
) -> list[Document]:
    """For each key, in order, the number and the total of each revision's invoices."""
    keys = {tuple(key(one).values()): key(one) for one in every}
    sums = [_sums(each.invoices, key) for each in revisions]
    return [
        {
            **keys[group],
            "invoices": [one.get(group, (0, 0))[0] for one in sums],
            "total_amount_cents": [one.get(group, (0, 0))[1] for one in sums],
        }
        for group in sorted(keys)
    ]


def _sums(invoices: Invoices, key: Callable[[Document], Mapping[str, Any]]) -> dict[tuple[Any, ...], tuple[int, int]]:
    sums: dict[tuple[Any, ...], tuple[int, int]] = {}
    for one in invoices:
        at = tuple(key(one).values())
        number, cents = sums.get(at, (0, 0))
        sums[at] = number + 1, cents + one["total_amount_cents"]
    return sums
