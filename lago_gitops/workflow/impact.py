"""What a plan does to the bills of typical customers."""

from collections.abc import Mapping
from typing import Any, Final

from lago_gitops.bills.price_list import PriceList, price_list
from lago_gitops.bills.profiles.impact import Markets, profile_impact
from lago_gitops.bills.profiles.profile import Profile
from lago_gitops.core.comparison.pulling.export import manifest_form
from lago_gitops.core.model.resources import Address, Delete, Update
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.kinds import KINDS
from lago_gitops.pricing.base.rules import rules_of
from lago_gitops.workflow.base import BaseRevision
from lago_gitops.workflow.plan import Planned

Document = dict[str, Any]
Manifests = Mapping[Address, Manifest]
_SOURCE: Final = "Lago"


def impact_on_profiles(
    planned: Planned, profiles: tuple[Profile, ...], candidates: Mapping[str, BaseRevision] | None = None
) -> Document:
    """The part of a plan's impact that is about profiles: nothing where there are none.

    `candidates`: manifests that could be applied instead, by their name.
    """
    return {"profiles": profile_impact(profiles, markets(planned, candidates or {}))} if profiles else {}


def markets(planned: Planned, candidates: Mapping[str, BaseRevision]) -> Markets:
    """The price lists before and after the plan, as the server bills; in order of codes, since Lago's own order is
    that in which plans happened to be created."""
    server = planned.inventory.server
    before = {address: _manifest(address, one.fields) for address, one in sorted(planned.inventory.live.items())}
    renamed = {
        one.address.key: one.live.address.key
        for one in planned.plan.changes
        if isinstance(one, Update) and KINDS[one.address.kind].shows_prices(one)
    }
    return Markets(
        before=price_list(before),
        after=price_list(_after(planned, before)),
        rules=rules_of(server.version, licensed=server.licence is not False),
        candidates={name: _with_manifests(before, one) for name, one in candidates.items()},
        renamed=renamed,
    )


def _after(planned: Planned, before: Manifests) -> Manifests:
    after = dict(before)
    for change in planned.plan.changes:
        if isinstance(change, Update | Delete):
            after.pop(change.live.address, None)
        if not isinstance(change, Delete):
            after[change.address] = _manifest(change.address, change.desired.fields)
    return dict(sorted(after.items()))


def _with_manifests(before: Manifests, there: BaseRevision) -> PriceList:
    """What the organization would have with the manifests of a revision: what they don't describe stays."""
    after = dict(before)
    for address, one in there.manifests.items():
        for code in (address.key, *one.previously):
            after.pop(Address(address.kind, code), None)
        if not one.absent:
            after[address] = _manifest(address, one.fields)
    return price_list(after)


def _manifest(address: Address, fields: Mapping[str, Any]) -> Manifest:
    kind = KINDS[address.kind]
    return Manifest(_SOURCE, {"kind": kind.name, **manifest_form(kind.object, fields)})
