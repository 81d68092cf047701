"""Results of an audit: how many fees follow the price list and, per charge, since when and by how much others don't."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from lago_gitops.bills.audit.document import difference_document, stamp
from lago_gitops.bills.audit.listings import Listing
from lago_gitops.bills.audit.verdicts import Differs, Follows, Unchecked, Verdict
from lago_gitops.render.plan.document import Document

Entry = list[Any]
"""The verdict on a fee, as JSON: `["follows", charge, when]`, `["differs", difference]`, `["unchecked", why, item]`, or
`["other"]` for a fee outside any price list. Each filter of a charge counts separately."""

OTHER: Entry = ["other"]
_ABOUT = (
    "plan",
    "charge",
    "item_type",
    "item",
    "filters",
    "subscription",
    "currency",
    "reason",
    "message",
    "overridden",
)


@dataclass(frozen=True, slots=True)
class DifferingFees:
    """Fees of one charge that differ for one reason, from the first to the last. Instants are in Lago's notation, empty
    for none. Amounts leave out fees whose expected amount isn't known."""

    about: Document
    fees: int
    amount_cents: int
    expected_cents: int
    first: str
    last: str
    followed_until: str = ""
    followed_again: str = ""


@dataclass(slots=True)
class Summary:
    """Counts entries, which arrive in chronological order."""

    fees: int = 0
    following: int = 0
    others: int = 0
    unchecked: dict[tuple[str, str], int] = field(default_factory=dict)  # by reason and item
    _followed: dict[str, str] = field(default_factory=dict)
    _stretches: dict[str, dict[tuple[str, str], DifferingFees]] = field(default_factory=dict)
    """By charge, then by reason and, for overridden ones, by subscription."""

    def take(self, entry: Entry) -> None:
        self.fees += 1
        match entry:
            case ["follows", charge, at]:
                self._follows(charge, at)
            case ["differs", document]:
                self._differs(document)
            case ["unchecked", why, item]:
                self.unchecked[why, item] = self.unchecked.get((why, item), 0) + 1
            case _:
                self.others += 1

    @property
    def differing(self) -> int:
        return sum(stretch.fees for stretch in self._all())

    @property
    def stretches(self) -> tuple[DifferingFees, ...]:
        """Stretches of overridden subscriptions come last."""
        return tuple(sorted(self._all(), key=lambda stretch: (stretch.about["overridden"], stretch.first)))

    def _all(self) -> Iterator[DifferingFees]:
        for stretches in self._stretches.values():
            yield from stretches.values()

    def _follows(self, charge: str, at: str) -> None:
        self.following += 1
        self._followed[charge] = at
        for key, stretch in self._stretches.get(charge, {}).items():
            if not stretch.followed_again and not stretch.about["overridden"]:
                self._stretches[charge][key] = replace(stretch, followed_again=at)

    def _differs(self, document: Document) -> None:
        at, charge, whose = document["created_at"], _charge(document), _whose(document)
        stretches = self._stretches.setdefault(charge, {})
        about = {name: document[name] for name in _ABOUT} | {"subscription": whose or None}
        followed = "" if whose else self._followed.get(charge, "")
        before = stretches.get((document["reason"], whose)) or DifferingFees(about, 0, 0, 0, at, at, followed)
        expected = document["expected_amount_cents"]
        stretches[document["reason"], whose] = replace(
            before,
            fees=before.fees + 1,
            amount_cents=before.amount_cents + (0 if expected is None else document["amount_cents"]),
            expected_cents=before.expected_cents + (expected or 0),
            last=at,
            followed_again="",
        )


def summary_document(summary: Summary) -> Document:
    """Totals without individual fees: how many follow and, per charge, by how much and since when others don't."""
    return {
        "fees": summary.fees,
        "follow": summary.following,
        "differ": summary.differing,
        "others": summary.others,
        "unchecked": [
            {"why": why, "item": item, "fees": fees} for (why, item), fees in sorted(summary.unchecked.items())
        ],
        "charges": [
            {
                **stretch.about,
                "fees": stretch.fees,
                "amount_cents": stretch.amount_cents,
                "expected_amount_cents": stretch.expected_cents,
                "first": stretch.first,
                "last": stretch.last,
                "followed_until": stretch.followed_until or None,
                "followed_again": stretch.followed_again or None,
            }
            for stretch in summary.stretches
        ],
    }


def entry(verdict: Verdict, lago: Listing, invoice_number: str) -> Entry:
    match verdict:
        case Follows(fee, place):
            filters = {key: sorted(values) for key, values in sorted(fee.filters or ())} or None
            about = {"plan": place.plan, "charge": place.charge, "item_type": fee.item_type, "filters": filters}
            return ["follows", _charge(about), stamp(fee.created_at)]
        case Unchecked(fee, why):
            return ["unchecked", why, f"{fee.item_type} {fee.item_code}"]
        case Differs():
            return ["differs", difference_document(verdict, lago, invoice_number)]


def _charge(about: Document) -> str:
    return " ".join((about["plan"], about["item_type"], about["charge"] or "", repr(about["filters"])))


def _whose(document: Document) -> str:
    """The subscription, if it has its own prices."""
    return document["subscription"] if document["overridden"] else ""
