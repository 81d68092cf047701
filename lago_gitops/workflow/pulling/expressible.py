"""Which resources of an organization can be expressed as manifests."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from lago_gitops.core.comparison.pulling.export import manifest_data
from lago_gitops.core.model.problem import Mark, Problem, Severity
from lago_gitops.core.model.references import references
from lago_gitops.core.model.resources import Address, Live, joined
from lago_gitops.core.validation.from_environment import references as variables_in
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.shared_facts import Defaults, contradictions
from lago_gitops.core.validation.validate import External, address_of, check
from lago_gitops.kinds import KINDS
from lago_gitops.workflow.manifests.checking import SHAPES

NO_DEFAULTS: Defaults = {}


@dataclass(frozen=True, slots=True)
class Expressible:
    """Possible manifests, each with its address as source; and why others aren't possible, as problems at addresses.

    `dangling` are those of the others that a manifest refers to, each with one such manifest.
    """

    manifests: tuple[Manifest, ...]
    left_out: tuple[Problem, ...]
    dangling: Mapping[Address, Address]

    def reason(self, address: Address) -> str:
        """Why the manifest isn't possible; empty if it is."""
        return next((problem.message for problem in self.left_out if problem.mark.source == str(address)), "")


def exported(live: Live) -> Manifest:
    """The manifest of a live object, with its address as source."""
    return Manifest(str(live.address), manifest_data(KINDS[live.address.kind], live))


def expressible(
    candidates: Iterable[Manifest],
    written: Iterable[Manifest],
    there: Iterable[Address],
    external: External,
    defaults: Defaults = NO_DEFAULTS,
) -> Expressible:
    """Those candidates that are valid manifests together with the `written` ones.

    A candidate replaces the written manifest with its address. If a candidate is left out, the written one is kept. A
    candidate is also left out if it contradicts a written manifest that is kept. References to objects that are `there`
    are valid without a manifest. Leaving out one candidate can leave dangling references in others, which are then
    left out, too. `defaults` are Lago's objects that share facts with others, if known.
    """
    manifests, all_written, live = tuple(candidates), tuple(written), dict.fromkeys(there, Mark(""))
    left_out = tuple(problem for manifest in manifests for problem in _referring(manifest))
    strange = {problem.mark.source for problem in left_out}
    manifests = tuple(manifest for manifest in manifests if manifest.source not in strange)
    while True:
        replaced = {address_of(manifest, KINDS) for manifest in manifests}
        others = tuple(manifest for manifest in all_written if address_of(manifest, KINDS) not in replaced)
        described = {address for manifest in (*manifests, *others) for address in _names(manifest)}
        known = {address: mark for address, mark in live.items() if address not in described} | dict(external.addresses)
        sources = {manifest.source for manifest in manifests}
        errors = tuple(_errors((*manifests, *others), External(known), defaults))
        problems = tuple(problem for problem in errors if problem.mark.source in sources)
        if not problems and errors:
            wrong = {problem.mark.source for problem in errors}
            around = dict.fromkeys(described, Mark("")) | known
            problems = tuple(_contradicted(manifests, [one for one in others if one.source in wrong], around, defaults))
        if not problems:
            return Expressible(manifests, left_out, _dangling(manifests, known.keys() - external.addresses.keys()))
        left_out += problems
        bad = {problem.mark.source for problem in problems}
        manifests = tuple(manifest for manifest in manifests if manifest.source not in bad)


def _referring(manifest: Manifest) -> Iterator[Problem]:
    """What looks like a reference to an environment variable, where nobody wrote a manifest."""
    kind = KINDS.get(manifest.kind)
    for path in () if kind is None else variables_in(kind.object, manifest.data):
        yield Problem(
            Mark(manifest.source), f"{joined([str(step) for step in path])} is a map, not text", rule="schema"
        )


def _errors(manifests: Iterable[Manifest], external: External, defaults: Defaults) -> Iterator[Problem]:
    checked = check(manifests, KINDS, SHAPES, external)
    problems = (*checked.problems, *contradictions(checked.manifests, defaults, KINDS))
    return (problem for problem in dict.fromkeys(problems) if problem.severity is Severity.ERROR)


def _contradicted(
    manifests: Iterable[Manifest], others: Iterable[Manifest], around: Mapping[Address, Mark], defaults: Defaults
) -> Iterator[Problem]:
    """One for each of the manifests beside which one of the others is wrong. References to nothing were wrong
    before."""
    by_address = {address_of(manifest, KINDS): manifest for manifest in manifests}
    problems: dict[str, Problem] = {}
    for other in others:
        for manifest in (by_address[address] for address in by_address if address in _seen(other, by_address)):
            own = {*_names(manifest), *_names(other)}
            external = External({address: mark for address, mark in around.items() if address not in own})
            for problem in _errors((manifest, other), external, defaults):
                if problem.mark.source == other.source and problem.rule != "reference":
                    words = f"{problem.mark} contradicts it: {problem.message}"
                    problems.setdefault(manifest.source, replace(problem, mark=Mark(manifest.source), message=words))
    yield from problems.values()


def _seen(manifest: Manifest, others: Iterable[Address]) -> set[Address]:
    """Those of the others whose manifests can invalidate this one."""
    kind = KINDS[manifest.kind]
    shared = {field.same_as[0] for field in kind.fields if field.same_as is not None}
    named = {target for _, target in references(kind.object, manifest.data)}.union(_names(manifest))
    return {address for address in others if address.kind in shared or address in named}


def _names(manifest: Manifest) -> Iterator[Address]:
    """The address of its resource, and former ones."""
    yield address_of(manifest, KINDS)
    yield from (Address(manifest.kind, code) for code in manifest.data.get("previously") or ())


def _dangling(manifests: Iterable[Manifest], others: Iterable[Address]) -> dict[Address, Address]:
    missing, dangling = frozenset(others), dict[Address, Address]()
    for manifest in manifests:
        for _, target in references(KINDS[manifest.kind].object, manifest.data):
            if target in missing:
                dangling.setdefault(target, address_of(manifest, KINDS))
    return dangling
