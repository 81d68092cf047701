"""Everything wrong with a set of manifests, before any request is made."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lago_gitops.core.model.kind import Finding, ResourceKind
from lago_gitops.core.model.packed import PackedValues
from lago_gitops.core.model.problem import Mark, Problem, Severity
from lago_gitops.core.model.references import references
from lago_gitops.core.model.resources import Address
from lago_gitops.core.model.suggestions import closest
from lago_gitops.core.validation.bounds import value_findings
from lago_gitops.core.validation.ignored import ignore_findings
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.schema_errors import Shapes
from lago_gitops.core.validation.shared_facts import contradictions, only_candidates

Kinds = Mapping[str, ResourceKind]


@dataclass(frozen=True, slots=True)
class External:
    """What somebody else manages in Lago, each with the place that says so: it is referred to, and never touched."""

    addresses: Mapping[Address, Mark] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """The manifests that fit their schema, by address (a code used twice keeps its first), and all that is wrong.

    Where a command is about some of them only, `chosen` says which; the others are there to be referred to.
    """

    manifests: Mapping[Address, Manifest]
    problems: tuple[Problem, ...]
    external: External = field(default_factory=External)
    chosen: frozenset[Address] | None = None

    def is_chosen(self, address: Address) -> bool:
        return self.chosen is None or address in self.chosen

    @property
    def chosen_manifests(self) -> Mapping[Address, Manifest]:
        return {address: one for address, one in self.manifests.items() if self.is_chosen(address)}

    def at_rest(self) -> "Checked":
        """The same in a third of the memory: from now on a manifest is made again each time it is looked at."""
        return replace(self, manifests=PackedValues(self.manifests.items()))

    @property
    def is_valid(self) -> bool:
        """Whether nothing is wrong; warnings are no mistakes."""
        return all(problem.severity is not Severity.ERROR for problem in self.problems)


def check(manifests: Iterable[Manifest], kinds: Kinds, shapes: Shapes, external: External) -> Checked:
    """Every problem of every manifest, in file order: first the shape, then Lago's rules."""
    all_ = tuple(manifests)
    shaped: list[Manifest] = []
    problems: list[Problem] = []
    for manifest in all_:
        misshapen = tuple(shape_problems(manifest, kinds, shapes))
        problems.extend(misshapen)
        if not misshapen:
            shaped.append(manifest)
    known, repeated = _by_address(shaped, kinds)
    problems.extend(repeated)
    problems.extend(_claimed_twice(known))
    problems.extend(_claimed_by_others(known, kinds, external))
    existing = frozenset((*_written(all_, kinds), *external.addresses))
    problems.extend(contradictions(known, only_candidates(existing, kinds), kinds))
    for address, manifest in known.items():
        if not is_tombstone(manifest):
            problems.extend(_rule_problems(manifest, kinds[address.kind], known))
            problems.extend(_problems(manifest, ignore_findings(kinds[address.kind].object, manifest.data), "ignore"))
            problems.extend(_dangling(manifest, kinds, known, existing))
    return Checked(known, tuple(sorted(problems, key=lambda problem: problem.mark)), external)


def shape_problems(manifest: Manifest, kinds: Kinds, shapes: Shapes) -> Iterator[Problem]:
    """What the schema of its kind says, and whether there is such a kind."""
    kind = manifest.data.get("kind")
    if kind is None:
        yield Problem(manifest.mark(), "the document has no kind", f"one of {', '.join(kinds)}", "kind")
    elif not isinstance(kind, str) or kind not in kinds:
        hint = closest(str(kind), kinds) or f"one of {', '.join(kinds)}"
        yield Problem(manifest.mark(("kind",)), f"there is no kind {kind!r}", hint, "kind")
    else:
        yield from shapes.problems(manifest)


def is_tombstone(manifest: Manifest) -> bool:
    """Whether the manifest says that the resource must not exist."""
    return manifest.data.get("state") == "absent"


def address_of(manifest: Manifest, kinds: Kinds) -> Address:
    """The address of a manifest that fits its schema."""
    return kinds[manifest.kind].address(manifest.data)


