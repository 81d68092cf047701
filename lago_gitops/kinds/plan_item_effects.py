"""What happens to plans when one of their items is deleted: a metric with its charges, an add-on."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lago_gitops.core.model.audience import OwnPlan, is_some
from lago_gitops.core.model.effects import Effect, EffectClass, EffectRule, Situation, Undo, Weight
from lago_gitops.core.model.plurals import bills_change, counted, listed
from lago_gitops.core.model.resources import Address, Change, Delete, Update
from lago_gitops.core.model.timing import Timing
from lago_gitops.kinds.common_effects import hit_with_own, number_of, overridden, plans_using
from lago_gitops.kinds.timing.line import When
from lago_gitops.kinds.timing.reach import reached


@dataclass(frozen=True, slots=True)
class PlanItem:
    """A keyed list of plans, the field of an item with the code, and `items`, a word for such items."""

    list: str
    field: str
    items: str


def deletes_plan_items(kind: PlanItem) -> tuple[EffectRule, ...]:
    """The rules for what is deleted: its items go from all plans, and what is unbilled of them is never billed."""

    def cascades(change: Change, situation: Situation) -> Iterator[Effect]:
        """Recorded: dl-bm-plan, iu-addon-delete."""
        if isinstance(change, Delete):
            users = tuple(_users(change, situation, kind))
            if users:
                sentence = f"its {kind.items} are removed from {' and from '.join(users)}"
                yield Effect(EffectClass.CASCADES, Weight.DANGER, Undo.IRREVERSIBLE, sentence)

    def loses_usage(change: Change, situation: Situation) -> Iterator[Effect]:
        """Recorded: charges/m_del, fixed2/ao_del."""
        if not isinstance(change, Delete) or not _is_billed(change, situation):
            return
        own = own_plans_using(change, situation, kind)
        hit = hit_with_own(plans_using(change, situation), own, situation)
        if hit:
            sentence = (
                f"amounts due from {counted(number_of(hit), 'subscription')} for its {kind.items} in the running "
                f"period, and on drafts, are never billed"
            )
            yield Effect(EffectClass.LOSES_USAGE, Weight.DANGER, Undo.IRREVERSIBLE, sentence, hit, Timing.LOST)

    return cascades, loses_usage


def changes_taxes(change: Change, situation: Situation) -> Iterator[Effect]:
    """Fixed charges without taxes of their own have those of their add-on."""
    if isinstance(change, Update) and any(one.keys == ("tax_codes",) for one in change.fields):
        codes = {change.live.address.key, change.address.key}
        plans = [one for one in plans_using(change, situation) if _is_taxed_by(situation.after(one), codes)]
        own = [one.plan for one in situation.audience.own_plans or () if _is_taxed_by(one.fields, codes)]
        if hit := hit_with_own(plans, own, situation):
            sentence = (
                f"{bills_change(number_of(hit))}: its taxes are those of fixed charges without taxes of their own, in "
                "the running period and on drafts too"
            )
            yield Effect(EffectClass.CHANGES_BILLS, Weight.WARNING, Undo.REVERSIBLE, sentence, hit, Timing.ALL)


def own_plans_using(change: Change, situation: Situation, kind: PlanItem) -> tuple[Address, ...]:
    """The original of each overridden plan that uses it; none if overridden plans could not be read."""
    code = change.address.key if not isinstance(change, Delete) else change.live.address.key
    return tuple(one.plan for one in situation.audience.own_plans or () if uses(one, kind, code))


def uses(plan: OwnPlan, kind: PlanItem, code: str) -> bool:
    return any(item[kind.field] == code for item in (plan.fields.get(kind.list) or {}).values())


def _is_billed(change: Delete, situation: Situation) -> bool:
    old = () if situation.version >= (1, 39) else (When.BEFORE_1_39,)
    return any(one.line.timing is Timing.LOST for one in reached(change, old))


def _is_taxed_by(plan: Mapping[str, Any], codes: Collection[str]) -> bool:
    items = (plan.get("fixed_charges") or {}).values()
    return any(item["add_on_code"] in codes and not item["tax_codes"] for item in items)


def _users(change: Delete, situation: Situation, kind: PlanItem) -> Iterator[str]:
    plans, own = plans_using(change, situation), own_plans_using(change, situation, kind)
    if plans:
        yield listed(plans)
    if own:
        yield overridden(own)
    if situation.audience.own_plans is None and is_some(situation.audience.total):
        yield "overridden plans that have them, which are not known"
