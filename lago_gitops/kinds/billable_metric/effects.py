"""What changes of billable metrics come to."""

from collections.abc import Iterator, Mapping
from typing import Any

from lago_gitops.core.model.effects import Effect, EffectClass, Situation, Undo, Weight, listed
from lago_gitops.core.model.resources import Address, Change, Update
from lago_gitops.kinds.common_effects import loses_coupons_their_targets, takes_charges_along


def trims_filters(change: Change, situation: Situation) -> Iterator[Effect]:
    """Recorded: iu-plan-get. A charge filter that loses a key prices more events than before, silently."""
    if not isinstance(change, Update):
        return
    gone = [f"{key}={value}" for key, value in _gone(change.live.fields["filters"], change.desired.fields["filters"])]
    users = [
        address
        for address in situation.referrers.get(change.address, ())
        if any(value in _used(situation, address, change) for value in gone)
    ]
    if users:
        sentence = f"charge filters of {listed(users)} lose {', '.join(gone)}: they are trimmed, widened or deleted"
        yield Effect(EffectClass.CASCADES, Weight.DANGER, Undo.LOSSY, sentence)


def _gone(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, item in before.items():
        for value in item["values"]:
            if key not in after or value not in after[key]["values"]:
                yield key, value


def _used(situation: Situation, plan: Address, change: Update) -> set[str]:
    """The values that a plan's filters on this metric have once the changes are made, as `key=value`."""
    metrics = {change.address.key, change.live.address.key}
    return {
        f"{key}={value}"
        for charge in situation.after(plan).get("charges", {}).values()
        if charge["billable_metric_code"] in metrics
        for item in charge["filters"].values()
        for key, taken in item["values"]
        for value in taken
    }


METRIC_EFFECTS = (takes_charges_along, loses_coupons_their_targets, trims_filters)
