"""Small organizations for properties that are tried on many: random projects, chosen by their seed."""

from hypothesis import strategies as st

from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.kinds import KINDS
from lago_gitops.kinds.feature.table import FEATURE
from tests.projects import Sort, project


def organizations(
    *, licence: bool = True, features: bool = False, most: int = 2
) -> st.SearchStrategy[tuple[Manifest, ...]]:
    """Manifests of all kinds that can be deleted, in any order, `most` of each, whose references lead to one another.

    Without a licence they use only what Lago keeps then. Features, and entitlements to them, are there where they are
    asked for: before 1.39 Lago has them with a licence only.
    """
    kinds = (kind for kind in KINDS.values() if not (kind.undeletable or kind.fixed))
    sort = Sort(tuple(kind.name for kind in kinds if features or kind is not FEATURE), most, licence)
    return st.integers(0, 2**32).map(lambda seed: project(seed, 1, sort))
