"""The first line of a review: what happens to prices and to whom, what is invoiced now, whether it can be undone."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from lago_gitops.core.assessment.change_class import ChangeClass
from lago_gitops.core.model.effects import EffectClass, Undo, Weight, distinct
from lago_gitops.core.model.plurals import bills_change, counted, enumerated, in_words
from lago_gitops.core.model.timing import Timing
from lago_gitops.pricing.base.words import percent_range
from lago_gitops.render.impact.words import fee_words, usage_words
from lago_gitops.render.plan.attribution import unchanged_words
from lago_gitops.render.plan.text import UNDO
from lago_gitops.render.prices.tiers import Sign
from lago_gitops.render.review.model import HITS, Document, ReviewedChange, ReviewedEffect
from lago_gitops.render.review.rows import amount_fields, directions, field_row

_INVOICES: Final = {EffectClass.INVOICES_NOW, EffectClass.ENDS_SUBSCRIPTIONS, EffectClass.MOVES_SUBSCRIBERS}
_FROM: Final[Mapping[str, str]] = {
    Timing.SPLIT: "within the running period",
    Timing.ALL: "from the first day of the running period",
    Timing.NEW_EVENTS: "for events from now on",
    Timing.NEXT: "from the next period",
    Timing.FROM_THEN: "from now on",
    Timing.NEXT_INVOICE: "on invoices from now on",
}
"""From when bills change, the soonest first."""
OTHERS_SHOWN: Final = 2
_HARMLESS: Final = {ChangeClass.COSMETIC, ChangeClass.ADDITIVE}


def verdict(document: Document, items: Sequence[ReviewedChange]) -> str:
    """One sentence about all items of a plan document."""
    if document["refusals"]:
        refused = len(document["refusals"])
        return f"Can't be applied: {counted(refused, 'change')} {'is' if refused == 1 else 'are'} refused"
    if not items:
        return f"No changes: {unchanged_words(document)}"
    said = "; ".join(_parts(document, items))
    return said[0].upper() + said[1:]


def _parts(document: Document, items: Sequence[ReviewedChange]) -> Iterator[str]:
    counts = document["summary"]
    said = tuple(_what(items))
    yield from (
        (*said, *([f"{counts['delete']:,} to delete"] if counts["delete"] else ())) if said else (_numbers(counts),)
    )
    yield from tuple(_people(document, items)) or _nobody(counts["class"], items)
    if usage := usage_words(document.get("impact", {}).get("usage")):
        yield usage
    classes = {one["class"] for change in document["changes"] for one in change["effects"]}
    if classes & HITS:
        yield "invoices are created at once" if classes & _INVOICES else "nothing is invoiced now"
    undo = {effect.undo for item in items for effect in item.effects}
    yield UNDO[max(undo, key=tuple(Undo).index, default=Undo.REVERSIBLE)]


def _what(items: Iterable[ReviewedChange]) -> Iterator[str]:
    """Prices that rise and fall, and by how much; nothing where no plan that is there has other prices."""
    moved = [one for one in map(_moved, items) if one is not None]
    if said := ", ".join(_directions(moved)):
        yield said
    if currencies := sum(one.currency for one in moved):
        yield f"the currency of {counted(currencies, 'plan')} changes"
    yield from _charges(items)
    yield from _others(items)


def _charges(items: Iterable[ReviewedChange]) -> Iterator[str]:
    """Charges that plans get or lose."""
    prices = [item.prices for item in items if item.prices is not None and item.action == "update"]
    for sign, verb in ((Sign.NEW, "added"), (Sign.GONE, "removed")):
        if number := sum(charge.sign is sign for one in prices for charge in one.charges):
            yield f"{counted(number, 'charge')} {'is' if number == 1 else 'are'} {verb}"


def _others(items: Iterable[ReviewedChange]) -> Iterator[str]:
    """Rates and amounts besides plans: by name, of many how many."""
    found = [(item, one) for item in items if item.action == "update" for one in amount_fields(item.change)]
    if len(found) > OTHERS_SHOWN:
        yield f"{counted(len(found), 'amount')} of {enumerated(_kinds(item for item, _ in found))} change"
        return
    for item, one in sorted(found, key=lambda pair: pair[0].address):
        row = field_row(one, item.kind)
        yield f"the {row.what} of {item.address} changes from {row.before} to {row.after}"


def _kinds(items: Iterable[ReviewedChange]) -> list[str]:
    numbers = Counter({item.address: in_words(item.kind) for item in items}.values())
    return [counted(number, kind) for kind, number in sorted(numbers.items())]


@dataclass(frozen=True, slots=True)
class _Moved:
    """How many prices of a plan rise and fall, and by how many per cent where that is said of all: else None."""

    rises: int
    falls: int
    percents: tuple[Decimal, ...] | None
    currency: bool


def _moved(item: ReviewedChange) -> _Moved | None:
    if item.action != "update":
        return None
    percents = tuple([Decimal(one["percent"]) for one in item.fields if "percent" in one])
    if item.prices is None:
        rises, falls = len([one for one in percents if one > 0]), len([one for one in percents if one < 0])
        return _Moved(rises, falls, percents, currency=False) if percents else None
    is_told = all("percent" in one or not one.get("in_prices") for one in item.fields)
    other = item.prices.currency != item.prices.currency_before
    return _Moved(*directions(item.prices), percents if is_told else None, currency=other)


def _directions(moved: Sequence[_Moved]) -> Iterator[str]:
    """`12 prices on 3 plans rise by 3%`, `2 fall by 1% to 5%`."""
    rising, falling = [one for one in moved if one.rises], [one for one in moved if one.falls]
    if rising:
        rises = sum(one.rises for one in rising)
        verb = "rises" if rises == 1 else "rise"
        yield f"{counted(rises, 'price')}{_on(rising)} {verb}{_by(rising, 1)}"
    if falling:
        falls = sum(one.falls for one in falling)
        number = f"{falls:,}" if rising else f"{counted(falls, 'price')}{_on(falling)}"
        yield f"{number} {'falls' if falls == 1 else 'fall'}{_by(falling, -1)}"


def _on(moved: Sequence[_Moved]) -> str:
    return f" on {len(moved):,} plans" if len(moved) > 1 else ""


def _by(moved: Sequence[_Moved], side: int) -> str:
    """Empty where it isn't known of all of those that move to that side."""
    percents = [side * percent for one in moved for percent in one.percents or () if side * percent > 0]
    return f" by {percent_range(percents).replace('+', '')}" if all(one.percents for one in moved) and percents else ""


