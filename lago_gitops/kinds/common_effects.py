"""The effects of changes that every kind has alike, and how many they hit."""

from collections import Counter
from collections.abc import Iterable, Iterator

from lago_gitops.core.model.audience import Number, added, is_some
from lago_gitops.core.model.effects import Effect, EffectClass, Hit, Situation, Undo, Weight
from lago_gitops.core.model.plurals import counted, listed
from lago_gitops.core.model.resources import Address, Change, Create, Delete

EVERYBODY = Address("organization", "")


def everybody(situation: Situation) -> Hit:
    """All subscriptions, where there may be one."""
    number = situation.audience.total
    return ((EVERYBODY, number),) if is_some(number) else ()


def hit_of(plans: Iterable[Address], situation: Situation) -> Hit:
    """The active subscriptions of plans, overridden ones too; plans without any are left out."""
    numbers = ((plan, situation.audience.of(plan).active) for plan in dict.fromkeys(plans))
    return tuple((plan, number) for plan, number in numbers if is_some(number))


def hit_with_own(plans: Iterable[Address], own: Iterable[Address], situation: Situation) -> Hit:
    """The active subscriptions of plans, and those of overridden plans, each given by what it was copied from."""
    listed_ = tuple(dict.fromkeys(plans))
    hidden = Counter(one for one in own if one not in listed_)
    return (*hit_of(listed_, situation), *hidden.items())


def number_of(hit: Hit) -> Number:
    """How many subscriptions are hit in all."""
    return added(number for _, number in hit)


def plans_using(change: Change, situation: Situation) -> tuple[Address, ...]:
    """The plans that Lago lists and that go on using what changes."""
    if isinstance(change, Create):
        return ()
    return tuple(one for one in situation.referrers.get(change.address, ()) if one.kind == "plan")


def loses_coupons_their_targets(change: Change, situation: Situation) -> Iterator[Effect]:
    """A coupon limited to what goes stays limited, now to nothing: what is created under the code is not meant."""
    if isinstance(change, Delete):
        coupons = [one for one in situation.referrers.get(change.address, ()) if one.kind == "coupon"]
        if coupons:
            sentence = f"{listed(coupons)} remains limited to it, so it no longer applies to anything"
            yield Effect(EffectClass.CASCADES, Weight.DANGER, Undo.LOSSY, sentence)


def overridden(plans: Iterable[Address]) -> str:
    """Plans of overridden subscriptions, by what they were copied from: "2 overridden plans of plan/growth"."""
    own = tuple(plans)
    return f"{counted(len(own), 'overridden plan')} of {listed(dict.fromkeys(own))}"
