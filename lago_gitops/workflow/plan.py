"""From manifests and an organization to a plan."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from lago_gitops.access import Access
from lago_gitops.core.assessment.assess import assess
from lago_gitops.core.assessment.beyond_server import beyond_server, there_already
from lago_gitops.core.assessment.guard import verdicts
from lago_gitops.core.assessment.refusals import lacking_targets, locked_changes
from lago_gitops.core.assessment.unavailable import Why, reason, unavailable_kinds, way_out
from lago_gitops.core.assessment.wanted import audience_wanted, counts_wanted
from lago_gitops.core.comparison.abilities.licence import asks_for_licence, licensed
from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.compare import Comparison, compare, with_value
from lago_gitops.core.comparison.desired import desired
from lago_gitops.core.comparison.external import missing_external, referred_external
from lago_gitops.core.comparison.likely_renames import likely_renames
from lago_gitops.core.comparison.prune import Scope, tombstones
from lago_gitops.core.comparison.referrers import remaining_referrers
from lago_gitops.core.execution.rings import circular_changes
from lago_gitops.core.execution.schedule import schedule
from lago_gitops.core.model.audience import HIDDEN, NO_AUDIENCE, Audience, Number
from lago_gitops.core.model.effects import Count, Situation
from lago_gitops.core.model.kind import CountedUse
from lago_gitops.core.model.packed import Packed
from lago_gitops.core.model.problem import Problem
from lago_gitops.core.model.resources import Address, Delete, Desired, Live, Update
from lago_gitops.core.plan import Plan
from lago_gitops.core.policies.judging import fired, standing
from lago_gitops.core.policies.rule import Rule
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.shared_facts import contradictions, left_to_others
from lago_gitops.core.validation.validate import Checked
from lago_gitops.kinds import KINDS
from lago_gitops.lago.client import Reader
from lago_gitops.lago.http.events import untold
from lago_gitops.lago.http.threads import threads
from lago_gitops.lago.reading.audience import read_audience
from lago_gitops.lago.reading.in_use import counts, in_use
from lago_gitops.lago.reading.licence import has_licence
from lago_gitops.lago.reading.organization import Inventory
from lago_gitops.lago.reading.other_sort import other_sorts
from lago_gitops.project import Environment
from lago_gitops.render.plan.policy_facts import policy_facts
from lago_gitops.workflow.base import BaseRevision, as_inventory, attributed
from lago_gitops.workflow.lint import lint_changes
from lago_gitops.workflow.organization import read_organization


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """What a plan goes by besides manifests: guards that don't stand in the way, what to delete unasked, and where a
    saved plan is carried out the resources that it has."""

    allowed: frozenset[str] = frozenset()
    prune: tuple[Scope, ...] = ()
    lints_all: bool = False  # not only what changes
    base: BaseRevision | None = None  # tells what this branch changes from what has drifted
    policies: tuple[Rule, ...] = ()  # that hold in the environment
    only: Callable[[Address], bool] | None = None

    def has(self, address: Address) -> bool:
        return self.only is None or self.only(address)


DEFAULT_PLAN_TERMS = PlanTerms()
SUBSCRIBED = next(kind for kind in KINDS.values() if kind.is_subscribed)


class UnfitManifestsError(Exception):
    """The manifests don't fit the organization; `problems` say why."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


class MissingExternalError(UnfitManifestsError):
    """The organization lacks something that somebody else should manage there."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, and what was read to make it."""

    plan: Plan
    inventory: Inventory
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Asking:
    """How to learn what depends on the changes: how many are subscribed, and what has been in use."""

    counts: Callable[[Comparison], Mapping[Address, Mapping[str, Number]]]
    in_use: Callable[[Comparison], frozenset[Address]]
    audience: Callable[[Comparison], Audience]
    other_sorts: Callable[[Comparison], frozenset[str]]
    sees_all: bool = True  # what is external, too
    tell: Callable[[str], None] = untold


@dataclass(frozen=True, slots=True)
class _Answers:
    counts: Mapping[Address, Mapping[str, Number]]
    in_use: frozenset[Address]
    audience: Audience
    other_sorts: frozenset[str]


