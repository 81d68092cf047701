"""Plans with subscriptions, some of them with prices of their own."""

from typing import Any

from tests.sandbox.calls import Calls, charge

ALL = "status[]=pending&status[]=active&status[]=terminated&status[]=canceled"


def listed(lago: Calls, query: str) -> list[tuple[str, str]]:
    found = lago.get(f"subscriptions?{query}").body["subscriptions"]
    return [(each["plan_code"], each["status"]) for each in found]


def subscribed(**settings: Any) -> Calls:
    lago = Calls(**settings)
    lago.plan(amount_cents=1000)
    lago.plan("cheap", amount_cents=500)
    lago.plan("dear", amount_cents=9900)
    lago.subscription()
    return lago


def overridden(**settings: Any) -> Calls:
    """A plan with a charge at one dollar, and an override of it at five cents."""
    lago = Calls(premium=True, **settings)
    lago.plan(charges=[charge(lago.metric(), code="c")])
    lago.subscription(plan_overrides={"amount_cents": 5})
    return lago
