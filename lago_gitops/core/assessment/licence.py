"""What changes come to on a Lago without a licence, which accepts some fields and leaves them out."""

from collections.abc import Iterator, Sequence

from lago_gitops.core.comparison.licence import licensed
from lago_gitops.core.model.effects import Effect, EffectClass, Undo, Weight
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.resources import Change, Delete, Update


def needs_licence(change: Change, kind: ResourceKind) -> Iterator[Effect]:
    """One effect for the licensed fields that the change fills for the first time; for a Lago that may have none."""
    if isinstance(change, Delete):
        return
    before = set(licensed(kind.object, change.live.fields)) if isinstance(change, Update) else set()
    new = [path for path in licensed(kind.object, change.desired.fields) if path not in before]
    if new:
        yield _effect(f"without a licence Lago answers 200 and leaves out {', '.join(new)}")


def lacks_licence(paths: Sequence[str]) -> Iterator[Effect]:
    """One effect for the fields of a changed resource that are not sent, since this Lago would leave them out."""
    if paths:
        yield _effect(f"this Lago has no licence and would leave out {', '.join(paths)}: not sent")


def _effect(sentence: str) -> Effect:
    return Effect(EffectClass.NEEDS_LICENCE, Weight.NOTE, Undo.REVERSIBLE, sentence)
