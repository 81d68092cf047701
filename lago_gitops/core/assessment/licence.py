"""Fields that a Lago without a licence accepts and leaves out."""

from collections.abc import Iterator, Mapping
from typing import Any

from lago_gitops.core.model.canonical import Scope, canonical_value
from lago_gitops.core.model.effects import Effect, EffectClass, Undo, Weight
from lago_gitops.core.model.field_walk import inside
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.resources import Change, Delete, Update, joined
from lago_gitops.core.model.types import Object, Variant


def needs_licence(change: Change, kind: ResourceKind) -> Iterator[Effect]:
    """One effect for the licensed fields that the change fills for the first time."""
    if isinstance(change, Delete):
        return
    before = set(licensed(kind.object, change.live.fields)) if isinstance(change, Update) else set()
    new = [path for path in licensed(kind.object, change.desired.fields) if path not in before]
    if new:
        sentence = f"without a licence Lago answers 200 and leaves out {', '.join(new)}"
        yield Effect(EffectClass.NEEDS_LICENCE, Weight.NOTE, Undo.REVERSIBLE, sentence)


def licensed(object_: Object, fields: Mapping[str, Any], outer: Scope = (), path: str = "") -> Iterator[str]:
    """The paths of licensed fields that have another value than their default."""
    scope = (fields, *outer)
    for field in object_.fields:
        value = fields.get(field.name)
        if value is None or value == canonical_value(field.type, field.default, scope):
            continue
        here = joined((path, field.name))
        if field.licence:
            yield here
            continue
        deeper = path if isinstance(field.type, Variant) else here
        for inner, item, label in inside(field.type, value, scope):
            yield from licensed(inner, item, scope, joined((deeper, label)))
