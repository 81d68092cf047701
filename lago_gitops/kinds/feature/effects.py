"""What changes of features come to."""

from collections.abc import Iterator

from lago_gitops.core.model.effects import Effect, EffectClass, Situation, Undo, Weight, listed
from lago_gitops.core.model.resources import Change, Delete, Update
from lago_gitops.core.model.types import Lock


def takes_entitlements_along(change: Change, situation: Situation) -> Iterator[Effect]:
    """Recorded: iu-feature-delete."""
    plans = situation.referrers.get(change.address, ())
    if isinstance(change, Delete) and plans:
        sentence = f"{listed(plans)} no longer entitle to it, nor do their subscriptions"
        yield Effect(EffectClass.CASCADES, Weight.DANGER, Undo.LOSSY, sentence)
    gone = _gone(change) if isinstance(change, Update) else ()
    if gone and plans:
        sentence = f"the values of {', '.join(gone)} go from {listed(plans)} and their subscriptions"
        yield Effect(EffectClass.CASCADES, Weight.DANGER, Undo.LOSSY, sentence)


def _gone(change: Update) -> tuple[str, ...]:
    """Privileges that are deleted, for good or to come again."""
    codes = (
        one.keys[1]
        for one in change.fields
        if one.keys[0] == "privileges" and (one.lock is Lock.REPLACE or (len(one.keys) == 2 and one.after is None))
    )
    return tuple(dict.fromkeys(codes))


FEATURE_EFFECTS = (takes_entitlements_along,)
