"""A sandbox whose months are billed, from a New Year on."""

from typing import Any

from tests.sandbox.calls import Calls

NEW_YEAR = "2026-01-01T10:00:00Z"


def at_new_year(**settings: Any) -> Calls:
    lago = Calls(**settings)
    lago.now = NEW_YEAR
    return lago


def billed(lago: Calls, now: str) -> None:
    assert lago.post("/sandbox/bill", {"now": now}).status == 200


def invoices(lago: Calls, customer: str = "c1") -> list[Any]:
    return list(lago.get(f"customers/{customer}/invoices").body["invoices"])


def alone(lago: Calls, invoice: Any) -> Any:
    return lago.get(f"invoices/{invoice['lago_id']}").body["invoice"]


def use(lago: Calls, transaction: str, at: str, code: str = "calls", subscription: str = "s1") -> None:
    lago.now = at
    event = {"transaction_id": transaction, "code": code, "external_subscription_id": subscription, "properties": {}}
    assert lago.post("events", {"event": event}).status == 200


OF = "customers/c1/current_usage?external_subscription_id=s1"
