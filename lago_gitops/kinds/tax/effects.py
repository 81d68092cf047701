"""The effects of changes of taxes."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from lago_gitops.core.model.audience import added, is_some
from lago_gitops.core.model.effects import Effect, EffectClass, Hit, Situation, Undo, Weight
from lago_gitops.core.model.plurals import bills_change, counted, listed
from lago_gitops.core.model.references import references
from lago_gitops.core.model.resources import Address, Change, Delete, Update
from lago_gitops.core.model.scalars import plain
from lago_gitops.core.model.timing import Timing
from lago_gitops.kinds.common_effects import everybody, hit_of, number_of, overridden, plans_using
from lago_gitops.kinds.plan.table import PLAN


def burns_its_code(change: Change, _: Situation) -> Iterator[Effect]:
    """Recorded: re-tax-3, dl-tax-recreate."""
    if isinstance(change, Delete):
        sentence = f"no tax can ever be created again under the code {change.address.key!r}"
        yield Effect(EffectClass.CODE_BURNED, Weight.DANGER, Undo.IRREVERSIBLE, sentence)


def is_taken_off(change: Change, situation: Situation) -> Iterator[Effect]:
    """Lago silently removes a deleted tax from everything that has it."""
    if isinstance(change, Delete):
        bearers, own = situation.referrers.get(change.address, ()), _own_plans(change, situation)
        having = (
            *([listed(bearers)] if bearers else ()),
            *([overridden(own)] if own else ()),
            *_customers(change, situation),
            "billing entities",
        )
        sentence = f"it is removed from {', '.join(having)} and draft invoices"
        yield Effect(EffectClass.CASCADES, Weight.DANGER, Undo.IRREVERSIBLE, sentence)


def changes_bills(change: Change, situation: Situation) -> Iterator[Effect]:
    """Who has it on a plan, everybody where a billing entity has it, and customers who have it themselves."""
    match change:
        case Delete() if hit := _hit(change, situation):
            sentence = f"{bills_change(number_of(hit))}: it is removed from all future invoices and from drafts"
            yield Effect(EffectClass.CHANGES_BILLS, Weight.WARNING, Undo.IRREVERSIBLE, sentence, hit, Timing.ALL)
        case Update() if any(one.keys == ("rate",) for one in change.fields):
            hit = _hit(change, situation)
            whose = [counted(number_of(hit), "subscription")] if hit else []
            whose += [f"{customers} with this tax of their own" for customers in _customers(change, situation)]
            if not whose:
                return
            is_one = whose == [counted(1, "subscription")]
            who = bills_change(1) if is_one else f"the bills of {' and of '.join(whose)} change"
            old, new = (plain(Decimal(side.fields["rate"])) for side in (change.live, change.desired))
            sentence = f"{who}: {old}% → {new}% on all invoices from now on, and on drafts"
            yield Effect(EffectClass.CHANGES_BILLS, Weight.WARNING, Undo.REVERSIBLE, sentence, hit, Timing.ALL)
        case _:
            pass


def applies_to_everybody(change: Change, situation: Situation) -> Iterator[Effect]:
    """A flag that is written as the taxes of the default billing entity. Measured on a server: e2e 5."""
    is_on = change.desired.fields.get("applied_to_organization")
    was_on = change.live.fields.get("applied_to_organization") if isinstance(change, Update) else False
    hit = everybody(situation)
    if is_on is None or is_on == was_on or not hit:
        return
    verb = "have it on their invoices" if is_on else "no longer have it"
    sentence = (
        f"customers without taxes of their own {verb}, drafts too: {counted(number_of(hit), 'subscription')} at most"
    )
    yield Effect(EffectClass.CHANGES_BILLS, Weight.WARNING, Undo.REVERSIBLE, sentence, hit, Timing.ALL)


TAX_EFFECTS = (burns_its_code, is_taken_off, changes_bills, applies_to_everybody)


def _customers(change: Delete | Update, situation: Situation) -> tuple[str, ...]:
    """`3 customers`; without a number if they weren't counted, and "" if there are none."""
    number = situation.counts.get(change.live.address, {}).get("customers")
    return ("customers",) if number is None else (counted(number, "customer"),) if number else ()


def _hit(change: Delete | Update, situation: Situation) -> Hit:
    bearers = situation.referrers.get(change.address, ())
    if any(one.kind == "billing_entity" for one in bearers):
        return everybody(situation)
    plans, own = plans_using(change, situation), Counter(_own_plans(change, situation))
    if situation.audience.own_plans is None:
        return hit_of(plans, situation)
    numbers = (
        (one, added((situation.audience.of(one).plain if one in plans else 0, own[one]))) for one in {*plans, *own}
    )
    return tuple(sorted((one, number) for one, number in numbers if is_some(number)))


def _own_plans(change: Delete | Update, situation: Situation) -> tuple[Address, ...]:
    """For each overridden plan that has it, what that plan was copied from; none where they could not be read.

    Lago copies no tax: such a plan has those that the override names.
    """
    tax, own = change.live.address, situation.audience.own_plans or ()
    return tuple(one.plan for one in own if any(target == tax for _, target in references(PLAN.object, one.fields)))
