"""What changes do on a Lago without a licence, which accepts some fields and leaves them out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from lago_gitops.core.comparison.abilities.licence import Gated, gated_values, licensed
from lago_gitops.core.model.effects import Effect, EffectClass, Situation, Undo, Weight
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.resources import Address, Change, Create, Delete, Live, Update


def needs_licence(change: Change, kind: ResourceKind) -> Iterator[Effect]:
    """What a change fills or chooses for the first time that is licensed; for a Lago that may have none."""
    if isinstance(change, Delete):
        return
    before = set(licensed(kind.object, change.live.fields)) if isinstance(change, Update) else set()
    new = [path for path in licensed(kind.object, change.desired.fields) if path not in before]
    if new:
        yield _effect(f"without a licence Lago answers 200 and leaves out {', '.join(new)}")
    chosen = [one for one in gated_values(kind.object, change.desired.fields) if one.is_licensed]
    had = {one.path for one in _gated_before(change, kind)}
    if refused := [f"{one.path} {one.value}" for one in chosen if one.path not in had]:
        sentence = f"without a licence Lago refuses the {kind.name}, for {', '.join(refused)}"
        yield replace(_effect(sentence), weight=Weight.WARNING)


def needs_licence_to_exist(change: Change, situation: Situation, kind: ResourceKind) -> Iterator[Effect]:
    """For one more object than a new Lago without a licence takes; for a Lago that may have none."""
    if is_one_too_many(change, situation.changes, situation.live, kind, lambda _: True):
        sentence = f"without a licence Lago refuses to create another {kind.name}"
        yield replace(_effect(sentence), weight=Weight.WARNING)


def is_one_too_many(
    change: Change,
    changes: Sequence[Change],
    live: Mapping[Address, Live],
    kind: ResourceKind,
    has: Callable[[str], bool],
) -> bool:
    """Whether a Lago without a licence, with what came with some releases, refuses to create it."""
    if kind.gate is None or not isinstance(change, Create) or (kind.gate.until and has(kind.gate.until)):
        return False
    created = [one.address for one in changes if isinstance(one, Create) and one.address.kind == kind.name]
    there = sum(address.kind == kind.name for address in live)
    return there + created.index(change.address) >= kind.gate.free


def _gated_before(change: Create | Update, kind: ResourceKind) -> Iterator[Gated]:
    if isinstance(change, Update):
        yield from (one for one in gated_values(kind.object, change.live.fields) if one.is_licensed)


def lacks_licence(paths: Sequence[str]) -> Iterator[Effect]:
    """One effect for the fields of a changed resource that are not sent, since this Lago would leave them out."""
    if paths:
        yield _effect(f"this Lago has no licence and would leave out {', '.join(paths)}: not sent")


def _effect(sentence: str) -> Effect:
    return Effect(EffectClass.NEEDS_LICENCE, Weight.NOTE, Undo.REVERSIBLE, sentence)
