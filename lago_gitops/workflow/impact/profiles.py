"""A plan's impact on the bills of typical customers."""

from collections.abc import Mapping
from typing import Any, Final

from lago_gitops.bills.price_list import PriceList, price_list
from lago_gitops.bills.profiles.impact import Markets, profile_impact
from lago_gitops.bills.profiles.profile import Profile
from lago_gitops.core.comparison.pulling.export import manifest_form
from lago_gitops.core.model.resources import Address, Delete, Desired, Update
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.kinds import KINDS
from lago_gitops.pricing.base.rules import rules_of
from lago_gitops.workflow.changes.plan import Planned
from lago_gitops.workflow.manifests.revisions import BaseRevision

Document = dict[str, Any]
Manifests = Mapping[Address, Manifest]
_SOURCE: Final = "Lago"


def impact_on_profiles(
    planned: Planned, profiles: tuple[Profile, ...], candidates: Mapping[str, BaseRevision] | None = None
) -> Document:
    """The profiles part of a plan's impact; empty if there are no profiles.

    `candidates`: manifests that could be applied instead, by name.
    """
    return {"profiles": profile_impact(profiles, markets(planned, candidates or {}))} if profiles else {}


def markets(planned: Planned, candidates: Mapping[str, BaseRevision]) -> Markets:
    """The price lists before and after the plan, by the server's rules; ordered by code, since Lago's own order is
    the order of creation."""
    server = planned.inventory.server
    form = _written if _stands_in(planned) else _manifest
    before = {address: form(address, one.fields) for address, one in sorted(planned.inventory.live.items())}
    renamed = {
        one.address.key: one.live.address.key
        for one in planned.plan.changes
        if isinstance(one, Update) and KINDS[one.address.kind].shows_prices(one)
    }
    return Markets(
        before=price_list(before),
        after=price_list(_after(planned, before)),
        rules=rules_of(server.at_most, licensed=server.licence is not False),
        candidates={name: _with_manifests(before, one) for name, one in candidates.items()},
        renamed=renamed,
    )


def _after(planned: Planned, before: Manifests) -> Manifests:
    after = dict(before)
    for change in planned.plan.changes:
        if isinstance(change, Update | Delete):
            after.pop(change.live.address, None)
        if not isinstance(change, Delete):
            after[change.address] = _written(change.address, change.desired.fields)
    for change in planned.plan.changes:
        after |= _listed(change.desired, planned, after)
    return dict(sorted(after.items()))


def _listed(wanted: Desired, planned: Planned, after: Manifests) -> Manifests:
    """The default resource with or without a reference to another one that determines it, such as a tax for all
    customers."""
    changed = dict[Address, Manifest]()
    for field in KINDS[wanted.address.kind].fields:
        applies = wanted.fields.get(field.name)
        if field.same_as is None or not isinstance(applies, bool):
            continue
        kind, name = field.same_as
        for one in planned.inventory.live.values():
            if one.is_default and one.address.kind == kind and one.address in after:
                data = after[one.address].data
                others = [code for code in data.get(name) or () if code != wanted.address.key]
                listed = [*others, wanted.address.key] if applies else others
                changed[one.address] = Manifest(_SOURCE, {**data, name: listed})
    return changed


def _with_manifests(before: Manifests, there: BaseRevision) -> PriceList:
    """What the organization would have with the manifests of a revision; everything else stays the same."""
    after = dict(before)
    for address, manifest in there.manifests.items():
        for code in (address.key, *manifest.previously):
            after.pop(Address(address.kind, code), None)
        if not manifest.absent:
            after[address] = _written(address, manifest.fields)
    return price_list(after)


def _stands_in(planned: Planned) -> bool:
    """Whether manifests of another revision are used instead of Lago."""
    return planned.plan.attribution is not None and planned.plan.attribution.stands_in


def _written(address: Address, fields: Mapping[str, Any]) -> Manifest:
    """With facts stated by other resources, such as who has a tax, for changes and where nothing else says it."""
    names = (field.name for field in KINDS[address.kind].fields if field.only_if_given)
    stated = {name: fields[name] for name in names if name in fields}
    return Manifest(_SOURCE, {**_manifest(address, fields).data, **stated})


def _manifest(address: Address, fields: Mapping[str, Any]) -> Manifest:
    kind = KINDS[address.kind]
    return Manifest(_SOURCE, {"kind": kind.name, **manifest_form(kind.object, fields)})
