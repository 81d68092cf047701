"""The organization as manifests."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lago_gitops.access import Access
from lago_gitops.core.comparison.export import manifest_data
from lago_gitops.core.model.problem import Mark, Problem, Severity
from lago_gitops.core.model.references import references
from lago_gitops.core.model.resources import Address, Live
from lago_gitops.core.plan import Organization
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.schema_errors import Shapes
from lago_gitops.core.validation.validate import External, address_of, check
from lago_gitops.kinds import KINDS
from lago_gitops.lago.client import Reader
from lago_gitops.project import Environment
from lago_gitops.workflow.organization import read_organization

NOWHERE = External()
_SHAPES = Shapes(KINDS.values())


@dataclass(frozen=True, slots=True)
class Sayable:
    """Manifests that can be, each with its address for source; and why the others can't, in marks with addresses.

    `unsaid` are those of the others that manifests refer to, each with one that does.
    """

    manifests: tuple[Manifest, ...]
    left_out: tuple[Problem, ...]
    unsaid: Mapping[Address, Address]

    def reason(self, address: Address) -> str:
        """Why there can be no such manifest; empty where there can."""
        return next((problem.message for problem in self.left_out if problem.mark.source == str(address)), "")


@dataclass(frozen=True, slots=True)
class Pulled:
    """Manifests of all that is there and not external. `left_out` says of each other object why no manifest can
    hold it; `unsaid` are those of them that manifests refer to: they have to be named as external."""

    organization: Organization
    manifests: tuple[Manifest, ...]
    left_out: tuple[Problem, ...]
    unsaid: Mapping[Address, Address]


def pull_organization(environment: Environment, client: Reader, access: Access, external: External = NOWHERE) -> Pulled:
    """The live organization as manifests. Raises LagoError, ForeignOrganizationError."""
    found = read_organization(client, access, environment)
    there = {address: one for address, one in found.live.items() if not one.pending_deletion}
    wanted = (one for one in there.values() if not KINDS[one.address.kind].fixed)
    said = sayable((exported(one) for one in wanted if one.address not in external.addresses), (), there, external)
    return Pulled(found.organization, said.manifests, said.left_out, said.unsaid)


def exported(one: Live) -> Manifest:
    """The manifest of a live object, with its address for source."""
    return Manifest(str(one.address), manifest_data(KINDS[one.address.kind], one))


def sayable(
    candidates: Iterable[Manifest], written: Iterable[Manifest], there: Iterable[Address], external: External
) -> Sayable:
    """Those of the candidates that are manifests, beside others that are `written` already.

    A reference to what is `there` is none to nothing, though no manifest says it. What one object can't say may leave
    others with a reference to nothing, so that they are left out too.
    """
    manifests, others, live = tuple(candidates), tuple(written), dict.fromkeys(there, Mark(""))
    left_out: tuple[Problem, ...] = ()
    while True:
        described = {address for manifest in (*manifests, *others) for address in _names(manifest)}
        known = {address: mark for address, mark in live.items() if address not in described} | dict(external.addresses)
        sources = {manifest.source for manifest in manifests}
        problems = tuple(
            problem
            for problem in check((*manifests, *others), KINDS, _SHAPES, External(known)).problems
            if problem.severity is Severity.ERROR and problem.mark.source in sources
        )
        if not problems:
            return Sayable(manifests, left_out, _unsaid(manifests, known.keys() - external.addresses.keys()))
        left_out += problems
        bad = {problem.mark.source for problem in problems}
        manifests = tuple(manifest for manifest in manifests if manifest.source not in bad)


def _names(manifest: Manifest) -> Iterator[Address]:
    """The address of what it describes, and those that it had before."""
    yield address_of(manifest, KINDS)
    yield from (Address(manifest.kind, code) for code in manifest.data.get("previously") or ())


def _unsaid(manifests: Iterable[Manifest], others: Iterable[Address]) -> dict[Address, Address]:
    missing, found = frozenset(others), dict[Address, Address]()
    for manifest in manifests:
        for _, target in references(KINDS[manifest.kind].object, manifest.data):
            if target in missing:
                found.setdefault(target, address_of(manifest, KINDS))
    return found
