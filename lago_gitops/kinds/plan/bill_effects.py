"""What changes of a plan do to bills: what changes and from when, what is lost, billed twice, or billed now."""

import re
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from lago_gitops.core.model.currencies import SUBUNITS, money_of
from lago_gitops.core.model.effects import Effect, EffectClass, Situation, Undo, Weight
from lago_gitops.core.model.plurals import bills_change, listed
from lago_gitops.core.model.resources import Change
from lago_gitops.core.model.scalars import EXACT, plain
from lago_gitops.core.model.timing import Timing
from lago_gitops.kinds.plan.subscribers import Subscribed, subscribed
from lago_gitops.kinds.timing.line import REMOVED, SWAPPED
from lago_gitops.kinds.timing.reach import Reached
from lago_gitops.kinds.timing.words import when

OF_PRICES = (Timing.SPLIT, Timing.ALL, Timing.NEW_EVENTS, Timing.NEXT, Timing.FROM_THEN)
NOT_PRICES = ("code", "invoice_display_name", "accepts_target_wallet")  # of an item that is replaced
LISTS = {"charge": "charges", "fixed_charge": "fixed_charges"}
PARTS_SHOWN = 3
FIELDS = {"amount_cents": "plan fee", "minimum_commitment.amount_cents": "minimum commitment", "tax_codes": "taxes"}
"""Of a plan's own fields, the words of a price list."""
_FILTER = re.compile(r"\.filters\[([^\]]*)\]")


def changes_bills(change: Change, situation: Situation) -> Iterator[Effect]:
    """One effect, that says of each part from when on it counts, where they differ."""
    for of in subscribed(change, situation):
        dearer = [each for each in of.reached if each.line.timing in OF_PRICES and not _costs_the_same(each, of)]
        if dearer:
            first = min((each.line.timing for each in dearer), key=tuple(Timing).index)
            undo = max((each.line.undo for each in dearer), key=tuple(Undo).index)
            sentence = f"{bills_change(of.number, of.own_words)}: {_from_when(dearer, of)}"
            yield Effect(EffectClass.CHANGES_BILLS, Weight.WARNING, undo, sentence, of.hit, first)


def loses_usage(change: Change, situation: Situation) -> Iterator[Effect]:
    """Invoices look at charges that are there: what one has counted goes with it. Recorded: use-ch-del."""
    for of in subscribed(change, situation):
        for each in of.reached:
            if each.line.timing is Timing.LOST:
                yield _danger(EffectClass.LOSES_USAGE, _lost(each, of), of, each)


def bills_twice(change: Change, situation: Situation) -> Iterator[Effect]:
    for of in subscribed(change, situation):
        for each in of.reached:
            if each.line.timing is Timing.DOUBLE:
                sentence = (
                    f"what {of.words} paid in advance for {_named(each)} in {of.period.running} is billed again: "
                    f"it is now billed in arrears"
                )
                yield _danger(EffectClass.BILLS_TWICE, sentence, of, each)


def invoices_now(change: Change, situation: Situation) -> Iterator[Effect]:
    """In-advance units that count at once, and thresholds that usage may have passed already."""
    for of in subscribed(change, situation):
        for each in of.reached:
            if each.line.timing is Timing.NOW_BILL:
                sentence = _of_units(each, of) if each.item else _of_threshold(each, of)
                yield _danger(EffectClass.INVOICES_NOW, sentence, of, each)


def _danger(class_: EffectClass, sentence: str, of: Subscribed, each: Reached) -> Effect:
    return Effect(class_, Weight.DANGER, each.line.undo, sentence, of.hit, each.line.timing)


def _named(each: Reached) -> str:
    return f"{each.line.of.replace('_', ' ')} {each.item!r}"


def _items(each: Reached, of: Subscribed) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """A charge or fixed charge before and after; what isn't there is empty."""
    field = LISTS[each.line.of]
    before, after = of.change.live.fields[field], of.change.desired.fields[field]
    return before.get(each.item, {}), after.get(each.successor or each.item, {})


def _costs_the_same(each: Reached, of: Subscribed) -> bool:
    """Of an item that is replaced, as for a new code of its own; what it leaves to others is no price."""
    if each.change != SWAPPED:
        return False
    old, new = _items(each, of)
    return all(old.get(name) == value for name, value in new.items() if name not in NOT_PRICES)


def _from_when(reached_lines: list[Reached], of: Subscribed) -> str:
    """One phrase, or a phrase for each sort of parts."""
    phrases: dict[str, list[str]] = {}
    for each in reached_lines:
        phrases.setdefault(when(each.line.timing, each.line.drafts, of.period), []).append(_part(each))
    if len(phrases) == 1:
        return next(iter(phrases))
    return "; ".join(f"{phrase} ({_parts(parts)})" for phrase, parts in phrases.items())


def _part(each: Reached) -> str:
    """In the words of a price list: the charge and its filter, or the plan's own field."""
    if not each.item:
        return FIELDS.get(each.part, each.part)
    match = _FILTER.search(each.part)
    return _named(each) + (f" filter {match[1]}" if match else "")


def _parts(parts: list[str]) -> str:
    return listed(dict.fromkeys(parts), PARTS_SHOWN)


def _lost(each: Reached, of: Subscribed) -> str:
    if each.line.of == "fixed_charge":
        why = "removed" if each.change == REMOVED else "replaced, and the new one counts from the next period"
        return f"the fee of {_named(each)} for {of.period.running} is never billed to {of.words}: it is {why}"
    used = f"what {of.words} used of {_named(each)} in {of.period.running}"
    if each.change == REMOVED:
        return f"{used}, and what is on drafts, is never billed: the charge is removed"
    old, new = _items(each, of)
    moved = old["billable_metric_code"] != new["billable_metric_code"]
    how = f"now prices {new['billable_metric_code']}" if moved else "is now billed in advance"
    return f"{used} before the change is never billed: it {how}"


def _of_units(each: Reached, of: Subscribed) -> str:
    old, new = _items(each, of)
    units = EXACT.subtract(new["units"], old["units"] if each.change == "units" else Decimal(0))
    if units <= 0:
        why = f"{_named(each)} has {'fewer units, not credited' if units else 'no units'}"
        return f"an invoice with a zero total is created for {of.words} on apply: {why}"
    amount = _amount(units, new, of.change.live.fields["amount_currency"])
    days = f", for the days left of {of.period.running}" if new["prorated"] else ""
    more = "more " if each.change == "units" else ""
    noun, are = ("unit", "is") if units == 1 else ("units", "are")
    return f"{plain(units)} {more}{noun} of {_named(each)} {are} invoiced to {of.words} on apply{amount}{days}"


def _amount(units: Decimal, item: Mapping[str, Any], currency: str) -> str:
    """Of the one model whose price of units more does not depend on how many there were."""
    price = item["properties"].get("amount") if item["charge_model"] == "standard" else None
    if price is None:
        return ""
    cents = EXACT.multiply(EXACT.multiply(units, Decimal(price)), SUBUNITS[currency])
    cents = cents.quantize(Decimal(1), ROUND_HALF_UP, EXACT)
    return f": {money_of(int(cents), currency)} each"


def _of_threshold(each: Reached, of: Subscribed) -> str:
    [change] = (one for one in of.change.fields if one.where == each.part)
    amount = money_of(change.after["amount_cents"], of.change.live.fields["amount_currency"])
    return f"an invoice soon after apply for up to {of.words}: those whose usage is already above {amount}"
