"""Impact in words and tables, for whatever shows it."""

from collections.abc import Iterator, Mapping
from typing import Any

from lago_gitops.core.model.plurals import counted
from lago_gitops.pricing.base.words import money_of, signed_money

Document = Mapping[str, Any]
Table = list[list[str]]
"""Rows of cells, titles first."""


def fee_words(fees: Document) -> str:
    """`+€1,200.00 and −$3.00 a month`: what is certain of changed fees; empty where nothing is."""
    if any(one["difference_cents_a_month"] is None for one in fees["by_currency"]):
        return ""
    said = [
        signed_money(one["difference_cents_a_month"], one["currency"])
        for one in fees["by_currency"]
        if one["difference_cents_a_month"]
    ]
    return f"{' and '.join(said)} a month" if said else ""


def fee_heading(fees: Document) -> str:
    """One line over the table of fees: how much, of how many, and how sure that is."""
    parts = [f"{_difference(one)} for {_people(one)}" for one in fees["by_currency"]]
    return f"{'; '.join(parts)} (exact: {fees['assumption']})"


def fee_table(fees: Document) -> Table:
    rows = [["Fees", "Now", "After", "Subscriptions", "Difference"]]
    for one in fees["plans"]:
        sides = (_side(one, "before_cents"), _side(one, "after_cents"))
        number = "unknown" if one["subscriptions"] is None else f"{one['subscriptions']:,}"
        rows.append([one["address"], *sides, number, _difference(one)])
    return rows


def fee_notes(fees: Document) -> Iterator[str]:
    """What the sums leave out."""
    for one in fees["plans"]:
        own = one["overridden"]["subscriptions"]
        who = f"{counted(own, 'overridden subscription')} of {one['address']}"
        if own is None and one["subscriptions"] is not None:
            yield f"{one['address']}: at most so many, since Lago before 1.39 doesn't tell who is overridden"
        elif own and one["overridden"]["follow"]:
            yield f"{who} not counted: the change is theirs where they have no price of their own"
        elif own:
            yield f"{who} not counted: their prices stay"


def _people(one: Document) -> str:
    most = "at most " if one["at_most"] and one["subscriptions"] is not None else ""
    return f"{most}{counted(one['subscriptions'], 'subscription')}"


def _difference(one: Document) -> str:
    cents = one["difference_cents_a_month"]
    return "not known" if cents is None else f"{signed_money(cents, one['currency'])} a month"


def _side(one: Document, side: str) -> str:
    return ", ".join(_fee(fee, fee[side], one["currency"]) for fee in one["fees"])


def _fee(fee: Document, cents: int | None, currency: str) -> str:
    amount = "–" if cents is None else f"{money_of(cents, currency)} a {fee['period']}"
    return f"{fee['charge']} {amount}" if fee["charge"] else amount
