"""A manifest as a value to compare and to send."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from lago_gitops.core.model.canonical import canonical, keys_of
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.resources import Desired
from lago_gitops.core.model.types import Field, Json, Keyed, Object
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.validate import is_tombstone


def desired(manifest: Manifest, kind: ResourceKind) -> Desired:
    """What a manifest without problems asks for."""
    data = manifest.data
    absent = is_tombstone(manifest)
    return Desired(
        address=kind.address(data),
        fields={} if absent else canonical(kind.object, data),
        mark=manifest.mark(),
        absent=absent,
        previously=tuple(data.get("previously") or ()),
        protect=bool(data.get("protect")),
        ignore=tuple(data.get("ignore") or ()),
        options={} if absent else dict(_options(kind.object, data)),
    )


def _options(
    object_: Object, data: Mapping[str, Any], keys: tuple[Any, ...] = ()
) -> Iterator[tuple[tuple[Any, ...], Json]]:
    """What tells Lago how to write, by its path: it is sent, and never read back."""
    for field in _leading_to_options(object_):
        value = data.get(field.name)
        if value is None:
            continue
        if isinstance(field.type, Keyed):
            for key, item in zip(keys_of(field.type, value, (data,)), value, strict=True):
                yield from _options(field.type.item, item, (*keys, field.name, key))
        else:
            yield (*keys, field.name), value


@cache
def _leading_to_options(object_: Object) -> tuple[Field, ...]:
    """The fields that tell how to write, or have items that do."""
    return tuple(
        field
        for field in object_.fields
        if field.write_only or (isinstance(field.type, Keyed) and _leading_to_options(field.type.item))
    )
