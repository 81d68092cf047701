"""What the same change of any kind comes to."""

from collections.abc import Iterator

from lago_gitops.core.model.effects import Effect, EffectClass, Situation, Undo, Weight, listed
from lago_gitops.core.model.resources import Change, Delete


def loses_coupons_their_targets(change: Change, situation: Situation) -> Iterator[Effect]:
    """A coupon limited to what goes stays limited, now to nothing: what is made anew under the code is not meant."""
    if isinstance(change, Delete):
        coupons = [one for one in situation.referrers.get(change.live.address, ()) if one.kind == "coupon"]
        if coupons:
            sentence = f"{listed(coupons)} stays limited to it, and so no longer applies to anything"
            yield Effect(EffectClass.CASCADES, Weight.DANGER, Undo.LOSSY, sentence)


def takes_charges_along(change: Change, situation: Situation) -> Iterator[Effect]:
    """Recorded: dl-bm-plan, iu-addon-delete."""
    if isinstance(change, Delete):
        plans = [one for one in situation.referrers.get(change.live.address, ()) if one.kind == "plan"]
        if plans:
            sentence = f"its charges go from {listed(plans)}, and from plans of single subscriptions"
            yield Effect(
                EffectClass.CASCADES, Weight.DANGER, Undo.LOSSY, f"{sentence}; their open usage is never billed"
            )
