"""The organization as manifests."""

from dataclasses import dataclass

from lago_gitops.access import Access
from lago_gitops.core.comparison.export import manifest_data
from lago_gitops.core.model.problem import Problem
from lago_gitops.core.plan import Organization
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.schema_errors import Shapes
from lago_gitops.core.validation.validate import External, check
from lago_gitops.kinds import KINDS
from lago_gitops.lago.client import Reader
from lago_gitops.project import Environment
from lago_gitops.workflow.organization import read_organization


@dataclass(frozen=True, slots=True)
class Pulled:
    """Manifests of all that is there. `left_out` says of each object that no manifest can hold why."""

    organization: Organization
    manifests: tuple[Manifest, ...]
    left_out: tuple[Problem, ...]


def pull_organization(environment: Environment, client: Reader, access: Access) -> Pulled:
    """The live organization as manifests; the marks of problems have addresses for sources. Raises LagoError."""
    found = read_organization(client, access, environment)
    manifests = tuple(
        Manifest(str(one.address), manifest_data(KINDS[one.address.kind], one))
        for one in found.live.values()
        if not KINDS[one.address.kind].fixed
    )
    kept, left_out = _holdable(manifests)
    return Pulled(found.organization, kept, left_out)


def _holdable(manifests: tuple[Manifest, ...]) -> tuple[tuple[Manifest, ...], tuple[Problem, ...]]:
    """What one object can't say may leave others with a reference to nothing, so that they are left out too."""
    shapes = Shapes(KINDS.values())
    left_out: tuple[Problem, ...] = ()
    while problems := check(manifests, KINDS, shapes, External()).problems:
        left_out += problems
        bad = {problem.mark.source for problem in problems}
        manifests = tuple(manifest for manifest in manifests if manifest.source not in bad)
    return manifests, left_out
