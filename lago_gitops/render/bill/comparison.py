"""Two bills side by side, with totals per charge."""

from collections.abc import Iterator
from typing import Any

from lago_gitops.pricing.base.words import MINUS, money_of, signed_money
from lago_gitops.render.base.columns import table
from lago_gitops.render.base.paint import Paint
from lago_gitops.render.base.values import printable
from lago_gitops.render.bill.document import percent
from lago_gitops.render.bill.text import RANKS, heading, note_lines, rank
from lago_gitops.render.plan.document import Document

Key = tuple[str, str]


def comparison_text(document: Document, paint: Paint) -> str:
    """Both bills side by side, with totals per charge."""
    before, after = document["bills"]
    head = ("", _column_title(before), _column_title(after), "difference", "")
    rows = [head, *_compared(before, after)]
    if document["difference_cents"] is None:
        rows = [row[:3] for row in rows]
    *lines, total = table(rows)
    colour = "yellow" if (document["difference_cents"] or 0) > 0 else "green"
    notes = tuple(dict.fromkeys((*before["notes"], *after["notes"])))
    ruler = "─" * max(map(len, (*lines, total)))
    return "\n".join([heading(before), heading(after), "", *lines, ruler, paint(total, colour), *note_lines(notes)])


def _column_title(document: Document) -> str:
    return printable(str(document["plan"]["code"]))


def _compared(before: Document, after: Document) -> Iterator[tuple[str, ...]]:
    sums = _sums(before), _sums(after)
    for key in sorted(dict.fromkeys((*sums[0], *sums[1])), key=lambda each: RANKS.index(each[0])):
        label = next(side[key][0] for side in sums if key in side)
        amounts = tuple(side[key][1] if key in side else None for side in sums)
        yield _compared_row(label, amounts, (before["currency"], after["currency"]))
    totals = before["total_amount_cents"], after["total_amount_cents"]
    yield _compared_row("Total", totals, (before["currency"], after["currency"]))


def _compared_row(label: str, cents: tuple[int | None, ...], currencies: tuple[str, str]) -> tuple[str, ...]:
    shown = tuple("" if each is None else money_of(each, of) for each, of in zip(cents, currencies, strict=True))
    before, after = (each or 0 for each in cents)
    change = percent(before, after)
    share = "" if change is None else f"{'+' if after > before else ''}{change}%".replace("-", MINUS)
    return (label, *shown, signed_money(after - before, currencies[0]), share)


def _sums(document: Document) -> dict[Key, tuple[str, int]]:
    """Cents by item: fees by their type and metric or add-on, all coupons together, all taxes together."""
    sums: dict[Key, tuple[str, int]] = {}
    for fee in sorted(document["fees"], key=rank):
        key = _key(fee)
        label, cents = sums.get(key, (_sum_label(fee), 0))
        sums[key] = label, cents + fee["amount_cents"]
    for name, cents in (("Coupons", -document["coupons_amount_cents"]), ("Taxes", document["taxes_amount_cents"])):
        if cents:
            sums[name.lower(), ""] = name, cents
    return sums


def _key(fee: Document) -> Key:
    """Compared plans have different codes, and so may their charges on the same metric."""
    sort = fee["item"]["type"]
    return sort, "" if sort in {"subscription", "commitment"} else fee["item"]["code"]


def _sum_label(fee: Any) -> str:
    """The label of an item; the two plan fees have different names, and share one label."""
    return "Subscription" if fee["item"]["type"] == "subscription" else printable(fee["item"]["name"])
