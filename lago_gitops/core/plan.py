"""A plan: what apply will do to which organization."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lago_gitops.core.assessment.guard import Verdict
from lago_gitops.core.comparison.compare import Comparison
from lago_gitops.core.comparison.organization_diff import Difference
from lago_gitops.core.comparison.origin import Origin
from lago_gitops.core.execution.schedule import Schedule
from lago_gitops.core.model.audience import NO_AUDIENCE, Audience
from lago_gitops.core.model.effects import Effect
from lago_gitops.core.model.resources import Address, Change, Create, Delete, Refusal, Update
from lago_gitops.core.policies.evaluation import Fired


@dataclass(frozen=True, slots=True)
class Organization:
    """The organization of the API key, identified by its id."""

    url: str
    lago_id: str
    slug: str  # of servers before 1.46: empty
    name: str
    version: str  # the release that the server is at least


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who made each change since the base revision: as many as changes, each as many as its fields.

    `stands_in`: Lago was not asked, and the base is taken for it, so that nobody knows who is subscribed.
    """

    ref: str
    commit: str
    origins: tuple[tuple[Origin, ...], ...]
    stands_in: bool = False


@dataclass(frozen=True, slots=True)
class Against:
    """Another environment's organization, and in what the plan's differs from it: now, and once the plan is applied.

    `same` is how many resources are the same in both then.
    """

    environment: str
    organization: Organization
    now: tuple[Difference, ...]
    after: tuple[Difference, ...]
    same: int


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """With `refusals` nothing of it is done. `effects` has one tuple for each change, in their order."""

    environment: str
    organization: Organization
    comparison: Comparison
    schedule: Schedule
    effects: tuple[tuple[Effect, ...], ...]
    refusals: tuple[Refusal, ...] = ()
    verdicts: tuple[Verdict, ...] = ()  # of the guards that block it
    attribution: Attribution | None = None  # where a base was named
    audience: Audience = NO_AUDIENCE  # who is subscribed to what changes
    referrers: Mapping[Address, Sequence[Address]] = field(default_factory=dict)  # what goes on referring to an address
    against: Against | None = None  # where another environment was
    policies: tuple[Fired, ...] = ()  # of the project's own, those that have something to say

    @property
    def changes(self) -> tuple[Change, ...]:
        return self.comparison.changes

    @property
    def counts(self) -> "Counts":
        return Counts(
            sum(isinstance(change, Create) for change in self.changes),
            sum(isinstance(change, Update) for change in self.changes),
            sum(isinstance(change, Delete) for change in self.changes),
            self.comparison.unchanged,
        )


@dataclass(frozen=True, slots=True)
class Counts:
    create: int
    update: int
    delete: int
    unchanged: int
