"""Every change of a plan, assessed: its effects, and what refuses it."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from lago_gitops.core.assessment.licence import lacks_licence, needs_licence, needs_licence_to_exist
from lago_gitops.core.assessment.refusals import forbidden_changes, ignored_changes, impossible_changes, what_goes
from lago_gitops.core.comparison.compare import Comparison
from lago_gitops.core.model.effects import Effect, EffectClass, Situation, deletes
from lago_gitops.core.model.kind import ReferredUse, ResourceKind
from lago_gitops.core.model.references import references
from lago_gitops.core.model.resources import Address, Change, Refusal, Update

Kinds = Mapping[str, ResourceKind]


@dataclass(frozen=True, slots=True)
class Assessment:
    """`effects` has one tuple for each change, in their order."""

    effects: tuple[tuple[Effect, ...], ...]
    refusals: tuple[Refusal, ...]

    def ending(self, situation: Situation) -> Mapping[Address, int]:
        """The changes that end subscriptions, and about how many each does."""
        return {
            change.address: one.subscriptions or 1
            for change, effects in zip(situation.changes, self.effects, strict=True)
            for one in effects
            if one.class_ is EffectClass.ENDS_SUBSCRIPTIONS
        }


def assess(compared: Comparison, situation: Situation, in_use: Set[Address], kinds: Kinds) -> Assessment:
    """`in_use`: what Lago was asked about and has been in use. Some are in use while others refer to them."""
    found = [
        (*_found(change, situation, kinds[change.address.kind]), *lacks_licence(compared.left_out(change.address)))
        for change in compared.changes
    ]
    used = in_use | set(_referred_to(situation, kinds)) | set(_used_by_own_plans(situation, kinds))
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


def _used_by_own_plans(situation: Situation, kinds: Kinds) -> Iterator[Address]:
    """What overridden plans refer to, which no list of Lago's has."""
    audience = situation.audience
    for one in (*(audience.own_plans or ()), *(audience.ended_plans or ())):
        for _, target in references(kinds[one.plan.kind].object, one.fields):
            if isinstance(kinds[target.kind].use, ReferredUse):
                yield target


def _found(change: Change, situation: Situation, kind: ResourceKind) -> Iterator[Effect | Refusal]:
    yield from deletes(change)
    if isinstance(change, Update) and kind.is_unsupported_variant(change.live.fields):
        return  # it is refused
    for rule in kind.effects:
        yield from rule(change, situation)
    if situation.licence is None:
        yield from needs_licence(change, kind)
        yield from needs_licence_to_exist(change, situation, kind)
