"""What handlers work with: the settings, the server's abilities, the store and the time."""

import random
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from lago_gitops.sandbox.settings import Settings
from lago_gitops.sandbox.store import Store
from lago_gitops.sandbox.values import stamp
from lago_gitops.sandbox.versions import Abilities, abilities

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class World:
    settings: Settings
    can: Abilities
    store: Store
    dice: random.Random | None = field(default=None)

    def now(self) -> datetime:
        return self.settings.clock()

    def stamp(self) -> str:
        return stamp(self.now())

    def has(self, integration: str) -> bool:
        """Whether the licence and, on top of it, this integration are there."""
        return self.settings.premium and integration in self.settings.premium_integrations

    def unordered(self, items: Iterable[T]) -> list[T]:
        """A list that Lago gives in whatever order the database finds it."""
        found = list(items)
        if self.dice is not None:
            self.dice.shuffle(found)
        return found


def new_world(settings: Settings) -> World:
    dice = None if settings.shuffle_seed is None else random.Random(settings.shuffle_seed)  # noqa: S311 (no secret)
    return World(settings, abilities(settings.lago_version), Store(settings.database), dice)


def new_id() -> str:
    return str(uuid.uuid4())
