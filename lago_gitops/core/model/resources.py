"""The values that the stages hand on: what is wanted, what is there, what has to change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from lago_gitops.core.model.problem import Mark
from lago_gitops.core.model.types import Json, Lock, Object

_PATHS_KEPT = 1_024


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """The name of a resource in the manifests: its kind and its code (a webhook endpoint's URL)."""

    kind: str
    key: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.key}" if self.key else self.kind


@dataclass(frozen=True, slots=True)
class Desired:
    """One manifest in canonical form. `fields` holds no key for what is left to others (`only_if_given`)."""

    address: Address
    fields: Mapping[str, Any]
    mark: Mark
    absent: bool = False
    previously: tuple[str, ...] = ()
    protect: bool = False
    ignore: tuple[str, ...] = ()
    options: Mapping[tuple[Any, ...], Json] = field(default_factory=dict)  # write-only fields, by the way to them


@dataclass(frozen=True, slots=True)
class Live:
    """One object as Lago has it.

    `data` is in manifest form, in the server's order; `ids` are the ids of nested items by collection and identity.
    """

    address: Address
    lago_id: str
    fields: Mapping[str, Any]
    data: Mapping[str, Json]
    ids: Mapping[tuple[str, Any], str] = field(default_factory=dict)
    created_at: str = ""  # as Lago writes it: ISO 8601 in UTC, to the second
    pending_deletion: bool = False
    is_default: bool = False  # of its kind the one of which others show facts


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One value that differs. In a keyed list an item that is new has `before` None, one that goes has `after` None.

    `keys` leads to the value in the canonical fields, `path` is the same in words. Of a whole item, `item` and `scope`
    say how a manifest would have it.
    """

    keys: tuple[Any, ...]
    path: tuple[str, ...]
    before: Any
    after: Any
    lock: Lock = Lock.FREE
    licence: bool = False  # a Lago without one leaves it out
    item: Object | None = field(default=None, compare=False, repr=False)
    scope: tuple[Mapping[str, Any], ...] = field(default=(), compare=False, repr=False)

    @property
    def where(self) -> str:
        """The path as one text: `charges.api_requests.graduated_ranges[10001–∞].per_unit_amount`."""
        return _joined(self.path)


def joined(path: Sequence[str]) -> str:
    """Parts of a path as one text: a dot before each that doesn't start with a bracket; empty ones don't count."""
    return "".join(part if part.startswith("[") else f".{part}" for part in path if part).removeprefix(".")


_joined = lru_cache(_PATHS_KEPT)(joined)  # each is asked for by all that tell of the field


@dataclass(frozen=True, slots=True)
class Create:
    desired: Desired

    @property
    def address(self) -> Address:
        return self.desired.address


@dataclass(frozen=True, slots=True)
class Update:
    """`live` has the old code where the change is a rename."""

    desired: Desired
    live: Live
    fields: tuple[FieldChange, ...]

    @property
    def address(self) -> Address:
        return self.desired.address


@dataclass(frozen=True, slots=True)
class Delete:
    desired: Desired  # the tombstone
    live: Live

    @property
    def address(self) -> Address:
        return self.live.address


Change = Create | Update | Delete


@dataclass(frozen=True, slots=True)
class Refusal:
    """A change that is not made because it would not do what it says, or may not be done."""

    address: Address
    mark: Mark
    message: str
    ways_out: tuple[str, ...] = ()
