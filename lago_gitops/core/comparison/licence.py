"""What a manifest says that a Lago without a licence accepts and leaves out."""

from collections.abc import Iterator, Mapping
from typing import Any

from lago_gitops.core.model.canonical import Scope, canonical_value
from lago_gitops.core.model.field_walk import inside
from lago_gitops.core.model.resources import joined
from lago_gitops.core.model.types import Object, Variant


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