def _by_address(manifests: Iterable[Manifest], kinds: Kinds) -> tuple[dict[Address, Manifest], list[Problem]]:
    known: dict[Address, Manifest] = {}
    problems = []
    for manifest in manifests:
        address = address_of(manifest, kinds)
        if (first := known.setdefault(address, manifest)) is not manifest:
            path = kinds[address.kind].identity
            message = f"{address} is described twice, first in {first.mark(path)}"
            problems.append(Problem(manifest.mark(path), message, "keep one of the two", "duplicate"))
    return known, problems


def _claimed_twice(known: Mapping[Address, Manifest]) -> Iterator[Problem]:
    """Former codes under which another manifest would look for the same resource."""
    owners = dict(known)
    for address, manifest in known.items():
        for index, code in enumerate(manifest.data.get("previously") or ()):
            other = owners.setdefault(Address(address.kind, code), manifest)
            if other is not manifest:
                message = f"{code!r} can't be the former code: {other.mark()} describes the same {address.kind}"
                hint = "one resource can't become two: remove it from `previously`"
                yield Problem(manifest.mark(("previously", index)), message, hint, "duplicate")


def _claimed_by_others(known: Mapping[Address, Manifest], kinds: Kinds, external: External) -> Iterator[Problem]:
    """Manifests of what is external: to apply them would change, rename or delete what somebody else manages."""
    if not external.addresses:
        return
    for address, manifest in known.items():
        own = ((kinds[address.kind].identity, address.key),)
        former = ((("previously", index), code) for index, code in enumerate(manifest.data.get("previously") or ()))
        for path, code in (*own, *former):
            said = external.addresses.get(Address(address.kind, code))
            if said is not None:
                message = f"{address.kind} {code!r} is external, {said} says: somebody else manages it"
                hint = "remove the manifest, or the code under `external` if it is managed here"
                yield Problem(manifest.mark(path), message, hint, "external")


def _written(manifests: Iterable[Manifest], kinds: Kinds) -> Iterator[Address]:
    """The addresses of all manifests, also of those with mistakes: a reference to one of them does not dangle."""
    for manifest in manifests:
        kind = kinds.get(manifest.kind)
        if kind is None or is_tombstone(manifest):
            continue
        if all(isinstance(manifest.data.get(name), str) for name in kind.identity):
            yield kind.address(manifest.data)


def _rule_problems(manifest: Manifest, kind: ResourceKind, known: Mapping[Address, Manifest]) -> Iterator[Problem]:
    def lookup(address: Address) -> Mapping[str, Any] | None:
        found = known.get(address)
        return None if found is None or is_tombstone(found) else found.data

    values = tuple(value_findings(kind.object, manifest.data))
    yield from _problems(manifest, values, "value")
    if not values:
        for rule in kind.rules:
            yield from _problems(manifest, rule(manifest.data, lookup), "rule")


def _problems(manifest: Manifest, findings: Iterable[Finding], rule: str) -> Iterator[Problem]:
    """Of a text that is not known yet nothing is said."""
    for finding in findings:
        if finding.path in manifest.unset:
            continue
        yield Problem(manifest.mark(finding.path), finding.message, finding.hint, rule)


def _dangling(
    manifest: Manifest, kinds: Kinds, known: Mapping[Address, Manifest], existing: frozenset[Address]
) -> Iterator[Problem]:
    for path, target in references(kinds[manifest.kind].object, manifest.data):
        if target in existing:
            continue
        if target in known:
            hint = f"{known[target].mark()} deletes it"
        else:
            hint = closest(target.key, _codes(existing, target.kind)) or _ways_out(target)
        message = f"there is no {target.kind} {target.key!r}"
        yield Problem(manifest.mark(path), message, hint, "reference")


def _codes(addresses: Iterable[Address], kind: str) -> Sequence[str]:
    return sorted(address.key for address in addresses if address.kind == kind)


def _ways_out(target: Address) -> str:
    return f"write its manifest, or name {target} under `external` in lago-gitops.yaml if it exists only in Lago"
