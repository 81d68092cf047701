"""What several parts of a plan's document ask about a change, found once."""

from collections.abc import Mapping
from typing import NamedTuple

from lago_gitops.core.identity import Named, named
from lago_gitops.core.model.effects import Effect
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.resources import Change, Update
from lago_gitops.core.plan import ChangePlan
from lago_gitops.kinds.own_prices import telling
from lago_gitops.render.prices.amounts import Amounts, amounts_of


class Known(NamedTuple):
    """A plan has thousands of them, which is why it is no dataclass.

    `telling`: for each field of an update whether it is more than a name, None for what is new or deleted. `amounts`:
    of an update of a kind with prices. `shows_prices`: whether the change is shown as prices, too.
    """

    change: Change
    kind: ResourceKind
    effects: tuple[Effect, ...]
    name: Named
    telling: tuple[bool, ...] | None
    amounts: Amounts | None
    shows_prices: bool

    @property
    def id(self) -> str:
        return self.name.id


def known_changes(plan: ChangePlan, kinds: Mapping[str, ResourceKind]) -> tuple[Known, ...]:
    """In the order of the plan."""
    return tuple(
        [
            _known(change, kinds[change.address.kind], effects)
            for change, effects in zip(plan.changes, plan.effects, strict=True)
        ]
    )


def _known(change: Change, kind: ResourceKind, effects: tuple[Effect, ...]) -> Known:
    amounts = amounts_of(change) if kind.is_priced and isinstance(change, Update) else None
    return Known(change, kind, effects, named(change), telling(change), amounts, kind.shows_prices(change))
