"""What subscriptions pay that their plan does not say: overridden plans beside those that they were copied from."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.compare import needed_update
from lago_gitops.core.model.audience import OwnPlan
from lago_gitops.core.model.problem import Mark
from lago_gitops.core.model.resources import Address, Desired, FieldChange, Live
from lago_gitops.kinds.plan.table import PLAN

OWN_FIXED_CHARGES_SINCE = "1.42"  # the fixed charges of a subscription, which the plan inside it leaves out
NOT_PRICES = ("metadata", "entitlements")  # which no override has


@dataclass(frozen=True, slots=True)
class Override:
    """A subscription with a plan of its own. In `fields`, `before` is its plan's and `after` is its own."""

    subscription: str
    plan: Address
    fields: tuple[FieldChange, ...]


def overrides(own: Iterable[OwnPlan], live: Mapping[Address, Live], server: Server) -> tuple[Override, ...]:
    """By plan and subscription, also where nothing differs now: such a subscription doesn't follow its plan."""
    return tuple(sorted(_overrides(own, live, server), key=lambda one: (one.plan, one.subscription)))


def _overrides(own: Iterable[OwnPlan], live: Mapping[Address, Live], server: Server) -> Iterator[Override]:
    for one in own:
        parent = live.get(one.plan)
        if parent is not None:  # deleting a plan ends its subscriptions
            yield Override(one.subscription, one.plan, _differing(one, parent, server))


def _differing(one: OwnPlan, parent: Live, server: Server) -> tuple[FieldChange, ...]:
    untracked = NOT_PRICES if server.has(OWN_FIXED_CHARGES_SINCE) else (*NOT_PRICES, "fixed_charges")
    priced = {name: value for name, value in one.fields.items() if name not in untracked}
    changed = needed_update(Desired(one.plan, priced, Mark("")), parent, PLAN, server)
    return () if changed is None else changed.fields
