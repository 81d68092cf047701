"""What changes of coupons come to."""

from collections.abc import Iterator

from lago_gitops.core.model.effects import Effect, EffectClass, Situation, Undo, Weight
from lago_gitops.core.model.plurals import counted
from lago_gitops.core.model.resources import Address, Change, Create, Delete, Refusal, Update


def ends_discounts(change: Change, situation: Situation) -> Iterator[Effect]:
    """Recorded: use-coupon-del, use-coupon-applied."""
    if isinstance(change, Delete) and (number := situation.count(change.live.address, "applied")):
        sentence = f"{counted(number, 'discount')} given to customers end at once"
        yield Effect(EffectClass.ENDS_DISCOUNTS, Weight.DANGER, Undo.IRREVERSIBLE, sentence)


def expires_in_the_future(change: Change, situation: Situation) -> Iterator[Refusal]:
    """Lago refuses a date that has passed, also one that it has already. Recorded: cp-past."""
    at = change.desired.fields.get("expiration_at")
    sent = isinstance(change, Create) or (
        isinstance(change, Update) and any(one.keys == ("expiration_at",) for one in change.fields)
    )
    if sent and at is not None and at <= situation.now:
        message = f"Lago takes no expiration_at that has passed: {at}"
        yield Refusal(change.address, change.desired.mark, message, ("choose a later date",))


def targets_are_found(change: Change, situation: Situation) -> Iterator[Refusal]:
    """An update looks its plans up by code and counts those of single subscriptions too: then there are too many."""
    if not isinstance(change, Update):
        return
    for code in change.desired.fields["applies_to"]["plan_codes"]:
        if number := situation.count(Address("plan", code), "overridden"):
            subscriptions = counted(number, "subscription")
            message = f"Lago can't update a coupon for plan {code!r} while there are own prices: {subscriptions}"
            ways = ("make a new coupon under another code",)
            yield Refusal(change.address, change.desired.mark, message, ways)


COUPON_EFFECTS = (ends_discounts, expires_in_the_future, targets_are_found)
