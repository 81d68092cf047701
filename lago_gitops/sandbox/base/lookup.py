"""Finds the object that a request names, or refuses the request."""

from typing import Any

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import not_found
from lago_gitops.sandbox.base.storage.store import Kind
from lago_gitops.sandbox.base.world import World


def with_id(world: World, kind: Kind, id_: Any) -> Doc:
    """The object that isn't deleted. Raises RefusedError (404 of the kind) if there is none."""
    return _found(kind, world.store.get(kind, id_))


def with_code(world: World, kind: Kind, code: str, parent: str | None = None) -> Doc:
    """The object that isn't deleted, within its parent if it has one. Raises RefusedError (404 of the kind)."""
    return _found(kind, world.store.by_code(kind, code, parent))


def oldest(world: World, kind: Kind) -> Doc:
    """The oldest that isn't deleted. Raises RefusedError (404 of the kind) if there is none."""
    return _found(kind, world.store.first(kind))


def _found(kind: Kind, doc: Doc | None) -> Doc:
    if doc is None:
        raise not_found(kind.name)
    return doc