def _numbers(summary: Mapping[str, int]) -> str:
    words = (("create", "to create"), ("update", "to change"), ("delete", "to delete"))
    return ", ".join(f"{summary[name]:,} {said}" for name, said in words if summary[name])


def _people(document: Document, items: Sequence[ReviewedChange]) -> Iterator[str]:
    """Whose bills change, by how much as far as that is certain, and the gravest of what hits people besides."""
    number = _billed(items)
    if number is None or number:
        yield f"{bills_change(number)}{_from_when(items)}{_fees(document)}"
    hits = [
        effect
        for item in items
        for effect in item.effects
        if effect.hits and effect.weight is not Weight.NOTE and not (effect.bills and number != 0)
    ]
    if hits:
        first, *others = sorted(hits, key=lambda one: one.rank)
        more = f", and {counted(len(others), 'more effect')} on customers" if others else ""
        yield f"{first.address}: {_in_short(first)}{more}"


def _in_short(effect: ReviewedEffect) -> str:
    """Its sentence up to the details, with the number of those it hits."""
    said, number = effect.sentence.partition(": ")[0], distinct(effect.hit)
    who = counted(number, "subscription")
    return said if number == 0 or who in effect.sentence.partition(": ")[0] else f"{said} ({who})"


def _nobody(class_: str, items: Sequence[ReviewedChange]) -> Iterator[str]:
    """Where no effect is on people, or only a note."""
    if class_ in _HARMLESS:
        yield "no bill changes"
    elif not any(effect.hits and effect.weight is not Weight.NOTE for item in items for effect in item.effects):
        yield "no subscription's bill changes"


def _from_when(items: Iterable[ReviewedChange]) -> str:
    """` from the next period`; of several times the first. Empty where it isn't known."""
    timings = {effect.timing for item in items for effect in item.effects if effect.bills}
    known = [timing for timing in _FROM if timing in timings]
    if not known or None in timings:
        return ""
    return f"{', some' if len(timings) > 1 else ''} {_FROM[known[0]]}"


def _billed(items: Iterable[ReviewedChange]) -> int | None:
    """Distinct subscriptions whose bills change. None where that isn't known."""
    return distinct(hit for item in items for effect in item.effects if effect.bills for hit in effect.hit)


def _fees(document: Document) -> str:
    """`, fees by +€1,200.00 a month`: empty where nothing is certain."""
    said = fee_words(document["impact"]["fees"]) if "impact" in document else ""
    return f", fees by {said}" if said else ""
