"""What differs between two organizations, and whether their manifests say so."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.compare import Kinds, needed_update
from lago_gitops.core.model.problem import Mark
from lago_gitops.core.model.resources import Address, Change, Create, Delete, Desired, FieldChange, Live

Wanted = Mapping[Address, Desired]
There = Mapping[Address, Live]


class Lack(StrEnum):
    """Which of the two lacks a resource."""

    HERE = "here"
    THERE = "there"


@dataclass(frozen=True, slots=True)
class Contrast:
    """One value that differs: `before` is there, `after` is here. `is_meant`: it differs in the manifests, too."""

    field: FieldChange
    is_meant: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """One resource that is not the same in both: one lacks it, or `fields` say in what."""

    address: Address
    lack: Lack | None
    is_meant: bool  # all of it
    fields: tuple[Contrast, ...] = ()


@dataclass(frozen=True, slots=True)
class BothSides:
    """Two organizations, or the manifests of two."""

    here: Wanted
    there: There


def standing(live: There, manifests: Wanted) -> Wanted:
    """What an organization has, as if it were wanted; what a manifest leaves to somebody else is left out."""
    return {address: _standing(one, manifests.get(address)) for address, one in live.items()}


def once_applied(there: Wanted, changes: Iterable[Change]) -> Wanted:
    """What it has when the changes are made."""
    made = tuple(changes)
    gone = {change.live.address for change in made if not isinstance(change, Create)}
    kept = {address: one for address, one in there.items() if address not in gone}
    return kept | {change.address: change.desired for change in made if not isinstance(change, Delete)}


def compared_parts(live: There, described: Collection[Address], kinds: Kinds) -> There:
    """Without what Lago is about to delete, and without what every organization has from the start, unless a manifest
    describes it: that one has another name than the other is no difference in prices."""
    return {
        address: one
        for address, one in live.items()
        if not one.pending_deletion and (address in described or not (one.is_default or kinds[address.kind].fixed))
    }


def differences(live: BothSides, manifests: BothSides, kinds: Kinds, server: Server) -> tuple[Difference, ...]:
    """Every resource that is not the same in both, by address.

    `server` is the older of the two: what it doesn't know can't be compared.
    """
    return tuple(_differences(live, manifests, kinds, server))


def _standing(one: Live, manifest: Desired | None) -> Desired:
    if manifest is None or manifest.absent:
        return Desired(one.address, one.fields, Mark(""))
    managed = {name: value for name, value in one.fields.items() if name in manifest.fields}
    return Desired(one.address, managed, manifest.mark, ignore=manifest.ignore)


def _differences(live: BothSides, manifests: BothSides, kinds: Kinds, server: Server) -> Iterator[Difference]:
    for address in sorted(live.here.keys() | live.there.keys()):
        lack = _lack(live, address)
        if lack is not None:
            yield Difference(address, lack, is_meant=lack is _lack(manifests, address))
            continue
        meant = _fields(manifests, address, kinds, server)
        fields = tuple(Contrast(one, one in meant) for one in _fields(live, address, kinds, server))
        if fields:
            yield Difference(address, None, all(one.is_meant for one in fields), fields)


def _lack(pair: BothSides, address: Address) -> Lack | None:
    """None where both have it, or neither has."""
    here, there = address in pair.here, address in pair.there
    return None if here is there else Lack.THERE if here else Lack.HERE


def _fields(pair: BothSides, address: Address, kinds: Kinds, server: Server) -> tuple[FieldChange, ...]:
    here, there = pair.here.get(address), pair.there.get(address)
    changed = None if here is None or there is None else needed_update(here, there, kinds[address.kind], server)
    return () if changed is None else changed.fields
