"""What handlers work with: settings, the server's abilities, the store, the clock, and event subscribers."""

import random
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, NamedTuple, TypeVar

from lago_gitops.sandbox.base.clock import Clock, stamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.base.storage.event_log import EventLog
from lago_gitops.sandbox.base.storage.kinds import SEED
from lago_gitops.sandbox.base.storage.store import Kind, Store
from lago_gitops.sandbox.base.versions import Abilities, abilities

T = TypeVar("T")


class Event(Enum):
    """An event to which higher rooms of the sandbox react, in the same transaction."""

    METRIC_FILTERS_CHANGED = "metric filters changed"
    PLAN_AMOUNT_CHANGED = "plan amount changed"
    EVENTS_TAKEN = "usage events taken"
    UNITS_CHANGED = "units of a fixed charge changed"
    SUBSCRIPTION_ENDED = "subscription ended"
    CREDITS_USED = "prepaid credits used by an invoice"


class LicenceGrants(NamedTuple):
    """What Lago's API can't grant: the licence, premium integrations, and pricing units with their short names."""

    premium: bool
    integrations: tuple[str, ...]
    pricing_units: Mapping[str, str]


Reactions = Mapping[Event, tuple[Callable[["World", Doc], None], ...]]


@dataclass(slots=True)
class BaseUrl:
    """The sandbox's own URL, as the latest client addressed it."""

    url: str = "http://127.0.0.1:8080"


@dataclass(frozen=True, slots=True)
class World:
    settings: Settings
    can: Abilities
    store: Store
    events: EventLog
    clock: Clock
    shuffler: random.Random | None = field(default=None)
    reactions: Reactions = field(default_factory=dict)
    memo: dict[object, Any] = field(default_factory=dict)
    address: BaseUrl = field(default_factory=BaseUrl)
    outbox: deque[str] = field(default_factory=deque)  # ids of deliveries to send

    def notify(self, event: Event, doc: Doc) -> None:
        """Call all subscribers of the event with its document."""
        for react in self.reactions.get(event, ()):
            react(self, doc)

    def now(self) -> datetime:
        return self.clock.now()

    def stamp(self) -> str:
        return stamp(self.now())

    @property
    def premium(self) -> bool:
        """Whether there is a licence."""
        return self.grants().premium

    def has(self, integration: str) -> bool:
        """Whether there are a licence and this integration."""
        return self.premium and integration in self.grants().integrations

    def grants(self) -> LicenceGrants:
        """From the last seed, else from the settings."""
        return self.once("grants", (SEED,), self._grants)

    def _grants(self) -> LicenceGrants:
        seed = self.store.first(SEED) or {}
        return LicenceGrants(
            premium=seed.get("premium", self.settings.premium),
            integrations=tuple(seed.get("premium_integrations", self.settings.premium_integrations)),
            pricing_units={code: code for code in self.settings.pricing_units} | seed.get("pricing_units", {}),
        )

    def once(self, key: object, kinds: tuple[Kind, ...], make: Callable[[], T]) -> T:
        """The result of `make`, cached until a document of these kinds is written."""
        written = self.store.written(kinds)
        known = self.memo.get(key)
        if known is None or known[0] != written:
            known = self.memo[key] = (written, make())
        kept: T = known[1]
        return kept

    def unordered(self, items: Iterable[T]) -> list[T]:
        """A list that Lago returns in the order of the database, unsorted."""
        all_ = list(items)
        if self.shuffler is not None:
            self.shuffler.shuffle(all_)
        return all_


def new_world(settings: Settings, reactions: Reactions) -> World:
    shuffler = None if settings.shuffle_seed is None else random.Random(settings.shuffle_seed)  # noqa: S311 (no secret)
    store, clock = Store(settings.database), Clock(settings.clock)
    return World(settings, abilities(settings.lago_version), store, EventLog(store.sql), clock, shuffler, reactions)


def new_id() -> str:
    return str(uuid.uuid4())
