"""What holds for all manifests that Lago could take."""

from hypothesis import HealthCheck, given, settings

from lago_gitops.core.canonical import canonical
from lago_gitops.core.desired import desired
from lago_gitops.core.export import manifest_data
from lago_gitops.core.manifest import Manifest
from lago_gitops.core.model import Desired, Live
from lago_gitops.core.shape import Shapes
from lago_gitops.core.validate import External, check
from lago_gitops.kinds import KINDS
from tests.strategies import organizations

SHAPES = Shapes(KINDS.values())
Organization = tuple[Manifest, ...]

settings.register_profile("core", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("core")


def wanted(manifests: Organization) -> tuple[Desired, ...]:
    return tuple(desired(manifest, KINDS[manifest.kind]) for manifest in manifests)


def as_live(one: Desired) -> Live:
    return Live(one.address, str(one.address), one.fields, {})


@given(organizations())
def test_every_generated_organization_is_valid(manifests: Organization) -> None:
    assert [str(problem) for problem in check(manifests, KINDS, SHAPES, External()).problems] == []


@given(organizations())
def test_what_is_exported_means_what_it_was_exported_from(manifests: Organization) -> None:
    for one in wanted(manifests):
        kind = KINDS[one.address.kind]
        exported = manifest_data(kind, as_live(one))
        theirs = {field.name for field in kind.fields if field.only_if_given}
        assert canonical(kind.object, exported) == {k: v for k, v in one.fields.items() if k not in theirs}


@given(organizations(licence=False))
def test_what_is_exported_is_valid(manifests: Organization) -> None:
    exported = tuple(
        Manifest(str(one.address), manifest_data(KINDS[one.address.kind], as_live(one))) for one in wanted(manifests)
    )
    assert check(exported, KINDS, SHAPES, External()).problems == ()
