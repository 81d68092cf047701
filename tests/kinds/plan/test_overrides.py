"""Overridden plans beside those that they were copied from."""

from typing import Any

from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.desired import desired
from lago_gitops.core.comparison.origin import as_live
from lago_gitops.core.model.audience import OwnPlan
from lago_gitops.core.model.resources import Address
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.kinds import KINDS
from lago_gitops.kinds.plan.overrides import overrides

P = Address("plan", "p")
SETUP = {"code": "s", "add_on_code": "setup", "charge_model": "standard", "units": 1, "properties": {"amount": "9"}}


def plan(price: str = "1", cents: int = 1000, **more: Any) -> dict[str, Any]:
    charge = {"code": "c", "billable_metric_code": "m", "charge_model": "standard", "properties": {"amount": price}}
    data = {"kind": "plan", "code": "p", "name": "P", "interval": "monthly", "amount_cents": cents}
    return {**data, "amount_currency": "EUR", "pay_in_advance": False, "charges": [charge], **more}


def told(own: dict[str, Any], of: dict[str, Any], server: Server = Server()) -> list[str]:  # noqa: B008 -- frozen
    fields = desired(Manifest("p.yaml", own), KINDS["plan"]).fields
    live = {P: as_live(desired(Manifest("p.yaml", of), KINDS["plan"]), of)}
    found = overrides(
        [OwnPlan(P, fields, "b"), OwnPlan(P, fields, "a"), OwnPlan(Address("plan", "q"), {}, "z")], live, server
    )
    assert [one.subscription for one in found] == ["a", "b"]
    return [field.where for field in found[0].fields]


def test_what_a_subscription_pays_is_held_against_its_plan() -> None:
    assert told(plan("0.5", 700), of=plan()) == ["amount_cents", "charges.c.amount"]


def test_overrides_are_in_the_order_of_their_plans_and_subscriptions() -> None:
    one = as_live(desired(Manifest("p.yaml", plan()), KINDS["plan"]), plan())
    there = {Address("plan", code): one for code in "pq"}
    own = [OwnPlan(Address("plan", code), one.fields, name) for code, name in ("qa", "pb", "pa")]
    found = overrides(own, there, Server())
    assert [(one.plan.key, one.subscription) for one in found] == [("p", "a"), ("p", "b"), ("q", "a")]


def test_an_override_that_pays_what_the_plan_has_is_one() -> None:
    assert told(plan(), of=plan()) == []


def test_what_no_override_has_is_no_difference() -> None:
    own_of_the_plan = plan(metadata={"a": "b"}, entitlements={"seats": {"max": 5}})
    assert told(plan(), of=own_of_the_plan) == []
    assert told(plan(), of=own_of_the_plan, server=Server((1, 41))) == []


def test_fixed_charges_are_compared_where_lago_tells_them() -> None:
    assert told(plan(), of=plan(fixed_charges=[SETUP])) == ["fixed_charges.s"]
    assert told(plan(), of=plan(fixed_charges=[SETUP]), server=Server((1, 41))) == []
