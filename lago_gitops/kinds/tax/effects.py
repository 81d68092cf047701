"""What changes of taxes come to."""

from collections.abc import Iterator

from lago_gitops.core.model.effects import Effect, EffectClass, Situation, Undo, Weight, listed
from lago_gitops.core.model.resources import Change, Delete, Update


def burns_its_code(change: Change, _: Situation) -> Iterator[Effect]:
    """Recorded: re-tax-3, dl-tax-recreate."""
    if isinstance(change, Delete):
        sentence = f"no tax can ever be made again under the code {change.address.key!r}"
        yield Effect(EffectClass.CODE_BURNED, Weight.DANGER, Undo.IRREVERSIBLE, sentence)


def is_taken_off(change: Change, situation: Situation) -> Iterator[Effect]:
    """Lago takes a deleted tax off everything that has it, without a word."""
    if isinstance(change, Delete):
        bearers = situation.referrers.get(change.live.address, ())
        what = f"it is taken off {listed(bearers)}, " if bearers else "it is taken off "
        sentence = f"{what}customers, billing entities and draft invoices"
        yield Effect(EffectClass.CASCADES, Weight.DANGER, Undo.IRREVERSIBLE, sentence)


def changes_bills(change: Change, _: Situation) -> Iterator[Effect]:
    if isinstance(change, Update) and any(one.keys == ("rate",) for one in change.fields):
        sentence = "draft invoices and all invoices from now on have the new rate"
        yield Effect(EffectClass.CHANGES_BILLS, Weight.WARNING, Undo.LOSSY, sentence)


TAX_EFFECTS = (burns_its_code, is_taken_off, changes_bills)
