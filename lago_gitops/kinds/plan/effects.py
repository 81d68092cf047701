"""What changes of plans come to: whose bill changes, from when, and what is lost."""

from collections.abc import Iterator
from typing import Any

from lago_gitops.core.model.effects import Effect, EffectClass, Situation, Undo, Weight
from lago_gitops.core.model.plurals import counted
from lago_gitops.core.model.resources import Change, Create, Delete, FieldChange, Update
from lago_gitops.core.model.types import Lock
from lago_gitops.kinds.common_effects import loses_coupons_their_targets

OF_THE_BILL = ("amount_cents", "tax_codes", "minimum_commitment", "charges", "fixed_charges")
NOT_OF_THE_BILL = ("invoice_display_name", "accepts_target_wallet")


def ends_subscriptions(change: Change, situation: Situation) -> Iterator[Effect]:
    """Recorded: dl-plan-used, end-plan-sub, end-count-2."""
    if isinstance(change, Delete):
        active = situation.count(change.live.address, "active")
        pending = situation.count(change.live.address, "pending")
        if active or pending:
            sentence = f"its subscriptions end: {active:,} active, which are invoiced, and {pending:,} pending"
            yield Effect(EffectClass.ENDS_SUBSCRIPTIONS, Weight.DANGER, Undo.IRREVERSIBLE, sentence)


def changes_bills(change: Change, situation: Situation) -> Iterator[Effect]:
    active = _active(change, situation)
    if active and isinstance(change, Update) and any(_is_of_the_bill(one) for one in change.fields):
        sentence = f"the bills of {counted(active, 'subscription')} change"
        yield Effect(EffectClass.CHANGES_BILLS, Weight.WARNING, Undo.LOSSY, f"{sentence}: {_from_when(change)}")


def loses_usage(change: Change, situation: Situation) -> Iterator[Effect]:
    """Invoices look at charges that are there: what a charge has counted goes with it. Recorded: use-ch-del."""
    active = _active(change, situation)
    if not active or not isinstance(change, Update):
        return
    for code in _gone(change):
        verb = "is replaced" if code in change.desired.fields["charges"] else "goes"
        sentence = (
            f"charge {code!r} {verb}: what {counted(active, 'subscription')} used of it this period is never billed"
        )
        yield Effect(EffectClass.LOSES_USAGE, Weight.DANGER, Undo.IRREVERSIBLE, sentence)


def invoices_now(change: Change, situation: Situation) -> Iterator[Effect]:
    """A plan that comes with its fixed charges has those in advance billed at once."""
    active = _active(change, situation)
    if not active or not isinstance(change, Update) or not any(one.keys[0] == "fixed_charges" for one in change.fields):
        return
    if any(one["pay_in_advance"] for one in change.desired.fields["fixed_charges"].values()):
        sentence = f"fixed charges in advance are invoiced to {counted(active, 'subscription')} now"
        yield Effect(EffectClass.INVOICES_NOW, Weight.WARNING, Undo.IRREVERSIBLE, sentence)


def moves_subscribers(change: Change, situation: Situation) -> Iterator[Effect]:
    """Recorded: use-amount, use-count-pending-2."""
    pending = situation.count(_live(change), "pending") if isinstance(change, Update) else 0
    if pending and isinstance(change, Update) and any(one.keys == ("amount_cents",) for one in change.fields):
        sentence = (
            f"of {counted(pending, 'subscription')} that wait to move here, those for whom the new amount is no longer "
            "the lower one move at once and are invoiced"
        )
        yield Effect(EffectClass.MOVES_SUBSCRIBERS, Weight.DANGER, Undo.IRREVERSIBLE, sentence)


def leaves_out(change: Change, situation: Situation) -> Iterator[Effect]:
    """Subscriptions with prices of their own have a plan of their own, which follows only when told to."""
    overridden = situation.count(_live(change), "overridden") if isinstance(change, Update) else 0
    if overridden and not change.desired.options.get(("cascade_updates",)):
        sentence = f"{counted(overridden, 'subscription')} with own prices: not changed (cascade_updates is not set)"
        yield Effect(EffectClass.LEAVES_OUT, Weight.NOTE, Undo.REVERSIBLE, sentence)


def _live(change: Change) -> Any:
    return change.address if isinstance(change, Create) else change.live.address


def _active(change: Change, situation: Situation) -> int:
    return situation.count(_live(change), "active")


def _is_of_the_bill(one: FieldChange) -> bool:
    return one.keys[0] in OF_THE_BILL and one.keys[-1] not in NOT_OF_THE_BILL


def _gone(change: Update) -> tuple[str, ...]:
    """The codes of charges that are deleted, for good or to come again."""
    codes = (
        one.keys[1]
        for one in change.fields
        if one.keys[0] == "charges" and (one.lock is Lock.REPLACE or (len(one.keys) == 2 and one.after is None))
    )
    return tuple(dict.fromkeys(codes))


def _from_when(change: Update) -> str:
    charges = change.desired.fields.get("charges", {})
    touched = {one.keys[1] for one in change.fields if one.keys[0] == "charges" and one.keys[1] in charges}
    advance = any(charges[code]["pay_in_advance"] for code in touched)
    arrears = any(not charges[code]["pay_in_advance"] for code in touched)
    said = ["usage in advance from the next event on"] if advance else []
    said += ["usage of this period, too, that is not invoiced yet"] if arrears else []
    own = any(_is_of_the_bill(one) and one.keys[0] != "charges" for one in change.fields)
    said += ["the rest from the next invoice on"] if own else []
    return "; ".join(said) or "usage of this period, too"


PLAN_EFFECTS = (
    ends_subscriptions,
    changes_bills,
    loses_usage,
    invoices_now,
    moves_subscribers,
    leaves_out,
    loses_coupons_their_targets,
)
