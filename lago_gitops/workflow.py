"""The stages in order: the only module that knows them all."""

from collections.abc import Iterable, Iterator, Mapping, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from lago_gitops.access import Access
from lago_gitops.apply import Oversight, Remote, Watch
from lago_gitops.apply import apply as carry_out
from lago_gitops.core.assessment import assess, counts_wanted
from lago_gitops.core.changes import Comparison, compare
from lago_gitops.core.desired import desired
from lago_gitops.core.effects import Situation
from lago_gitops.core.export import manifest_data
from lago_gitops.core.guard import verdicts
from lago_gitops.core.kind import CountedUse
from lago_gitops.core.locks import locked_changes, unavailable_kinds
from lago_gitops.core.manifest import Manifest
from lago_gitops.core.model import Address, Delete, Desired, Update
from lago_gitops.core.order import schedule, split
from lago_gitops.core.outcome import Outcome, Status
from lago_gitops.core.plan import Organization, Plan
from lago_gitops.core.problem import Mark, Problem
from lago_gitops.core.prune import Scope, tombstones
from lago_gitops.core.referrers import remaining_referrers
from lago_gitops.core.shape import Shapes
from lago_gitops.core.tree import list_key
from lago_gitops.core.validate import Checked, External, check
from lago_gitops.kinds import KINDS
from lago_gitops.lago.client import Reader, Writer
from lago_gitops.lago.clock import SystemClock
from lago_gitops.lago.connect import CONCURRENCY
from lago_gitops.lago.organization import Inventory, inventory
from lago_gitops.lago.use import count, is_in_use
from lago_gitops.manifests.files import manifest_files
from lago_gitops.manifests.overlays import overlaid
from lago_gitops.manifests.reader import Reading, read_files
from lago_gitops.pricing.lint import registry as lint
from lago_gitops.pricing.lint.metrics import metric_unit_changes
from lago_gitops.project import Environment, Project


class ForeignOrganizationError(Exception):
    """The key opens another organization than the environment names."""


# Manifests --------------------------------------------------------------------------------------------------------


def validate(project: Project, environment: Environment, paths: tuple[str, ...] = ()) -> Checked:
    """The manifests of an environment, and everything wrong with them, also what Lago would take and can't bill.

    `paths` instead of the project's, if any.
    """
    checked = checked_manifests(project, environment, paths)
    return _with(checked, lint.problems(checked.manifests))


def checked_manifests(project: Project, environment: Environment, paths: tuple[str, ...] = ()) -> Checked:
    """The manifests of an environment, and what makes them no manifests. Their prices may be odd."""
    reading = read_manifests(project, environment, paths)
    checked = check(reading.manifests, KINDS, Shapes(KINDS.values()), project.external)
    return _with(checked, reading.problems)


def _with(checked: Checked, problems: Iterable[Problem]) -> Checked:
    all_ = dict.fromkeys((*checked.problems, *problems))
    return Checked(checked.manifests, tuple(sorted(all_, key=lambda problem: problem.mark)))


def read_manifests(project: Project, environment: Environment, paths: tuple[str, ...] = ()) -> Reading:
    """What the files say, with the environment's overlays on top."""
    whole = _read(project, environment, paths or project.manifests)
    for overlay in environment.overlays:
        patch = _read(project, environment, (overlay,))
        merged = overlaid(whole.manifests, patch.manifests, _identity, partial(list_key, KINDS))
        whole = Reading(merged.manifests, (*whole.problems, *patch.problems, *merged.problems))
    return whole


def _read(project: Project, environment: Environment, paths: tuple[str, ...]) -> Reading:
    """The overlays of any environment are no manifests of their own, though they may lie among them."""
    found = manifest_files((project.root / path for path in paths), project.root)
    overlays = {(project.root / path).resolve() for each in project.environments.values() for path in each.overlays} - {
        (project.root / path).resolve() for path in paths
    }
    files = [file for file in found.paths if overlays.isdisjoint((file.resolve(), *file.resolve().parents))]
    reading = read_files(files, project.root, environment.variables)
    nothing = () if reading.manifests or reading.problems or found.problems else (_no_manifests(paths),)
    return Reading(reading.manifests, (*found.problems, *reading.problems, *nothing))


def _no_manifests(paths: tuple[str, ...]) -> Problem:
    hint = "write one, or start with `lago-gitops init`"
    return Problem(Mark(paths[0]), "there is no manifest here, so nothing says what Lago should have", hint, "empty")


def _identity(data: Mapping[str, Any]) -> str | None:
    kind = KINDS.get(str(data.get("kind")))
    key = data.get(kind.key) if kind is not None else None
    return key if isinstance(key, str) else None


def _read_organization(client: Reader, access: Access, environment: Environment) -> Inventory:
    found = inventory(client, str(access.target), KINDS.values(), concurrency=CONCURRENCY)
    pinned, organization = environment.organization, found.organization
    if pinned and pinned not in {organization.lago_id, organization.slug}:
        raise ForeignOrganizationError(
            f"environment {environment.name!r} is for organization {pinned!r}, but the key opens {_named(organization)}"
        )
    return found


