"""From manifests and an organization to a plan."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from lago_gitops.access import Access
from lago_gitops.core.assessment.assess import assess
from lago_gitops.core.assessment.beyond_server import beyond_server, there_already
from lago_gitops.core.assessment.guard import verdicts
from lago_gitops.core.assessment.refusals import lacking_targets
from lago_gitops.core.assessment.unavailable import reason, unavailable_kinds, way_out
from lago_gitops.core.comparison.compare import Comparison, compare, with_value
from lago_gitops.core.comparison.desired import desired
from lago_gitops.core.comparison.external import missing_external, referred_external
from lago_gitops.core.comparison.likely_renames import likely_renames
from lago_gitops.core.comparison.prune import Scope, tombstones
from lago_gitops.core.comparison.referrers import remaining_referrers
from lago_gitops.core.execution.rings import circular_changes
from lago_gitops.core.execution.schedule import schedule
from lago_gitops.core.model.audience import HIDDEN, Audience
from lago_gitops.core.model.effects import Situation
from lago_gitops.core.model.packed import Packed
from lago_gitops.core.model.problem import Problem
from lago_gitops.core.model.resources import Address, Delete, Desired, Live, Refusal
from lago_gitops.core.plan import ChangePlan
from lago_gitops.core.policies.evaluation import fired, standing
from lago_gitops.core.policies.rule import PolicyRule
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.shared_facts import contradictions, left_to_others
from lago_gitops.core.validation.validate import Checked
from lago_gitops.kinds import KINDS
from lago_gitops.lago.client import Reader
from lago_gitops.lago.reading.organization import Inventory
from lago_gitops.project import Environment
from lago_gitops.render.plan.policy_facts import policy_facts
from lago_gitops.workflow.changes.lint import lint_changes
from lago_gitops.workflow.manifests.revisions import BaseRevision, as_inventory, attributed
from lago_gitops.workflow.organization.asking import (
    Answers,
    Asking,
    answers,
    asked_for_licence,
    asking_lago,
    asking_nobody,
    may_depend_on_licence,
)
from lago_gitops.workflow.organization.reading import read_organization


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """Options of a plan: waived guards, what to prune and, when a saved plan is applied, its resources."""

    allowed: frozenset[str] = frozenset()
    prune: tuple[Scope, ...] = ()
    lints_all: bool = False  # not only what changes
    base: BaseRevision | None = None  # tells what this branch changes from what has drifted
    policies: tuple[PolicyRule, ...] = ()  # that hold in the environment
    only: Callable[[Address], bool] | None = None

    def has(self, address: Address) -> bool:
        return self.only is None or self.only(address)


DEFAULT_PLAN_TERMS = PlanTerms()


class UnfitManifestsError(Exception):
    """The manifests don't fit the organization; `problems` say why."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


class MissingExternalError(UnfitManifestsError):
    """The organization lacks an external resource."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, and the data behind it."""

    plan: ChangePlan
    inventory: Inventory
    warnings: tuple[Problem, ...] = ()


def make_plan(
    checked: Checked,
    environment: Environment,
    client: Reader,
    access: Access,
    terms: PlanTerms = DEFAULT_PLAN_TERMS,
) -> Planned:
    """The plan that makes the organization match the chosen manifests, which must be valid. Problems elsewhere don't
    stop it.

    Raises LagoError, ForeignOrganizationError, UnfitManifestsError.
    """
    written, gated = _packed(_desired(checked))
    access.tracker.tell("Reading Lago")
    inventory = asked_for_licence(read_organization(client, access, environment, written), gated, client)
    asking = asking_lago(client, inventory.server, access.tracker.tell)
    return _planned(_sides(checked, written, inventory, terms), environment, terms, asking)


def plan_revisions(
    checked: Checked, environment: Environment, base: BaseRevision, terms: PlanTerms, audience: Audience = HIDDEN
) -> Planned:
    """The plan from one revision of the manifests to another, without Lago: subscriptions are known only as given."""
    sides = _sides(checked, tuple(_desired(checked)), as_inventory(base), terms)
    return _planned(sides, environment, replace(terms, base=base), asking_nobody(audience))


@dataclass(frozen=True, slots=True)
class _Sides:
    """The two sides compared: the wanted part of the manifests, and what Lago has."""

    checked: Checked
    described: tuple[Desired, ...]
    wanted: tuple[Desired, ...]
    inventory: Inventory


def _planned(sides: _Sides, environment: Environment, terms: PlanTerms, asking: Asking) -> Planned:
    inventory = sides.inventory
    asking.tell("Comparing")
    _check(sides, sees_all=asking.sees_all)
    compared = compare(sides.wanted, inventory.live, KINDS, inventory.server, sides.described)
    asking.tell("Asking who is subscribed")
    answered = answers(compared, asking)
    situation = _situation(compared, inventory, answered)
    asking.tell("Assessing changes")
    assessed = assess(compared, situation, answered.in_use, KINDS)
    linted = lint_changes(sides.checked.manifests, compared, everything=terms.lints_all)
    order = schedule(compared.changes, KINDS, assessed.ending(situation), _leaving(inventory))
    plan = ChangePlan(
        environment=environment.name,
        organization=inventory.organization,
        comparison=compared,
        schedule=order,
        effects=assessed.effects,
        refusals=(
            *_beyond(sides, compared, answered),
            *assessed.refusals,
            *linted.refusals,
            *_lacking(sides, compared),
            *circular_changes(order),
        ),
        verdicts=verdicts(
            compared.changes, assessed.effects, _resources(sides, compared), environment.guards, terms.allowed
        ),
        attribution=attributed(compared.changes, terms.base, inventory) if terms.base is not None else None,
        audience=situation.audience,
        referrers=situation.referrers,
    )
    return Planned(judged(plan, terms, datetime.now(UTC)), inventory, (*linted.warnings, *_warnings(sides, compared)))


