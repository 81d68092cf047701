"""What manifests say that a Lago of some release is too old for, without asking it."""

from collections.abc import Iterable, Iterator, Mapping

from lago_gitops.core.comparison.abilities.licence import gated_values
from lago_gitops.core.comparison.abilities.server import NEWEST, Server
from lago_gitops.core.comparison.abilities.versions import unknown_to
from lago_gitops.core.comparison.desired import desired
from lago_gitops.core.model.kind import Finding, ResourceKind
from lago_gitops.core.model.plurals import in_words
from lago_gitops.core.model.problem import Problem, Severity
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.validate import is_tombstone

RULE = "release"


def release_problems(
    manifests: Iterable[Manifest], server: Server, kinds: Mapping[str, ResourceKind]
) -> Iterator[Problem]:
    """Of manifests without problems: errors are what it would refuse, warnings what it leaves out, or takes and doesn't
    bill right: that may be there already. The newest release, which environments that say nothing have, is too old for
    nothing."""
    for manifest in manifests if server.version < NEWEST else ():
        if not is_tombstone(manifest):
            kind = kinds[manifest.kind]
            for severity, findings in (
                (Severity.ERROR, _refused(manifest, kind, server)),
                (Severity.WARNING, _left_out(manifest, kind, server)),
            ):
                for one in findings:
                    yield Problem(manifest.mark(one.path), one.message, one.hint, RULE, severity)


def _refused(manifest: Manifest, kind: ResourceKind, server: Server) -> Iterator[Finding]:
    fields = desired(manifest, kind).fields
    if not server.has(kind.since):
        yield _too_new(kind.identity, in_words(kind.collection), kind.since, server, "remove the manifest")
    for one in gated_values(kind.object, fields):
        if not server.has(one.since):
            words = f"{one.path}: {one.value}"
            yield _too_new(_first(one.path), words, one.since, server, "choose another value")
    for rule in kind.server_rules:
        yield from rule(fields, server.has)


def _left_out(manifest: Manifest, kind: ResourceKind, server: Server) -> Iterator[Finding]:
    fields = desired(manifest, kind).fields
    for one in unknown_to(server, kind.object, fields):
        yield _too_new(_first(one.name), one.name, one.since, server, "it is left out there: remove it")
    if kind.gate is not None and not server.has(kind.gate.until):
        name = in_words(kind.collection)
        yield Finding(
            kind.identity, f"{name} need a Lago licence before Lago {kind.gate.until}", "have a licence there"
        )
    for rule in (*kind.misbilled, *kind.never_billed):
        yield from rule(fields, server.has)


def _too_new(path: tuple[str, ...], what: str, since: str, server: Server, way: str) -> Finding:
    major, minor = server.version
    message = f"{what} came with Lago {since}, and this environment's is {major}.{minor}"
    return Finding(path, message, f"{way}, or update Lago and `lago_version`")


def _first(path: str) -> tuple[str, ...]:
    return (path.split(".", maxsplit=1)[0],)
