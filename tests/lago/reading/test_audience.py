"""Who is subscribed, as the sandbox tells: few requests for few subscriptions, a few for each plan for many."""

from dataclasses import replace
from datetime import date
from typing import Any

import httpx
import pytest

from lago_gitops.core.assessment.queries import AudienceQuery
from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.model.audience import HIDDEN, Audience, Move, Subscribers
from lago_gitops.core.model.resources import Address
from lago_gitops.kinds import KINDS
from lago_gitops.lago.reading import audience as audience_module
from lago_gitops.lago.reading.audience import read_audience
from tests.lago.conftest import ScriptedLago
from tests.worlds import World, world

P, Q = Address("plan", "p"), Address("plan", "q")
BOTH = AudienceQuery(frozenset({P, Q}), moves=True, own=False)
CLOCK = "2026-10-16T12:00:00Z"


def asked(lago: World, wanted: AudienceQuery = BOTH, server: Server = Server()) -> Audience:  # noqa: B008 -- a frozen value
    lago.requests.clear()
    with lago.access.reader() as client:
        return read_audience(client, wanted, KINDS["plan"], server)


def plans(lago: World, **settings: Any) -> None:
    lago.send("POST", "add_ons", {"add_on": {"code": "o", "name": "O", "amount_cents": 1, "amount_currency": "EUR"}})
    add_on = lago.send("GET", "add_ons/o")["add_on"]["lago_id"]
    metric = {"code": "m", "name": "M", "aggregation_type": "count_agg"}
    metric_id = lago.send("POST", "billable_metrics", {"billable_metric": metric})["billable_metric"]["lago_id"]
    for code, cents in (("p", 1000), ("q", 500)):
        plan = {
            "code": code, "name": code, "interval": "monthly", "amount_cents": cents, "amount_currency": "EUR",
            "pay_in_advance": False,
            "charges": [{"billable_metric_id": metric_id, "code": "c", "charge_model": "standard",
                         "properties": {"amount": "1"}}],
            "fixed_charges": [{"add_on_id": add_on, "code": "f", "charge_model": "standard", "units": "1",
                               "properties": {"amount": "1"}}],
        }  # fmt: skip
        lago.send("POST", "plans", {"plan": plan})


def subscribe(lago: World, plan: str, name: str, **more: Any) -> None:
    lago.send("POST", "customers", {"customer": {"external_id": name, "currency": "EUR"}})
    subscription = {"external_customer_id": name, "plan_code": plan, "external_id": name, **more}
    lago.send("POST", "subscriptions", {"subscription": subscription})


def some(lago: World) -> None:
    """Two on p, one of them overridden and one waiting to move to q; one on q from next year on."""
    plans(lago)
    subscribe(lago, "p", "a")
    subscribe(lago, "p", "b", plan_overrides={"amount_cents": 700})
    subscribe(lago, "q", "a")
    subscribe(lago, "q", "c", subscription_at="2099-01-01T00:00:00Z")


def test_where_nobody_is_one_request_tells_all() -> None:
    with world() as lago:
        assert asked(lago) == Audience()
        assert len(lago.requests) == 1


def test_where_there_are_few_two_requests_tell_all() -> None:
    with world(premium=True) as lago:
        some(lago)
        found = asked(lago)

        assert len(lago.requests) == 2
        assert (found.total, found.moves) == (4, (Move(P, Q, 1000),))
        [p, q] = (found.of(one) for one in (P, Q))
        assert ((p.active, p.pending, p.own), (q.active, q.pending, q.own)) == ((2, 0, 1), (0, 2, 0))
        assert p.period_ends is not None
        assert q.period_ends is None


def test_the_end_of_the_period_is_known_where_all_have_the_same() -> None:
    with world() as lago:
        plans(lago)
        lago.http.post("/sandbox/clock", json={"now": CLOCK})
        subscribe(lago, "p", "a")
        first = asked(lago).of(P).period_ends
        subscribe(lago, "p", "b", billing_time="anniversary")

        assert isinstance(first, date)
        assert asked(lago).of(P).period_ends in {None, first}


def test_where_there_are_many_each_plan_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audience_module, "PER_PAGE", 1)
    with world(premium=True) as lago:
        some(lago)
        found = asked(lago)

        assert (found.of(P), found.of(Q)) == (Subscribers(2, 0, 1), Subscribers(0, 2, 0))
        assert found.moves is None  # two that wait are more than a page
        assert asked(lago, AudienceQuery(frozenset({P}), moves=False, own=False)).moves == ()
        monkeypatch.setattr(audience_module, "PER_PAGE", 3)
        assert asked(lago, AudienceQuery(frozenset({P}), moves=True, own=False)).moves == (Move(P, Q),)
        assert asked(lago).moves == (Move(P, Q, 1000),)  # all pages are no more than the plans


