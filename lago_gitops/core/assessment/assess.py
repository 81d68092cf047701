"""Every change of a plan, weighed: what it comes to, and what stands in its way."""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

from lago_gitops.core.assessment.licence import lacks_licence, needs_licence, needs_licence_to_exist
from lago_gitops.core.assessment.refusals import forbidden_changes, ignored_changes, impossible_changes, what_goes
from lago_gitops.core.comparison.compare import Comparison
from lago_gitops.core.model.effects import Count, Effect, EffectClass, Situation, deletes
from lago_gitops.core.model.kind import ReferredUse, ResourceKind
from lago_gitops.core.model.references import references
from lago_gitops.core.model.resources import Address, Change, Create, Delete, Live, Refusal

Kinds = Mapping[str, ResourceKind]


@dataclass(frozen=True, slots=True)
class Assessment:
    """`effects` has one tuple for each change, in their order."""

    effects: tuple[tuple[Effect, ...], ...]
    refusals: tuple[Refusal, ...]

    def ending(self, situation: Situation) -> Mapping[Address, int]:
        """The changes that end subscriptions, and about how many each does."""
        return {
            change.address: max(1, sum(situation.counts.get(change.address, {}).values()))
            for change, effects in zip(situation.changes, self.effects, strict=True)
            if isinstance(change, Delete) and any(one.class_ is EffectClass.ENDS_SUBSCRIPTIONS for one in effects)
        }


def counts_wanted(
    changes: Iterable[Change], there: Mapping[Address, Live], kinds: Kinds
) -> Iterator[tuple[Live, Count]]:
    """What has to be asked of Lago: of what is there and changes, and of what an update depends on besides."""
    for change in changes:
        if isinstance(change, Create):
            continue
        kind = kinds[change.address.kind]
        yield from ((change.live, one) for one in kind.counts)
        for _, target in references(kind.object, change.desired.fields):
            if target in there:
                asked = kinds[target.kind].counts
                yield from ((there[target], one) for one in asked if one.name in kind.target_counts)


def assess(compared: Comparison, situation: Situation, in_use: Set[Address], kinds: Kinds) -> Assessment:
    """`in_use`: what Lago was asked about and has been in use. Some are in use while others refer to them."""
    found = [
        (*_found(change, situation, kinds[change.address.kind]), *lacks_licence(compared.left_out(change.address)))
        for change in compared.changes
    ]
    used = in_use | set(_referred_to(situation, kinds))
    refused = (
        *forbidden_changes(compared.changes, kinds),
        *impossible_changes(compared.changes, kinds),
        *what_goes(compared.going),
        *ignored_changes(compared.changes, used, kinds),
        *(one for each in found for one in each if isinstance(one, Refusal)),
    )
    return Assessment(tuple(tuple(one for one in each if isinstance(one, Effect)) for each in found), refused)


def _referred_to(situation: Situation, kinds: Kinds) -> Iterator[Address]:
    """What is in use since something refers to it that counts: a coupon for a metric leaves the metric unlocked."""
    for address, referrers in situation.referrers.items():
        use = kinds[address.kind].use
        if isinstance(use, ReferredUse) and any(one.kind == use.kind for one in referrers):
            yield address


def _found(change: Change, situation: Situation, kind: ResourceKind) -> Iterator[Effect | Refusal]:
    yield from deletes(change)
    for rule in kind.effects:
        yield from rule(change, situation)
    if situation.licence is None:
        yield from needs_licence(change, kind)
        yield from needs_licence_to_exist(change, situation, kind)