def _named(organization: Organization) -> str:
    return f"{organization.name!r} ({organization.slug or organization.lago_id})"


# Plan and apply ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Terms:
    """What a plan goes by besides manifests: guards that don't stand in the way, and what to delete unasked."""

    allowed: frozenset[str] = frozenset()
    prune: tuple[Scope, ...] = ()


DEFAULT_TERMS = Terms()


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, and what was read to make it."""

    plan: Plan
    inventory: Inventory
    warnings: tuple[Problem, ...] = ()


def plan(
    checked: Checked,
    environment: Environment,
    client: Reader,
    access: Access,
    terms: Terms = DEFAULT_TERMS,
) -> Planned:
    """What separates the organization from manifests without problems.

    Raises LagoError, ForeignOrganizationError.
    """
    found = _read_organization(client, access, environment)
    written = tuple(_desired(checked))
    wanted = (*written, *tombstones(written, found.live, terms.prune, KINDS))
    compared = compare(wanted, found.live, KINDS, found.server)
    referrers = remaining_referrers(compared.changes, compared.live, KINDS)
    situation = Situation(found.live, compared.changes, _counts(compared, client), referrers, _now())
    assessed = assess(compared, situation, _in_use(compared, client), KINDS)
    order = schedule(compared.changes, KINDS)
    refusals = (*unavailable_kinds(wanted, frozenset(found.unavailable)), *assessed.refusals)
    there = sum(not one.absent for one in wanted) + sum(isinstance(one, Delete) for one in compared.changes)
    stops = verdicts(compared.changes, assessed.effects, there, environment.guards, terms.allowed)
    made = Plan(environment.name, found.organization, compared, order, assessed.effects, refusals, stops)
    return Planned(made, found, tuple(_warnings(checked, compared)))


def _warnings(checked: Checked, compared: Comparison) -> Iterator[Problem]:
    """What the lint can say only of a change."""
    priced = {address: one.fields for address, one in compared.live.items() if KINDS[address.kind].is_priced}
    for finding in metric_unit_changes(compared.changes, priced):
        manifest = checked.manifests[finding.address]
        if finding.rule not in (manifest.data.get("silence") or {}):
            yield lint.placed(finding, manifest)


def _counts(compared: Comparison, client: Reader) -> Mapping[Address, Mapping[str, int]]:
    """What Lago says of subscriptions and discounts of what changes."""
    wanted = tuple(counts_wanted(compared.changes, compared.live, KINDS))
    with ThreadPoolExecutor(CONCURRENCY, thread_name_prefix="counts") as pool:
        numbers = tuple(pool.map(lambda each: count(client, each[1], each[0]), wanted))
    found: dict[Address, dict[str, int]] = {}
    for (one, asked), number in zip(wanted, numbers, strict=True):
        found.setdefault(one.address, {})[asked.name] = number
    return found


def _in_use(compared: Comparison, client: Reader) -> frozenset[Address]:
    """What has been in use, of that for which it matters."""
    locked = (change.live for change in compared.changes if isinstance(change, Update) and locked_changes(change))
    uses = ((one, KINDS[one.address.kind].use) for one in locked)
    return frozenset(one.address for one, use in uses if isinstance(use, CountedUse) and is_in_use(client, use, one))


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def apply(
    planned: Planned,
    client: Writer,
    watch: Watch,
    held: Set[Address] = frozenset(),
    oversight: Oversight | None = None,
) -> tuple[Outcome, ...]:
    """One outcome for each task of the plan. What is `held` back is stale: it is not what was approved."""
    oversight = oversight or Oversight()
    parts = split(planned.plan.schedule, held)
    outcomes = [
        *(Outcome(task, Status.STALE, "it is not as it was when the plan was made") for task in parts.held),
        *(Outcome(task, Status.BLOCKED, "it waits for what is stale") for task in parts.blocked),
    ]
    for outcome in outcomes:
        oversight.record.ended(None, outcome)
        watch(outcome)
    remote = Remote(
        writer=client,
        kinds=KINDS,
        server=planned.inventory.server,
        ids={address: one.lago_id for address, one in planned.inventory.live.items()},
        clock=SystemClock(),
        concurrency=CONCURRENCY,
        oversight=oversight,
    )
    return (*outcomes, *carry_out(parts.schedule, remote, watch))


def _desired(checked: Checked) -> Iterator[Desired]:
    for address, manifest in checked.manifests.items():
        yield desired(manifest, KINDS[address.kind])


# Pull -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pulled:
    """Manifests of all that is there. `left_out` says of each object that no manifest can hold why."""

    organization: Organization
    manifests: tuple[Manifest, ...]
    left_out: tuple[Problem, ...]


def pull(environment: Environment, client: Reader, access: Access) -> Pulled:
    """The live organization as manifests; the marks of problems have addresses for sources. Raises LagoError."""
    found = _read_organization(client, access, environment)
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
