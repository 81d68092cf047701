"""The effects of changes of features."""

from collections.abc import Iterator

from lago_gitops.core.model.effects import Effect, EffectClass, Situation, Undo, Weight
from lago_gitops.core.model.plurals import counted, enumerated, listed
from lago_gitops.core.model.resources import Change, Create, Delete, Update
from lago_gitops.core.model.timing import Timing
from lago_gitops.core.model.types import Lock
from lago_gitops.kinds.common_effects import hit_of, number_of, plans_using


def takes_entitlements_along(change: Change, situation: Situation) -> Iterator[Effect]:
    """Recorded: iu-feature-delete, thresholds/ent. What only a subscription was given can't be listed: e2e 15."""
    match change:
        case Create():
            return
        case Delete():
            words, what = "the feature and its values are", "the entitlement"
        case Update():  # the last of its union
            gone = _gone(change)
            if not gone:
                return
            words, what = f"the values of {', '.join(gone)} are", f"the entitlement to {enumerated(gone)}"
    plans = plans_using(change, situation)
    users = f"{listed(plans)}, and from subscriptions" if plans else "subscriptions"
    if plans or situation.audience.total != 0:
        sentence = f"{words} taken from {users} that had them individually"
        yield Effect(EffectClass.CASCADES, Weight.DANGER, Undo.LOSSY, sentence)
    if hit := hit_of(plans, situation):
        sentence = f"{what} ends immediately for {counted(number_of(hit), 'subscription')}"
        yield Effect(EffectClass.CHANGES_ENTITLEMENTS, Weight.DANGER, Undo.LOSSY, sentence, hit, Timing.AT_ONCE)


FEATURE_EFFECTS = (takes_entitlements_along,)


def _gone(change: Update) -> tuple[str, ...]:
    """Privileges that are deleted, for good or to come again."""
    codes = (
        one.keys[1]
        for one in change.fields
        if one.keys[0] == "privileges" and (one.lock is Lock.REPLACE or (len(one.keys) == 2 and one.after is None))
    )
    return tuple(dict.fromkeys(codes))
