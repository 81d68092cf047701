"""Subscribers of plans, and a sample of them that is the same on every machine."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from lago_gitops.bills.usage.subscription import Subscriber
from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.model.types import Field, Object, Text
from lago_gitops.lago.client import Reader
from lago_gitops.lago.http.payload import JsonObject
from lago_gitops.lago.reading.audience import LIST, OVERRIDDEN_SINCE
from lago_gitops.lago.reading.expected import expected_shape

ROW: Final = Object(
    (
        Field("lago_id", Text(), "Its id.", required=True),
        Field("external_id", Text(), "Its id elsewhere.", required=True),
        Field("external_customer_id", Text(), "Whose it is.", required=True),
        Field("plan_code", Text(), "What it is of.", required=True),
        Field("started_at", Text(), "Since when it is active.", required=True),
    )
)


@dataclass(frozen=True, slots=True)
class PlanSubscribers:
    """Active subscriptions that have the plans themselves, and how many have plans of their own, if Lago tells."""

    subscribers: tuple[Subscriber, ...]
    overridden: int | None


def subscribed(client: Reader, plans: dict[str, str], server: Server) -> PlanSubscribers:
    """`plans` by code, with their currency. Raises LagoError."""
    tells = server.has(OVERRIDDEN_SINCE)
    rows = [row for code in plans for row in _rows(client, code)]
    own = {row["lago_id"] for code in plans for row in _rows(client, code, overridden="true")} if tells else set()
    mine = (row for row in rows if row["lago_id"] not in own)
    return PlanSubscribers(tuple(_subscriber(row, plans) for row in mine), len(own) if tells else None)


def drawn(subscribers: Sequence[Subscriber], size: int | None, seed: int) -> Sequence[Subscriber]:
    """A sample of this size, independent of their order: those whose ids, hashed with the seed, sort first."""
    if size is None:
        return subscribers
    return sorted(subscribers, key=lambda one: sha256(f"{seed} {one.external_id}".encode()).digest())[:size]


def _rows(client: Reader, code: str, **others: str) -> Iterator[JsonObject]:
    for row in client.pages(LIST, params={"plan_code": code, "status[]": "active", **others}):
        yield expected_shape(ROW, row, LIST)


def _subscriber(row: JsonObject, plans: dict[str, str]) -> Subscriber:
    return Subscriber(
        lago_id=row["lago_id"],
        external_id=row["external_id"],
        customer=row["external_customer_id"],
        plan=row["plan_code"],
        currency=plans[row["plan_code"]],
        started_at=row["started_at"],
        period_started_at=row.get("current_billing_period_started_at") or "",
        period_ends_at=row.get("current_billing_period_ending_at") or "",
    )
