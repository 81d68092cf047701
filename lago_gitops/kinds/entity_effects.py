"""The effects of changes of billing entities, and of the organization, which are those of its default entity."""

from collections.abc import Iterator

from lago_gitops.core.model.effects import Effect, EffectClass, Situation, Undo, Weight
from lago_gitops.core.model.plurals import counted
from lago_gitops.core.model.resources import Change, Create, Delete, FieldChange, Refusal, Update
from lago_gitops.core.model.timing import Timing
from lago_gitops.kinds.common_effects import everybody, number_of
from lago_gitops.kinds.timing.line import When
from lago_gitops.kinds.timing.reach import Reached, reached

OF_TERMS = (Timing.NEXT_INVOICE, Timing.NEXT, Timing.NEW_ONLY)


def changes_bills(change: Change, situation: Situation) -> Iterator[Effect]:
    """Taxes, of customers without taxes of their own, and where days begin. Measured: entity/be-tax, entity/be-tz."""
    yield from _effect(change, situation, EffectClass.CHANGES_BILLS, (Timing.ALL,))


def changes_terms(change: Change, situation: Situation) -> Iterator[Effect]:
    """When invoices are due, issued and numbered, and the currency of new customers. Measured: entity/be-many."""
    yield from _effect(change, situation, EffectClass.CHANGES_TERMS, OF_TERMS)


def may_drop_sections(change: Change, situation: Situation) -> Iterator[Effect]:
    """Lago drops codes of sections that it doesn't know, and its API has no list of them."""
    wanted = change.desired.fields.get(SECTIONS) or ()
    there = {code for one in situation.live.values() for code in one.fields.get(SECTIONS) or ()}
    if unseen := sorted(set(wanted) - there):
        sentence = f"Lago silently drops sections it doesn't have, and no billing entity uses {', '.join(unseen)} yet"
        yield Effect(EffectClass.LEAVES_OUT, Weight.NOTE, Undo.REVERSIBLE, sentence)


def taxes_are_told_apart(change: Change, situation: Situation) -> Iterator[Refusal]:
    """Only here Lago looks for taxes whatever their capitals, and refuses a code that finds two.

    One that the same plan deletes counts: its turn may come after the entity's.
    """
    sent = isinstance(change, Create) or any(one.keys[0] == "tax_codes" for one in _fields(change))
    codes = change.desired.fields.get("tax_codes") or () if sent else ()
    gone = {one.live.address.key for one in situation.changes if isinstance(one, Delete)}
    there = {*situation.live, *(one.live.address for one in situation.changes if isinstance(one, Delete))}
    there |= {one.address for one in situation.changes if isinstance(one, Create)}
    taxes = sorted(one.key for one in there if one.kind == "tax") if codes else []
    for code in codes:
        twin = next((one for one in taxes if one != code and one.upper() == code.upper()), None)
        if twin is not None:
            message = f"Lago can't tell the tax {code!r} from {twin!r} here: their codes differ only in capitals"
            first = (f"delete {twin!r} in a plan before this one",) if twin in gone else ()
            yield Refusal(change.address, change.desired.mark, message, (*first, "give one of the taxes another code"))


ENTITY_EFFECTS = (changes_bills, changes_terms, may_drop_sections, taxes_are_told_apart)
SECTIONS = "invoice_custom_section_codes"


def _fields(change: Change) -> tuple[FieldChange, ...]:
    return change.fields if isinstance(change, Update) else ()


def _effect(change: Change, situation: Situation, class_: EffectClass, timings: tuple[Timing, ...]) -> Iterator[Effect]:
    """It is not asked whose invoices come from the entity: everybody's may."""
    hit = everybody(situation)
    mine = [one for one in reached(change, (When.IN_USE,)) if one.line.timing in timings] if hit else []
    if mine and isinstance(change, Update):
        undo = max((one.line.undo for one in mine), key=tuple(Undo).index)
        timing = min((one.line.timing for one in mine), key=tuple(Timing).index)
        sentence = f"invoices of up to {counted(number_of(hit), 'subscription')} change: {'; '.join(map(_words, mine))}"
        yield Effect(class_, Weight.WARNING, undo, sentence, hit, timing)


def _words(one: Reached) -> str:
    note = f" ({one.line.note})" if one.line.note else ""
    match one.line.timing:
        case Timing.ALL:
            when = "in the running period and on drafts too"
        case Timing.NEXT:
            when = "from the next period"
        case Timing.NEW_ONLY:
            when = "of new customers only"
        case _:
            when = "on all that are created or finalized from now on"
    return f"{one.part} {when}{note}"
