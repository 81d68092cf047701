"""What changes of plans do to subscriptions: they end, move, stay, or are left out; and what they are entitled to."""

from collections.abc import Iterator, Mapping
from typing import Any

from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.model.audience import Move, Number, Subscribers, is_some
from lago_gitops.core.model.effects import Effect, EffectClass, Hit, Situation, Undo, Weight
from lago_gitops.core.model.plurals import counted, listed
from lago_gitops.core.model.resources import Address, Change, Create, Delete, FieldChange, Refusal, Update
from lago_gitops.core.model.timing import Timing
from lago_gitops.kinds.common_effects import loses_coupons_their_targets
from lago_gitops.kinds.plan.bill_effects import OF_PRICES, bills_twice, changes_bills, invoices_now, loses_usage
from lago_gitops.kinds.plan.entitlement_rules import misfit
from lago_gitops.kinds.plan.server_rules import fixed_charges_are_billed
from lago_gitops.kinds.plan.subscribers import Subscribed

A_YEAR = {"weekly": 52, "monthly": 12, "quarterly": 4, "semiannual": 2, "yearly": 1}
VALUES_SHOWN = 5


def ends_subscriptions(change: Change, situation: Situation) -> Iterator[Effect]:
    """Overridden ones too. Recorded: dl-plan-used, end-plan-sub, end-count-2."""
    if not isinstance(change, Delete):
        return
    subscribers = situation.audience.of(change.live.address)
    if is_some(subscribers.all):
        sentence = f"deleting it ends {_ended(subscribers)}"
        hit: Hit = ((change.live.address, subscribers.all),)
        yield Effect(EffectClass.ENDS_SUBSCRIPTIONS, Weight.DANGER, Undo.IRREVERSIBLE, sentence, hit, Timing.ENDS)


def moves_subscribers(change: Change, situation: Situation) -> Iterator[Effect]:
    """Who waits to move here moves at once when this fee is no longer the lower one. Recorded: use-amount."""
    for new in _with_new_fee(change):
        moves = situation.audience.moves_to(new.address)
        number = None if moves is None else sum(_moves_now(move, new, situation) for move in moves)
        if _are_some(number, situation.audience.of(new.live.address).pending):
            sentence = (
                f"pending moves of {counted(number, 'subscription')} to this plan happen immediately, and are "
                f"invoiced: the new fee is not lower than what they pay"
            )
            yield _of_a_new_fee(EffectClass.MOVES_SUBSCRIBERS, Weight.DANGER, sentence, new, number)


def cancels_downgrades(change: Change, situation: Situation) -> Iterator[Effect]:
    """Who waits to move away to what is now the dearer plan stays. Measured on a server: e2e 7."""
    for new in _with_new_fee(change):
        moves = situation.audience.moves_from(new.address)
        number = None if moves is None else sum(_stays(move, new, situation) for move in moves)
        if _are_some(number, situation.audience.of(new.live.address).active):
            sentence = (
                f"pending moves of {counted(number, 'subscription')} to a cheaper plan are canceled: with the new "
                f"fee, that plan is the more expensive one"
            )
            yield _of_a_new_fee(EffectClass.CANCELS_DOWNGRADES, Weight.WARNING, sentence, new, number)


def changes_entitlements(change: Change, situation: Situation) -> Iterator[Effect]:
    """At once, of overridden subscriptions too. Measured on a server: thresholds/ent."""
    if not isinstance(change, Update):
        return
    active = situation.audience.of(change.live.address).active
    changes = [one for one in change.fields if one.keys[0] == "entitlements"]
    if changes and is_some(active):
        said = listed(map(_granted, changes), VALUES_SHOWN)
        sentence = f"the entitlements of {counted(active, 'subscription')} change immediately: {said}"
        weight = Weight.WARNING if any(map(_is_less, changes)) else Weight.NOTE
        hit: Hit = ((change.live.address, active),)
        yield Effect(EffectClass.CHANGES_ENTITLEMENTS, weight, Undo.REVERSIBLE, sentence, hit, Timing.AT_ONCE)


def leaves_out(change: Change, situation: Situation) -> Iterator[Effect]:
    """Overridden subscriptions have a plan of their own, which follows only when told to."""
    if not isinstance(change, Update):
        return
    of = Subscribed(change, situation)
    own = of.subscribers.own
    if of.follows or not is_some(own) or not is_some(of.subscribers.active):
        return
    if any(each.line.timing in OF_PRICES for each in of.reached):
        who = "overridden subscriptions, which Lago before 1.39 can't tell apart,"
        who = who if own is None else counted(own, "overridden subscription")
        sentence = f"the prices of {who} stay{_taken_by_others(of)}: cascade_updates is not set"
        yield Effect(EffectClass.LEAVES_OUT, Weight.NOTE, Undo.REVERSIBLE, sentence, ((of.plan, own),))