def make_plan(
    checked: Checked,
    environment: Environment,
    client: Reader,
    access: Access,
    terms: PlanTerms = DEFAULT_PLAN_TERMS,
) -> Planned:
    """What separates the organization from the chosen ones of manifests without problems. What isn't in it is no
    reason to stop.

    Raises LagoError, ForeignOrganizationError, UnfitManifestsError.
    """
    written = tuple(replace(one, fields=Packed(one.fields)) for one in _desired(checked))
    access.onlooker.tell("Reading Lago")
    found = asked_for_licence(read_organization(client, access, environment, written), written, client)
    asking = Asking(
        partial(_counts, client=client),
        partial(_in_use, client=client),
        partial(_audience, client=client, server=found.server),
        lambda compared: other_sorts(client, compared.changes, KINDS.values(), found.server),
        tell=access.onlooker.tell,
    )
    return _planned(checked, written, environment, found, terms=terms, asking=asking)


def plan_revisions(
    checked: Checked, environment: Environment, base: BaseRevision, terms: PlanTerms, audience: Audience = HIDDEN
) -> Planned:
    """What separates two revisions of the manifests, without a Lago: of who is subscribed it knows what it is told."""
    nothing = frozenset[str]()
    hidden = Asking(lambda _: {}, lambda _: frozenset(), lambda _: audience, lambda _: nothing, sees_all=False)
    written = tuple(_desired(checked))
    return _planned(checked, written, environment, as_inventory(base), terms=replace(terms, base=base), asking=hidden)


def _planned(  # noqa: PLR0913 -- all that a plan is made of
    checked: Checked,
    all_: tuple[Desired, ...],
    environment: Environment,
    found: Inventory,
    *,
    terms: PlanTerms,
    asking: Asking,
) -> Planned:
    asking.tell("Comparing")
    external = checked.external.addresses
    described = _described(checked, all_, found, terms)
    wanted = tuple(one for one in described if checked.is_chosen(one.address) and terms.has(one.address))
    needed = external if len(wanted) == len(described) else referred_external(wanted, external, KINDS)
    unlisted = {name: (reason(KINDS[name], why), way_out(KINDS[name], why)) for name, why in found.unavailable.items()}
    problems = tuple(missing_external(needed, found.live, unlisted))
    if problems and asking.sees_all:
        raise MissingExternalError(problems)
    if fights := tuple(contradictions(_manifests_of(wanted, checked), found.defaults, KINDS)):
        raise UnfitManifestsError(fights)
    compared = compare(wanted, found.live, KINDS, found.server, described)
    asking.tell("Asking who is subscribed")
    answers = _answers(compared, asking)
    situation = _situation(compared, found, answers)
    asking.tell("Assessing changes")
    assessed = assess(compared, situation, answers.in_use, KINDS)
    order = schedule(compared.changes, KINDS, assessed.ending(situation), _leaving(found))
    linted = lint_changes(checked.manifests, compared, everything=terms.lints_all)
    unseen = {one.address for one in described if one.address.kind in found.unavailable}
    refusals = (
        *unavailable_kinds(wanted, found.unavailable, KINDS),
        *beyond_server(compared, found.server, KINDS, found.unavailable, answers.other_sorts),
        *assessed.refusals,
        *linted.refusals,
        *lacking_targets(compared, KINDS, external.keys() | unseen),
        *circular_changes(order),
    )
    there = sum(not one.absent for one in described) + sum(isinstance(one, Delete) for one in compared.changes)
    made = Plan(
        environment=environment.name,
        organization=found.organization,
        comparison=compared,
        schedule=order,
        effects=assessed.effects,
        refusals=refusals,
        verdicts=verdicts(compared.changes, assessed.effects, there, environment.guards, terms.allowed),
        attribution=attributed(compared.changes, terms.base, found) if terms.base is not None else None,
        audience=situation.audience,
    )
    old = there_already(compared, found.server, KINDS)
    renamed = likely_renames(compared, KINDS, external.keys())
    return Planned(judged(made, terms, datetime.now(UTC)), found, (*linted.warnings, *old, *renamed))


def _described(checked: Checked, all_: tuple[Desired, ...], found: Inventory, terms: PlanTerms) -> tuple[Desired, ...]:
    """What the manifests want, without fields that another resource decides; and what is pruned, as tombstones."""
    left = left_to_others(checked.manifests, found.defaults, KINDS)
    written = tuple(_without(one, left.get(one.address, ())) for one in all_)
    return (*written, *tombstones(written, found.live, terms.prune, KINDS, checked.external.addresses))


