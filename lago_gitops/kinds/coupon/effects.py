"""The effects of changes of coupons."""

from collections.abc import Iterator

from lago_gitops.core.model.audience import is_some
from lago_gitops.core.model.effects import Effect, EffectClass, Situation, Undo, Weight
from lago_gitops.core.model.plurals import counted
from lago_gitops.core.model.resources import Address, Change, Create, Delete, Refusal, Update
from lago_gitops.core.model.timing import Timing

OF_NEW_ONES = ("expiration", "expiration_at")


def ends_discounts(change: Change, situation: Situation) -> Iterator[Effect]:
    """Recorded: use-coupon-del, use-coupon-applied."""
    if isinstance(change, Delete) and is_some(number := situation.count(change.live.address, "applied")):
        sentence = f"deleting it ends {_given(number)} immediately, on draft invoices too"
        yield Effect(EffectClass.ENDS_DISCOUNTS, Weight.DANGER, Undo.IRREVERSIBLE, sentence, timing=Timing.ALL)


def is_kept(change: Change, situation: Situation) -> Iterator[Effect]:
    """What customers have was copied when they got it. Recorded: small/k-exp."""
    if not isinstance(change, Update) or all(one.keys[0] not in OF_NEW_ONES for one in change.fields):
        return
    if is_some(number := situation.count(change.live.address, "applied")):
        sentence = f"nothing changes for {_given(number)}, not even after the new date"
        yield Effect(EffectClass.LEAVES_OUT, Weight.NOTE, Undo.REVERSIBLE, sentence, timing=Timing.IGNORED)


def expires_in_the_future(change: Change, situation: Situation) -> Iterator[Refusal]:
    """Lago refuses a date that has passed, also one that it has already. Recorded: cp-past."""
    at = change.desired.fields.get("expiration_at")
    sent = isinstance(change, Create) or (
        isinstance(change, Update) and any(one.keys == ("expiration_at",) for one in change.fields)
    )
    if sent and at is not None and at <= situation.now:
        message = f"Lago refuses an expiration_at in the past: {at}"
        yield Refusal(change.address, change.desired.mark, message, ("choose a later date",))


def targets_are_found(change: Change, situation: Situation) -> Iterator[Refusal]:
    """An update looks its plans up by code and counts overridden ones too: then there are too many."""
    if not isinstance(change, Update):
        return
    for code in change.desired.fields["applies_to"]["plan_codes"]:
        plan = Address("plan", code)
        number = situation.audience.of(plan).own
        if number or plan in situation.audience.copied:
            of_others = "an overridden subscription that waits or has ended: its plan stays"
            own = counted(number, "overridden subscription") if number else of_others
            message = f"Lago can't update a coupon for plan {code!r} while it has {own}"
            yield Refusal(change.address, change.desired.mark, message, ("create a coupon under another code",))


COUPON_EFFECTS = (ends_discounts, is_kept, expires_in_the_future, targets_are_found)


def _given(number: int | None) -> str:
    """A customer can have one more than once."""
    return "discounts given to customers" if number is None else f"{counted(number, 'discount')} given to customers"
