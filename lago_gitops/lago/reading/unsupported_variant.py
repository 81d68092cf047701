"""Kinds that an organization may create as another product type, which its own fields don't reveal."""

from collections.abc import Iterable
from contextlib import suppress

from lago_gitops.core.comparison.abilities.server import NEWEST, Server
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.resources import Change, Create
from lago_gitops.lago.client import Reader
from lago_gitops.lago.errors import Answered


def unsupported_variants(
    reader: Reader, changes: Iterable[Change], kinds: Iterable[ResourceKind], server: Server
) -> frozenset[str]:
    """The names of such kinds among those to be created: one request each, only on new releases."""
    created = {one.address.kind for one in changes if isinstance(one, Create)} if server.at_most >= NEWEST else set()
    sorts = set()
    for kind in kinds:
        if kind.variant_list and kind.name in created:
            with suppress(Answered):  # unknown if the key can't read it
                sorts |= {kind.name} if reader.has_any(kind.variant_list) else set()
    return frozenset(sorts)
