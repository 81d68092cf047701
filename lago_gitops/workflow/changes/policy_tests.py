"""Running policy tests: a change is planned against today's manifests, as if Lago had them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from lago_gitops.core.comparison.desired import desired
from lago_gitops.core.model.audience import Audience, Subscribers
from lago_gitops.core.model.field_walk import list_key
from lago_gitops.core.model.resources import Address
from lago_gitops.core.policies.evaluation import fired
from lago_gitops.core.policies.rule import ChangeFacts
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.validate import Checked, check
from lago_gitops.kinds import KINDS
from lago_gitops.manifests.overlays import overlaid
from lago_gitops.policytests.documents import PolicyTest
from lago_gitops.policytests.report import PolicyResult
from lago_gitops.project import Environment, Project, offline_environment, policies_in
from lago_gitops.render.plan.policy_facts import policy_facts
from lago_gitops.workflow.changes.plan import DEFAULT_PLAN_TERMS, UnfitManifestsError, plan_revisions
from lago_gitops.workflow.manifests.checking import SHAPES, checked_manifests, identity
from lago_gitops.workflow.manifests.revisions import BaseRevision
from lago_gitops.workflow.organization.asking import SUBSCRIBED


class _UnfitChangeError(Exception):
    """A change that can't be planned; the lines say why."""

    def __init__(self, lines: Iterable[object]) -> None:
        super().__init__()
        self.lines = tuple(map(str, lines))


def run_policy_tests(tests: Iterable[PolicyTest], project: Project) -> Iterator[PolicyResult]:
    """Results in the order of the tests. The manifests of each environment are read once."""
    known: dict[str, Checked] = {}
    for test in tests:
        environment = offline_environment(project, test.environment, {})
        if test.patches and environment.name not in known:
            known[environment.name] = checked_manifests(project, environment)
        try:
            facts = test.facts or _facts_of(test, environment, known[environment.name])
        except _UnfitChangeError as error:
            yield PolicyResult(test, problems=error.lines)
        else:
            yield PolicyResult(test, fired(policies_in(project, environment), facts, test.at))


def _facts_of(test: PolicyTest, environment: Environment, now: Checked) -> tuple[ChangeFacts, ...]:
    """Raises _UnfitChangeError."""
    if not now.is_valid:
        raise _UnfitChangeError(now.problems)
    then = _patched(test, now)
    subscribers = {Address(SUBSCRIBED.name, code): Subscribers(number, 0, 0) for code, number in _known(test)}
    audience = Audience(sum(one.active or 0 for one in subscribers.values()), subscribers)
    try:
        planned = plan_revisions(then, environment, _as_base(now), DEFAULT_PLAN_TERMS, audience)
    except UnfitManifestsError as error:
        raise _UnfitChangeError(error.problems) from None
    if planned.plan.refusals:
        raise _UnfitChangeError(f"{one.address}: {one.message}" for one in planned.plan.refusals)
    return policy_facts(planned.plan, KINDS)


def _patched(test: PolicyTest, now: Checked) -> Checked:
    """The manifests with the test's change applied. Raises _UnfitChangeError."""
    patches = (Manifest(test.mark.source, patch) for patch in test.patches)
    merged = overlaid(now.manifests.values(), patches, identity, partial(list_key, KINDS))
    checked = check(merged.manifests, KINDS, SHAPES, now.external)
    if problems := (*merged.problems, *(one for one in checked.problems if one.severity == "error")):
        raise _UnfitChangeError(f"{one.message} ({one.hint})" if one.hint else one.message for one in problems)
    return replace(checked, external=now.external)


def _as_base(now: Checked) -> BaseRevision:
    wanted = {address: desired(one, KINDS[address.kind]) for address, one in now.manifests.items()}
    return BaseRevision("today", "", wanted, {address: one.data for address, one in now.manifests.items()})


def _known(test: PolicyTest) -> Iterator[tuple[str, int | None]]:
    for code, number in test.subscriptions.items():
        yield code, None if number is None else int(number)
