"""Runs a simulation in a sandbox: customers subscribe, use and leave while the clock advances, and are billed."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from lago_gitops.pricing.base.numbers import text
from lago_gitops.simulations.population import Customer, PlannedSubscription, Simulation, midnight
from lago_gitops.simulations.sending import Sent, events_of

if TYPE_CHECKING:
    import httpx

BATCH = 100  # the maximum that Lago accepts at once
MOST_SHOWN = 300  # characters of an answer
Document = dict[str, Any]
Act = Callable[["SandboxClient"], object]


class SimulationRefusedError(Exception):
    """The sandbox refused a request of the simulation; the text says which, and why."""


@dataclass(frozen=True, slots=True)
class SandboxClient:
    """A client of a sandbox."""

    http: "httpx.Client"

    def get(self, path: str, **query: Any) -> Document:
        return self.send("GET", path, query=query)

    def post(self, path: str, body: Document) -> Document:
        return self.send("POST", path, body)

    def turn(self, to: datetime) -> None:
        self.send("POST", "/sandbox/clock", {"now": to.isoformat()})

    def send(
        self, method: str, path: str, body: Document | None = None, *, query: Document | None = None,
        at: datetime | None = None,
    ) -> Document:  # fmt: skip
        """Raises RefusedError. Paths are below /api/v1 unless they start with a slash."""
        where = path if path.startswith("/") else f"/api/v1/{path}"
        headers = {} if at is None else {"X-Sandbox-Now": at.isoformat()}
        answer = self.http.request(method, where, json=body, params=query, headers=headers)
        document: Document = answer.json() if answer.content else {}
        if answer.status_code >= 400:
            details = json.dumps(document.get("error_details") or document.get("code") or document.get("error"))
            shown = details if len(details) <= MOST_SHOWN else f"{details[:MOST_SHOWN]}…"
            raise SimulationRefusedError(f"{method} {path}{'' if at is None else f' at {at:%Y-%m-%d %H:%M}'}: {shown}")
        return document


class _Step(NamedTuple):
    """Something that happens at an instant; simultaneous steps are ordered by rank."""

    at: datetime
    rank: int
    order: int
    does: Act


def run(simulation: Simulation, lago: SandboxClient, later: Iterable[tuple[date, Act]] = ()) -> None:
    """Run from the start of the first month until the last one is billed; `later` has further actions, by day.

    The clock must be at the start, and prices in place. Raises RefusedError.
    """
    steps = [_Step(midnight(day), 0, at, act) for at, (day, act) in enumerate(later)]
    steps += (*_of_customers(simulation), *_of_events(simulation))
    for at, together in groupby(sorted(steps, key=lambda step: step[:3]), key=lambda step: step.at):
        lago.turn(at)
        for step in together:
            step.does(lago)
    lago.turn(simulation.end)


def _of_customers(simulation: Simulation) -> Iterator[_Step]:
    order = 0
    for customer in simulation.customers:
        first = min(each.starts_at for each in customer.subscriptions)
        yield _Step(first, 1, order, _arrival(customer))
        for subscribed in customer.subscriptions:
            order += 1
            yield _Step(subscribed.starts_at, 2, order, _subscription(customer, subscribed, subscribed.plan))
            for change in subscribed.changes:
                order += 1
                yield _Step(midnight(change.on), 2, order, _subscription(customer, subscribed, change.plan))
            if subscribed.ends_at is not None and subscribed.ends_at < simulation.end:
                yield _Step(subscribed.ends_at, 4, order, _end(subscribed))
        order += 1


def _arrival(customer: Customer) -> Act:
    def act(lago: SandboxClient) -> None:
        own = {"external_id": customer.external_id, "name": customer.external_id, "tax_codes": list(customer.taxes)}
        lago.post("customers", {"customer": own})
        for code in customer.coupons:
            given = {"external_customer_id": customer.external_id, "coupon_code": code}
            lago.post("applied_coupons", {"applied_coupon": given})

    return act


def _subscription(customer: Customer, subscribed: PlannedSubscription, plan: str) -> Act:
    body = {
        "external_customer_id": customer.external_id,
        "external_id": subscribed.external_id,
        "plan_code": plan,
        "billing_time": subscribed.billing_time,
    }
    return lambda lago: lago.post("subscriptions", {"subscription": body})


def _end(subscribed: PlannedSubscription) -> Act:
    return lambda lago: lago.send("DELETE", f"subscriptions/{quote(subscribed.external_id, safe='')}")


def _of_events(simulation: Simulation) -> Iterator[_Step]:
    """By day: the clock is set once a day, and each batch is sent at the time of its last event."""
    events = [
        sent
        for customer in simulation.customers
        for subscribed in customer.subscriptions
        for sent in events_of(subscribed, simulation)
        if sent.at < simulation.end
    ]
    for day, together in groupby(sorted(events, key=lambda sent: sent.at), key=lambda sent: sent.at.date()):
        yield _Step(midnight(day), 3, 0, _sending(tuple(together)))


def _sending(events: tuple[Sent, ...]) -> Act:
    def act(lago: SandboxClient) -> None:
        for at in range(0, len(events), BATCH):
            batch = events[at : at + BATCH]
            lago.send("POST", "/sandbox/events", {"events": [_event(each) for each in batch]}, at=batch[-1].at)

    return act


def _event(sent: Sent) -> Document:
    cents = {} if sent.cents is None else {"precise_total_amount_cents": text(sent.cents)}
    return {
        "transaction_id": f"{sent.subscription}#{sent.order}",
        "external_subscription_id": sent.subscription,
        "code": sent.code,
        "timestamp": int(sent.at.timestamp()),
        "properties": {key: _json(value) for key, value in sent.properties.items()},
        "times": sent.times,
        **cents,
    }


def _json(value: Any) -> Any:
    return text(value) if isinstance(value, Decimal) else value


def invoices(lago: SandboxClient) -> tuple[Document, ...]:
    """All invoices with their fees, by issuing date and customer."""
    fees: dict[str, list[Document]] = {}
    for fee in _all(lago, "fees"):
        fees.setdefault(fee["lago_invoice_id"], []).append(fee)
    read = [_invoice(each, fees.get(each["lago_id"], [])) for each in _all(lago, "invoices")]
    return tuple(sorted(read, key=lambda each: (each["issuing_date"], each["customer"], each["number"])))


def _all(lago: SandboxClient, name: str) -> Iterator[Document]:
    page: int | None = 1
    while page is not None:
        answer = lago.get(name, page=page, per_page=BATCH)
        yield from answer[name]
        page = answer["meta"]["next_page"]


_SUMS = ("fees", "progressive_billing_credit", "coupons", "taxes", "credit_notes", "prepaid_credit", "total")


def _invoice(shown: Document, fees: list[Document]) -> Document:
    return {
        "customer": shown["customer"]["external_id"],
        "number": shown["number"],
        "invoice_type": shown["invoice_type"],
        "status": shown["status"],
        "issuing_date": shown["issuing_date"],
        "currency": shown["currency"],
        "fees": sorted((_fee(each) for each in fees), key=lambda each: json.dumps(each, sort_keys=True)),
        **{f"{name}_amount_cents": shown[f"{name}_amount_cents"] for name in _SUMS},
    }


def _fee(shown: Document) -> Document:
    item = shown["item"]
    return {
        "subscription": shown["external_subscription_id"],
        "item_type": item["type"],
        "item_code": item["code"],
        "item_name": item["invoice_display_name"] or item["name"],
        "charge_code": shown.get("charge_code"),
        "filters": item["filters"],
        "grouped_by": item["grouped_by"],
        "from_date": shown["from_date"],
        "to_date": shown["to_date"],
        "units": shown["units"],
        "amount_cents": shown["amount_cents"],
        "taxes_amount_cents": shown["taxes_amount_cents"],
    }
