"""What happens to plans when something that they sell is deleted: a metric with its charges, an add-on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lago_gitops.core.model.audience import OwnPlan, is_some
from lago_gitops.core.model.effects import Effect, EffectClass, EffectRule, Situation, Undo, Weight, listed
from lago_gitops.core.model.plurals import bills_change, counted
from lago_gitops.core.model.resources import Address, Change, Delete, Update
from lago_gitops.core.model.timing import Timing
from lago_gitops.kinds.common_effects import hit_with_own, number_of, overridden, plans_using
from lago_gitops.kinds.timing.line import When
from lago_gitops.kinds.timing.reach import reached


@dataclass(frozen=True, slots=True)
class Sold:
    """Where plans name it: a keyed list of theirs, and the field of an item; `items` names such items."""

    list: str
    field: str
    items: str


def takes_items_along(sold: Sold) -> tuple[EffectRule, ...]:
    """The rules for what is deleted: its items go from all plans, and what is unbilled of them is never billed."""

    def cascades(change: Change, situation: Situation) -> Iterator[Effect]:
        """Recorded: dl-bm-plan, iu-addon-delete."""
        if isinstance(change, Delete):
            users = tuple(_users(change, situation, sold))
            if users:
                sentence = f"its {sold.items} are removed from {' and from '.join(users)}"
                yield Effect(EffectClass.CASCADES, Weight.DANGER, Undo.IRREVERSIBLE, sentence)

    def loses_usage(change: Change, situation: Situation) -> Iterator[Effect]:
        """Recorded: charges/m_del, fixed2/ao_del."""
        if not isinstance(change, Delete) or not _is_billed(change, situation):
            return
        own = own_plans_using(change, situation, sold)
        hit = hit_with_own(plans_using(change, situation), own, situation)
        if hit:
            sentence = (
                f"amounts due from {counted(number_of(hit), 'subscription')} for its {sold.items} in the running "
                f"period, and on drafts, are never billed"
            )
            yield Effect(EffectClass.LOSES_USAGE, Weight.DANGER, Undo.IRREVERSIBLE, sentence, hit, Timing.LOST)

    return cascades, loses_usage


def changes_taxes(change: Change, situation: Situation) -> Iterator[Effect]:
    """Of fixed charges without taxes of their own, which have those of what they sell."""
    if isinstance(change, Update) and any(one.keys == ("tax_codes",) for one in change.fields):
        code = change.live.address.key
        plans = [one for one in plans_using(change, situation) if _is_taxed_by(situation.after(one), code)]
        own = [one.plan for one in situation.audience.own_plans or () if _is_taxed_by(one.fields, code)]
        if hit := hit_with_own(plans, own, situation):
            sentence = (
                f"{bills_change(number_of(hit))}: its taxes are those of fixed charges without taxes of their own, in "
                "the running period and on drafts too"
            )
            yield Effect(EffectClass.CHANGES_BILLS, Weight.WARNING, Undo.REVERSIBLE, sentence, hit, Timing.ALL)


def own_plans_using(change: Change, situation: Situation, sold: Sold) -> tuple[Address, ...]:
    """For each overridden plan that uses it, what that plan was copied from; none where they could not be read."""
    code = change.address.key if not isinstance(change, Delete) else change.live.address.key
    return tuple(one.plan for one in situation.audience.own_plans or () if uses(one, sold, code))


def uses(plan: OwnPlan, sold: Sold, code: str) -> bool:
    return any(item[sold.field] == code for item in (plan.fields.get(sold.list) or {}).values())


def _is_billed(change: Delete, situation: Situation) -> bool:
    old = () if situation.version >= (1, 39) else (When.BEFORE_1_39,)
    return any(one.line.timing is Timing.LOST for one in reached(change, old))


def _is_taxed_by(plan: Mapping[str, Any], code: str) -> bool:
    items = (plan.get("fixed_charges") or {}).values()
    return any(item["add_on_code"] == code and not item["tax_codes"] for item in items)


def _users(change: Delete, situation: Situation, sold: Sold) -> Iterator[str]:
    plans, own = plans_using(change, situation), own_plans_using(change, situation, sold)
    if plans:
        yield listed(plans)
    if own:
        yield overridden(own)
    if situation.audience.own_plans is None and is_some(situation.audience.total):
        yield "overridden plans that have them, which are not known"