def restored_values_fit(change: Change, situation: Situation) -> Iterator[Refusal]:
    """Ignored values are set again after their privilege was replaced, and may no longer be valid."""
    if not isinstance(change, Update):
        return
    for one in change.fields:
        if one.keys[0] != "entitlements" or len(one.keys) != 3 or one.after is None:
            continue
        address = Address("feature", one.keys[1])
        privileges = situation.after(address)["privileges"] if address in situation.live else {}
        if one.keys[2] in privileges and (words := misfit(one.after, privileges[one.keys[2]])):
            message = f"{one.where} is {_value(one.after)} in Lago, but the privilege will only accept {words}"
            ways = ("remove its path from `ignore`, and write the value", "keep the privilege as it is")
            yield Refusal(change.address, change.desired.mark, message, ways)


def bills_no_fixed_charges(change: Change, situation: Situation) -> Iterator[Effect]:
    """By an older Lago."""
    if isinstance(change, Delete):
        return
    if isinstance(change, Create) or any(one.keys[0] == "fixed_charges" for one in change.fields):
        has = Server(situation.version).has
        for problem in fixed_charges_are_billed(change.desired.fields, has):
            yield Effect(EffectClass.LEAVES_OUT, Weight.WARNING, Undo.REVERSIBLE, problem.message)


PLAN_EFFECTS = (
    ends_subscriptions,
    changes_bills,
    loses_usage,
    bills_twice,
    invoices_now,
    moves_subscribers,
    cancels_downgrades,
    changes_entitlements,
    leaves_out,
    bills_no_fixed_charges,
    restored_values_fit,
    loses_coupons_their_targets,
)


def _ended(subscribers: Subscribers) -> str:
    """Who, and how each sort ends; no verb follows a number, so that one sentence holds of one and of many."""
    own = f" ({subscribers.own:,} overridden)" if subscribers.own else ""
    active, pending = subscribers.active, subscribers.pending
    if active is None or pending is None:
        return f"{counted(None, 'subscription')}: active ones with an invoice at once, pending ones before they start"
    if not pending:
        return f"{counted(active, 'subscription')}{own}: with an invoice at once"
    if not active:
        return f"{counted(pending, 'pending subscription')} before their start"
    how = f"{active:,} active{own}, with an invoice at once, and {pending:,} pending, before their start"
    return f"{counted(active + pending, 'subscription')}: {how}"


def _with_new_fee(change: Change) -> Iterator[Update]:
    if isinstance(change, Update) and any(one.keys == ("amount_cents",) for one in change.fields):
        yield change


def _of_a_new_fee(class_: EffectClass, weight: Weight, sentence: str, change: Update, number: Number) -> Effect:
    return Effect(class_, weight, Undo.IRREVERSIBLE, sentence, ((change.address, number),), Timing.MOVES_NOW)


def _are_some(number: Number, possible: Number) -> bool:
    """Whether a move is concerned; where they aren't known one by one, whether one can be."""
    return is_some(possible) if number is None else number > 0


def _moves_now(move: Move, change: Update, situation: Situation) -> bool:
    return _yearly(change.desired.fields) >= _old_fee(move, situation)


def _stays(move: Move, change: Update, situation: Situation) -> bool:
    return _new_fee(move, situation) > _yearly(change.desired.fields)


def _old_fee(move: Move, situation: Situation) -> int:
    fields = situation.after(move.old)
    return _yearly({**fields, "amount_cents": move.fee_cents} if move.fee_cents is not None else fields)


def _new_fee(move: Move, situation: Situation) -> int:
    return _yearly(situation.after(move.new)) if move.new in situation.live else 0


def _yearly(plan: Mapping[str, Any]) -> int:
    """Nothing for a plan of Lago's product catalogue, which can have neither."""
    return int(plan["amount_cents"] or 0) * A_YEAR.get(plan["interval"], 0)


def _granted(change: FieldChange) -> str:
    name = change.where.removeprefix("entitlements.")
    if len(change.keys) == 2:
        return f"{name} {'is removed' if change.after is None else 'is added'}"
    return f"{name} {_value(change.before)} → {_value(change.after)}"


def _value(value: Any) -> str:
    return "none" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _is_less(change: FieldChange) -> bool:
    if change.after is None or change.before is None:
        return change.after is None
    try:
        return float(change.after) < float(change.before)
    except ValueError:
        return True  # texts have no order


def _taken_by_others(of: Subscribed) -> str:
    """What other changes of the run take from overridden plans, whatever the flag says."""
    copies = of.situation.audience.copies_of(of.plan)
    fields = [of.change.live.fields] if copies is None else [one.fields for one in copies]
    used = (address for each in fields for address in _used(each))
    takers = [one.address for one in of.situation.changes_of(used) if _takes(one)]
    return f", except for what the change of {listed(takers)} takes from them" if takers else ""


def _takes(change: Update | Delete) -> bool:
    """Whether Lago takes charges, filters (a metric's) or taxes from the plans that use it of its own accord."""
    if isinstance(change, Delete):
        return True
    return any(one.keys[0] == "filters" for one in change.fields)


def _used(fields: Mapping[str, Any]) -> Iterator[Address]:
    """What a plan bills, and its taxes."""
    charges, fixed = (fields[name].values() for name in ("charges", "fixed_charges"))
    yield from (Address("billable_metric", one["billable_metric_code"]) for one in charges)
    yield from (Address("add_on", one["add_on_code"]) for one in fixed)
    for one in (fields, fields.get("minimum_commitment") or {}, *charges, *fixed):
        yield from (Address("tax", code) for code in one.get("tax_codes") or ())
