"""Why a guard blocks a plan: of one change its own words, of several what they do together."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from lago_gitops.core.model.effects import EffectClass
from lago_gitops.core.model.plurals import bills_change, counted

Document = Mapping[str, Any]
Together = Callable[[int | None, int], str]
"""How far a class of effects reaches: from how many subscriptions it hits, and the number of changes."""


def _of_people(words: str) -> Together:
    return lambda hit, _: words.format(counted(hit, "subscription"))


def _of_changes(words: str, noun: str) -> Together:
    return lambda _, changes: words.format(counted(changes, noun))


_TOGETHER: Final[Mapping[str, Together]] = {
    EffectClass.DELETES: _of_changes("{} are deleted", "resource"),
    EffectClass.ENDS_SUBSCRIPTIONS: _of_people("deleting these plans ends {}"),
    EffectClass.CHANGES_BILLS: lambda hit, _: bills_change(hit) if hit != 0 else "bills of customers change",
    EffectClass.LOSES_USAGE: _of_people("amounts due from {} are never billed"),
    EffectClass.CASCADES: _of_changes("{} also take something from other resources", "change"),
    EffectClass.BILLS_TWICE: _of_people("what {} paid in advance is billed again"),
    EffectClass.INVOICES_NOW: _of_people("invoices for up to {} are created at once"),
    EffectClass.MOVES_SUBSCRIBERS: _of_people("pending moves of {} happen immediately"),
    EffectClass.CANCELS_DOWNGRADES: _of_people("pending moves of {} to a cheaper plan are canceled"),
    EffectClass.CHANGES_TERMS: _of_people("invoices of up to {} change"),
    EffectClass.CHANGES_ENTITLEMENTS: _of_people("the entitlements of {} change immediately"),
    EffectClass.ENDS_DISCOUNTS: _of_changes("deleting {} ends discounts given to customers", "coupon"),
    EffectClass.CODE_BURNED: _of_changes("{} can never be used again", "tax code"),
}


def guard_reasons(document: Document, guards: Iterable[Document]) -> Iterator[str]:
    """One for each of the guards. A sentence that the effects have in full is cut to its first part."""
    sentences = {effect["sentence"] for change in document["changes"] for effect in change["effects"]}
    for guard in guards:
        changes, together = len(guard["addresses"]), _TOGETHER.get(guard["waiver"])
        if changes > 1 and together is not None:
            yield together(guard.get("subscriptions", 0), changes)
        else:
            said = guard["reason"]
            yield said.partition(": ")[0] if said in sentences else said
