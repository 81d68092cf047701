"""What somebody else manages has to be there: manifests refer to it."""

from collections.abc import Iterable, Iterator, Mapping

from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.problem import Mark, Problem
from lago_gitops.core.model.references import references
from lago_gitops.core.model.resources import Address, Desired, Live
from lago_gitops.core.model.suggestions import closest

RULE = "external"


def referred_external(
    wanted: Iterable[Desired], external: Mapping[Address, Mark], kinds: Mapping[str, ResourceKind]
) -> Mapping[Address, Mark]:
    """What of it some manifests refer to."""
    targets = {target for one in wanted for _, target in references(kinds[one.address.kind].object, one.fields)}
    return {address: mark for address, mark in external.items() if address in targets}


def missing_external(
    external: Mapping[Address, Mark], live: Mapping[Address, Live], unavailable: Mapping[str, tuple[str, str]]
) -> Iterator[Problem]:
    """A problem for each external resource that Lago doesn't have, or that can't be looked up: `unavailable` says of a
    kind why not, and what would help."""
    for address, mark in external.items():
        found = live.get(address)
        if found is None and address.kind in unavailable:
            why, way_out = unavailable[address.kind]
            message = f"can't find out whether {address} exists: {why}"
            yield Problem(mark, message, f"{way_out}, or remove it from `external`", RULE)
        elif found is None:
            codes = sorted(there.key for there in live if there.kind == address.kind)
            hint = closest(address.key, codes) or "whoever manages it has to create it; or remove it from `external`"
            yield Problem(mark, f"{address} is external and doesn't exist in Lago", hint, RULE)
        elif found.pending_deletion:
            yield Problem(mark, f"{address} is external and Lago is deleting it", "remove what refers to it", RULE)