def test_overridden_plans_are_read_where_they_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    with world(premium=True) as lago:
        some(lago)
        wanted = AudienceQuery(frozenset(), moves=False, own=True)
        [own] = asked(lago, wanted).own_plans or ()

        assert own.plan == P
        assert (own.fields["amount_cents"], list(own.fields["charges"]), list(own.fields["fixed_charges"])) == (
            700, ["c"], ["f"],
        )  # fmt: skip
        assert asked(lago, BOTH).own_plans == ()
        monkeypatch.setattr(audience_module, "MOST_OWN_PLANS", 0)
        assert asked(lago, wanted).own_plans is None
        monkeypatch.setattr(audience_module, "PER_PAGE", 1)
        assert asked(lago, wanted).own_plans is None


def test_overridden_plans_of_subscriptions_that_have_ended_are_read_where_they_matter() -> None:
    with world(premium=True) as lago:
        some(lago)
        [row] = lago.send("GET", "subscriptions?overridden=true&status[]=active")["subscriptions"]
        wanted = AudienceQuery(frozenset(), moves=False, own=True, ended=True, since={P: ""})
        assert asked(lago, wanted).ended_plans == ()
        lago.send("DELETE", f"subscriptions/{row['external_id']}")
        [ended] = asked(lago, wanted).ended_plans or ()

        assert (ended.plan, list(ended.fields["charges"])) == (P, ["c"])
        assert asked(lago, replace(wanted, copies=True)).copied == {P}
        assert asked(lago, wanted).copied == frozenset()
        for since in ({P: "2999-01-01"}, {}):  # they were of another plan, that had the same code and is gone
            of_another = asked(lago, replace(wanted, copies=True, since=since))
            assert (of_another.ended_plans, of_another.copied) == ((), frozenset())
        assert asked(lago, wanted).own_plans == ()
        for other in lago.send("GET", "subscriptions?per_page=100&status[]=active&status[]=pending")["subscriptions"]:
            lago.send("DELETE", f"subscriptions/{other['external_id']}?status={other['status']}")
        assert [one.plan for one in asked(lago, wanted).ended_plans or ()] == [P]


def test_the_fixed_charges_of_a_subscription_came_with_1_42() -> None:
    with world(premium=True) as lago:
        some(lago)
        [own] = asked(lago, AudienceQuery(frozenset(), moves=False, own=True), Server((1, 39))).own_plans or ()
        assert own.fields["fixed_charges"] == {}


def test_before_1_39_lago_does_not_tell_who_is_overridden(monkeypatch: pytest.MonkeyPatch) -> None:
    with world(lago_version="1.38.0") as lago:
        plan = {"code": "p", "name": "P", "interval": "monthly", "amount_cents": 0, "amount_currency": "EUR",
                "pay_in_advance": False}  # fmt: skip
        lago.send("POST", "plans", {"plan": plan})
        subscribe(lago, "p", "a")
        wanted, old = AudienceQuery(frozenset({P}), moves=False, own=True), Server((1, 38))
        found = asked(lago, wanted, old)

        assert (found.of(P).active, found.of(P).own, found.own_plans) == (1, None, None)
        ended = AudienceQuery(frozenset({P}), moves=False, own=True, ended=True)
        assert asked(lago, ended, old).ended_plans is None
        subscribe(lago, "p", "b")
        monkeypatch.setattr(audience_module, "PER_PAGE", 1)
        assert asked(lago, wanted, old).of(P) == Subscribers(2, 0, None)


def test_a_key_that_may_not_read_subscriptions_sees_nothing(connect: Any) -> None:
    lago = ScriptedLago(
        httpx.Response(403, json={"status": 403, "error": "Forbidden", "code": "read_action_not_allowed"})
    )
    assert read_audience(connect(lago), BOTH, KINDS["plan"], Server()) == HIDDEN


def test_a_subscription_that_ends_meanwhile_has_no_plan(connect: Any) -> None:
    row = {"external_id": "a", "plan_code": "p", "status": "active", "previous_plan_code": None}
    rows = httpx.Response(200, json={"subscriptions": [row], "meta": {"total_count": 1, "total_pages": 1}})
    gone = httpx.Response(404, json={"status": 404, "error": "Not Found", "code": "subscription_not_found"})
    lago = ScriptedLago(rows, rows, gone)
    found = read_audience(connect(lago), AudienceQuery(frozenset(), moves=False, own=True), KINDS["plan"], Server())

    assert (found.total, found.own_plans) == (1, ())