def _answers(compared: Comparison, asking: Asking) -> _Answers:
    """All are asked for at the same time: none depends on another."""
    with threads(4, "asking") as pool:
        counts, in_use = pool.submit(asking.counts, compared), pool.submit(asking.in_use, compared)
        audience, sorts = pool.submit(asking.audience, compared), pool.submit(asking.other_sorts, compared)
        return _Answers(counts.result(), in_use.result(), audience.result(), sorts.result())


def _situation(compared: Comparison, found: Inventory, answers: _Answers) -> Situation:
    return Situation(
        live=found.live,
        changes=compared.changes,
        counts=answers.counts,
        referrers=remaining_referrers(compared.changes, compared.live, KINDS),
        now=_now(),
        licence=found.server.licence,
        audience=answers.audience,
        version=found.server.version,
    )


def _leaving(found: Inventory) -> list[Live]:
    return [one for one in found.live.values() if one.pending_deletion]


def judged(plan: Plan, terms: PlanTerms, at: datetime) -> Plan:
    """The plan with what the policies of the project say to it at that moment."""
    if not terms.policies:
        return plan
    found = fired(terms.policies, policy_facts(plan, KINDS), at, terms.allowed)
    return replace(plan, policies=found, verdicts=(*plan.verdicts, *standing(found)))


def asked_for_licence(found: Inventory, written: Iterable[Desired], client: Reader) -> Inventory:
    """Whether Lago has a licence is asked where a manifest needs one; where it doesn't say, what it has may tell."""
    licence = None
    if Why.LICENCE in found.unavailable.values():
        licence = False
    elif any(_depends_on_licence(one, found) for one in written):
        licence = has_licence(client)
        if licence is None and any(_shows_licence(one) for one in found.live.values()):
            licence = True
    return replace(found, server=replace(found.server, licence=licence))


def _shows_licence(found: Live) -> bool:
    """Whether it has what only a licence can have put there. Of the organization itself no defaults are known."""
    kind = KINDS[found.address.kind]
    return not kind.fixed and any(licensed(kind.object, found.fields))


def _depends_on_licence(wanted: Desired, found: Inventory) -> bool:
    kind = KINDS[wanted.address.kind]
    is_new = not wanted.absent and wanted.address not in found.live
    is_gated = kind.gate is not None and not (kind.gate.until and found.server.has(kind.gate.until))
    return asks_for_licence(kind.object, wanted.fields) or (is_gated and is_new)


def _audience(compared: Comparison, client: Reader, server: Server) -> Audience:
    """Who is subscribed to what changes, and to what the changes reach."""
    wanted = audience_wanted(compared.changes, compared.live, KINDS)
    return NO_AUDIENCE if wanted is None else read_audience(client, wanted, SUBSCRIBED, server)


def _counts(compared: Comparison, client: Reader) -> Mapping[Address, Mapping[str, Number]]:
    """What Lago says of discounts of what changes."""
    asked: dict[str, tuple[Count, list[Live]]] = {}
    for one, of in counts_wanted(compared.changes, KINDS):
        asked.setdefault(f"{one.address.kind} {of.name}", (of, []))[1].append(one)
    found: dict[Address, dict[str, Number]] = {}
    for of, those in asked.values():
        for one, number in zip(those, counts(client, of, those), strict=True):
            found.setdefault(one.address, {})[of.name] = number
    return found


def _in_use(compared: Comparison, client: Reader) -> frozenset[Address]:
    """What has been in use, of that for which it matters."""
    locked: dict[str, list[Live]] = {}
    for change in compared.changes:
        if isinstance(change, Update) and locked_changes(change):
            locked.setdefault(change.address.kind, []).append(change.live)
    uses = ((KINDS[kind].use, those) for kind, those in locked.items())
    return frozenset().union(*(in_use(client, use, those) for use, those in uses if isinstance(use, CountedUse)))


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _desired(checked: Checked) -> Iterator[Desired]:
    for address, manifest in checked.manifests.items():
        yield desired(manifest, KINDS[address.kind])


def _without(wanted: Desired, paths: Iterable[tuple[str, ...]]) -> Desired:
    """Without the fields that its manifest leaves out and another one says of the same facts."""
    fields = wanted.fields
    for path in paths:
        fields = with_value(fields, path, None)
    return wanted if fields is wanted.fields else replace(wanted, fields=fields)


def _manifests_of(wanted: Iterable[Desired], checked: Checked) -> Mapping[Address, Manifest]:
    addresses = {one.address for one in wanted}
    if checked.manifests.keys() <= addresses:
        return checked.manifests
    return {address: checked.manifests[address] for address in checked.manifests if address in addresses}