def _check(sides: _Sides, *, sees_all: bool) -> None:
    """Raises UnfitManifestsError. `sees_all`: external resources are visible, too."""
    wanted, inventory, external = sides.wanted, sides.inventory, sides.checked.external.addresses
    needed = external if len(wanted) == len(sides.described) else referred_external(wanted, external, KINDS)
    unlisted = {
        name: (reason(KINDS[name], why), way_out(KINDS[name], why)) for name, why in inventory.unavailable.items()
    }
    problems = tuple(missing_external(needed, inventory.live, unlisted))
    if problems and sees_all:
        raise MissingExternalError(problems)
    if fights := tuple(contradictions(_manifests_of(wanted, sides.checked), inventory.defaults, KINDS)):
        raise UnfitManifestsError(fights)


def _beyond(sides: _Sides, compared: Comparison, answered: Answers) -> Iterator[Refusal]:
    """Resources that this server can't have, or not at the moment."""
    inventory = sides.inventory
    yield from unavailable_kinds(sides.wanted, inventory.unavailable, KINDS)
    yield from beyond_server(compared, inventory.server, KINDS, inventory.unavailable, answered.unsupported_variants)


def _lacking(sides: _Sides, compared: Comparison) -> Iterator[Refusal]:
    """References to something that doesn't exist; things that can't be seen are assumed to exist."""
    unseen = {one.address for one in sides.described if one.address.kind in sides.inventory.unavailable}
    return lacking_targets(compared, KINDS, sides.checked.external.addresses.keys() | unseen)


def _resources(sides: _Sides, compared: Comparison) -> int:
    """The number of resources in the manifests, and the deleted ones."""
    described = sum(not one.absent for one in sides.described)
    return described + sum(isinstance(change, Delete) for change in compared.changes)


def _warnings(sides: _Sides, compared: Comparison) -> Iterator[Problem]:
    yield from there_already(compared, sides.inventory.server, KINDS)
    yield from likely_renames(compared, KINDS, sides.checked.external.addresses.keys())


def _sides(checked: Checked, all_: tuple[Desired, ...], inventory: Inventory, terms: PlanTerms) -> _Sides:
    """What the manifests want, without fields determined by another resource; and pruned resources, as tombstones."""
    left = left_to_others(checked.manifests, inventory.defaults, KINDS)
    written = tuple(_without(one, left.get(one.address, ())) for one in all_)
    described = (*written, *tombstones(written, inventory.live, terms.prune, KINDS, checked.external.addresses))
    wanted = tuple(one for one in described if checked.is_chosen(one.address) and terms.has(one.address))
    return _Sides(checked, described, wanted, inventory)


def _situation(compared: Comparison, inventory: Inventory, answers: Answers) -> Situation:
    return Situation(
        live=inventory.live,
        changes=compared.changes,
        counts=answers.counts,
        referrers=remaining_referrers(compared.changes, compared.live, KINDS),
        now=_now(),
        licence=inventory.server.licence,
        audience=answers.audience,
        version=inventory.server.version,
    )


def _leaving(inventory: Inventory) -> list[Live]:
    return [one for one in inventory.live.values() if one.pending_deletion]


def judged(plan: ChangePlan, terms: PlanTerms, at: datetime) -> ChangePlan:
    """The plan with what the policies of the project say to it at that moment."""
    if not terms.policies:
        return plan
    fired_rules = fired(terms.policies, policy_facts(plan, KINDS), at, terms.allowed)
    return replace(plan, policies=fired_rules, verdicts=(*plan.verdicts, *standing(fired_rules)))


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _desired(checked: Checked) -> Iterator[Desired]:
    for address, manifest in checked.manifests.items():
        yield desired(manifest, KINDS[address.kind])


def _packed(wanted: Iterable[Desired]) -> tuple[tuple[Desired, ...], tuple[Desired, ...]]:
    """Everything, and the part that may need a licence: only that is unpacked to decide whether to ask for one."""
    all_, gated = [], []
    for one in wanted:
        all_.append(replace(one, fields=Packed(one.fields)))
        if may_depend_on_licence(one):
            gated.append(all_[-1])
    return tuple(all_), tuple(gated)


def _without(wanted: Desired, paths: Iterable[tuple[str, ...]]) -> Desired:
    """Without fields missing from its manifest whose facts another manifest has."""
    fields = wanted.fields
    for path in paths:
        fields = with_value(fields, path, None)
    return wanted if fields is wanted.fields else replace(wanted, fields=fields)


def _manifests_of(wanted: Iterable[Desired], checked: Checked) -> Mapping[Address, Manifest]:
    addresses = {one.address for one in wanted}
    if checked.manifests.keys() <= addresses:
        return checked.manifests
    return {address: checked.manifests[address] for address in checked.manifests if address in addresses}
