"""The effects of changes of billable metrics."""

from collections.abc import Iterator, Mapping
from typing import Any

from lago_gitops.core.model.audience import is_some
from lago_gitops.core.model.effects import Effect, EffectClass, Situation, Undo, Weight
from lago_gitops.core.model.plurals import bills_change, listed
from lago_gitops.core.model.resources import Change, Delete, Update
from lago_gitops.core.model.timing import Timing
from lago_gitops.core.model.types import Lock
from lago_gitops.kinds.common_effects import (
    hit_of,
    loses_coupons_their_targets,
    number_of,
    overridden,
    plans_using,
)
from lago_gitops.kinds.plan_item_effects import PlanItem, deletes_plan_items

ITEM = PlanItem("charges", "billable_metric_code", "charges")


def frees_wallets(change: Change, situation: Situation) -> Iterator[Effect]:
    """Neither can be counted: alerts are listed by subscription, wallets of old servers by customer. e2e 16."""
    if isinstance(change, Delete) and is_some(situation.audience.total):
        sentence = (
            "wallets limited to it will pay for everything, and usage alerts on it are deleted: Lago doesn't say how "
            "many there are"
        )
        yield Effect(EffectClass.CASCADES, Weight.WARNING, Undo.IRREVERSIBLE, sentence)


def trims_filters(change: Change, situation: Situation) -> Iterator[Effect]:
    """Recorded: iu-plan-get. A charge filter that loses a key prices more events than before, silently."""
    gone = tuple(_gone_values(change))
    plans = [one for one in plans_using(change, situation) if _takes(situation.after(one), change, gone)]
    own = [one.plan for one in situation.audience.own_plans or () if _takes(one.fields, change, gone)]
    users = [listed(plans)] if plans else []
    users += [overridden(own)] if own else []
    if users:
        sentence = (
            f"charge filters of {' and of '.join(users)} lose {', '.join(gone)}: they are trimmed, widened or deleted"
        )
        yield Effect(EffectClass.CASCADES, Weight.DANGER, Undo.LOSSY, sentence)
    hit = hit_of((*plans, *own), situation)
    if hit:
        sentence = (
            f"{bills_change(number_of(hit))}: events with {', '.join(gone)} get the charge's own price, from the first "
            f"day of the running period, on drafts too"
        )
        yield Effect(EffectClass.CHANGES_BILLS, Weight.WARNING, Undo.LOSSY, sentence, hit, Timing.ALL)


def may_be_kept(change: Change, situation: Situation) -> Iterator[Effect]:
    """Lago answers 200 and keeps what is locked while any plan uses the metric. Measured on a server: e2e 8c."""
    locked = [one.where for one in change.fields if one.lock is Lock.IN_USE] if isinstance(change, Update) else []
    if locked and None in (situation.audience.own_plans, situation.audience.ended_plans):
        sentence = (
            f"Lago keeps {', '.join(locked)} while an overridden plan uses the metric, and whether one does is unknown"
        )
        yield Effect(EffectClass.LEAVES_OUT, Weight.WARNING, Undo.REVERSIBLE, sentence)


METRIC_EFFECTS = (
    *deletes_plan_items(ITEM),
    frees_wallets,
    loses_coupons_their_targets,
    trims_filters,
    may_be_kept,
)


def _gone_values(change: Change) -> Iterator[str]:
    """Values that the metric no longer has, as `key=value`."""
    if not isinstance(change, Update):
        return
    before, after = change.live.fields["filters"], change.desired.fields["filters"]
    for key, item in before.items():
        for value in item["values"]:
            if key not in after or value not in after[key]["values"]:
                yield f"{key}={value}"


def _takes(plan: Mapping[str, Any], change: Change, gone: tuple[str, ...]) -> bool:
    """Whether filters of the plan on this metric have one of the values."""
    metrics = {change.address.key, _code_now(change)}
    taken = {
        f"{key}={value}"
        for charge in (plan.get("charges") or {}).values()
        if charge["billable_metric_code"] in metrics
        for item in charge["filters"].values()
        for key, values in item["values"]
        for value in values
    }
    return not taken.isdisjoint(gone)


def _code_now(change: Change) -> str:
    return change.live.address.key if isinstance(change, Update) else change.address.key
