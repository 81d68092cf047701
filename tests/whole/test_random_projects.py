"""Random projects of 10 to 40 resources: applied, edited everywhere at once and applied again, with and without a
licence and subscribers, and on an old server. Whatever a plan accepts an apply carries out, and nothing is left.

SEEDS says how many are tried, from the one that FIRST names on.
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.execution.announced import announced
from lago_gitops.core.execution.outcome import Outcome, Status
from lago_gitops.core.model.references import references
from lago_gitops.core.model.resources import Address, Live
from lago_gitops.core.model.types import Lock
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.validate import Checked, External, address_of, check
from lago_gitops.kinds import KINDS
from lago_gitops.render.plan.document import plan_document
from lago_gitops.render.reports.formats import FORMATS
from lago_gitops.render.run.facts import Facts
from lago_gitops.workflow.changes.plan import Planned
from tests.projects import Sort, project
from tests.worlds import SHAPES, World, plan_is_empty, reread, world

SERVERS: Mapping[str, Mapping[str, Any]] = {
    "premium": {"premium": True},
    "free": {},
    "1.38": {"lago_version": "1.38.0"},
}
FIRST, SEEDS = int(os.environ.get("FIRST", "0")), int(os.environ.get("SEEDS", "200"))
QUICK = len(SERVERS)  # one on each
LEAVES_A_COPY = {"plan_overrides", "subscription_at"}
"""An overridden subscription that changes plans before it starts leaves an overridden plan that no list shows."""
Manifests = tuple[Manifest, ...]


@pytest.mark.parametrize(
    "seed",
    [pytest.param(FIRST + number, marks=() if number < QUICK else pytest.mark.slow) for number in range(SEEDS)],
)
def test_whatever_a_plan_accepts_is_applied_and_nothing_is_left(seed: int) -> None:
    server = list(SERVERS)[seed % len(SERVERS)]
    sort = Sort(entities=server == "premium")
    first = project(seed, 1, sort)
    second = project(seed, 2, sort, first)
    settings = {**SERVERS[server], "shuffle_seed": seed, "pricing_units": pricing_units(first, second)}
    with world(**settings) as lago:
        there = becomes(lago, first, ())
        if seed // len(SERVERS) % 2:
            subscribe(lago, Random(seed), premium=server == "premium")
        becomes(lago, second, there)


def becomes(lago: World, wanted: Manifests, before: Manifests) -> Manifests:
    """The organization as the manifests say it, but for what a plan refuses; those that are left."""
    kept, planned = accepted(lago, wanted, before)
    number, plan = len(lago.writes()), planned.plan
    outcomes = lago.carry_out(planned)
    odd = [one for one in outcomes if one.status not in {Status.DONE, Status.ALREADY}]
    assert not odd, [f"{one.status} {one.task.change.address}: {one.message}" for one in odd]
    assert without_queries(requests(outcomes, plan.comparison.server)) == without_queries(lago.writes()[number:])
    facts = Facts("apply", plan=plan_document(plan, KINDS), outcomes=outcomes)
    for report in FORMATS.values():
        report(facts)

    number, again = len(lago.writes()), lago.plan_manifests(kept)
    assert again.plan.changes == ()
    assert lago.carry_out(again) == ()
    assert lago.writes()[number:] == []
    pulled = lago.pull()
    assert {problem.mark.source for problem in pulled.left_out} == set(orphans(again.inventory.live))
    assert plan_is_empty(lago, reread(pulled))
    return tuple(kept.manifests.values())


def requests(outcomes: Iterable[Outcome], server: Server) -> Iterator[str]:
    """What a plan says that is sent; where the run's other writes already did it, nothing has to be."""
    for one in outcomes:
        if one.status is Status.DONE:
            yield from announced(KINDS[one.task.change.address.kind], one.task.change, server)


def orphans(live: Mapping[Address, Live]) -> Iterator[str]:
    """What no manifest can describe: what refers to something that was deleted, as coupons can, and plans of an old
    Lago; and plans that no manifest describes, of which a metric took values, so that two filters became alike."""
    for address, one in live.items():
        dangling = any(target not in live for _, target in references(KINDS[address.kind].object, one.fields))
        filters = [[each["values"] for each in charge["filters"].values()] for charge in charges(one)]
        if dangling or any(len(set(values)) < len(values) for values in filters):
            yield str(address)


def charges(one: Live) -> Iterable[Mapping[str, Any]]:
    return (one.fields.get("charges") or {}).values()


def without_queries(sent: Iterable[str]) -> list[str]:
    return sorted(one.split("?")[0] for one in sent)


# What is refused --------------------------------------------------------------------------------------------------


def accepted(lago: World, wanted: Manifests, before: Manifests) -> tuple[Checked, Planned]:
    """What a plan takes, and the plan. Of what it refuses the locked fields are put back, then all of it, and then it
    is dropped."""
    was = {address_of(one, KINDS): one for one in before}
    tries: Counter[Address] = Counter()
    manifests = {address_of(one, KINDS): one for one in wanted}
    for _ in range(100):
        found = check(manifests.values(), KINDS, SHAPES, External())
        refused = {address_of(one, KINDS) for one in manifests.values() if one.source in sources(found)}
        if not refused:
            planned = lago.plan_manifests(found)
            refused = {one.address for one in planned.plan.refusals}
            if not refused:
                return found, planned
        for address in refused & manifests.keys():
            tries[address] += 1
            put_back(manifests, address, was.get(address), tries[address])
    raise AssertionError("what is refused is refused whatever is put back")


def sources(found: Checked) -> set[str]:
    return {problem.mark.source for problem in found.problems}


def put_back(manifests: dict[Address, Manifest], address: Address, old: Manifest | None, attempt: int) -> None:
    new = manifests[address]
    if old is None or attempt > 2 or new.data.get("state") == "absent":
        del manifests[address]
    elif attempt == 2:
        manifests[address] = replace(old, source=new.source)
    else:
        locked = (field.name for field in KINDS[address.kind].fields if field.lock is Lock.IN_USE)
        data = {**new.data, **{name: old.data.get(name) for name in locked}}
        manifests[address] = replace(new, data=data)


# What is there besides --------------------------------------------------------------------------------------------


def subscribe(lago: World, random: Random, *, premium: bool) -> None:
    """Some plans have subscribers, some of these prices of their own, some have to wait, some have gone again; some
    coupons are given away, some wallets are limited to a metric."""
    metrics = [one["code"] for one in lago.send("GET", "billable_metrics?per_page=100")["billable_metrics"]]
    taxes = [one["code"] for one in lago.send("GET", "taxes?per_page=100")["taxes"]]
    plans = lago.send("GET", "plans?per_page=100")["plans"]
    for number, plan in enumerate(plans):
        customer = {"external_id": f"c{number}", "currency": plan["amount_currency"]}
        lago.send("POST", "customers", {"customer": customer})
        for one in range(random.choice([0, 0, 1, 1, 1, 2, 3])):
            about: dict[str, Any] = {"external_customer_id": f"c{number}", "external_id": f"s{number}-{one}"}
            if premium and random.random() < 0.4:
                about["plan_overrides"] = overrides(random, plan, taxes)
            if random.random() < 0.2:
                about["subscription_at"] = "2099-01-01T00:00:00Z"
            lago.send("POST", "subscriptions", {"subscription": {**about, "plan_code": plan["code"]}})
            if random.random() < 0.2:
                waits = "?status=pending" if "subscription_at" in about else ""
                lago.http.delete(f"/api/v1/subscriptions/{about['external_id']}{waits}")
            elif random.random() < 0.3 and not about.keys() >= LEAVES_A_COPY:  # to another plan, now or later
                about = {**about, "plan_code": random.choice(plans)["code"]}
                about.pop("plan_overrides", None)
                lago.http.post("/api/v1/subscriptions", json={"subscription": about})
        if metrics and random.random() < 0.3:
            limits = {"billable_metric_codes": [random.choice(metrics)]}
            wallet = {"external_customer_id": f"c{number}", "currency": customer["currency"], "rate_amount": "1"}

            lago.http.post("/api/v1/wallets", json={"wallet": {**wallet, "applies_to": limits}})
    for coupon in lago.send("GET", "coupons?per_page=100")["coupons"]:
        if random.random() < 0.4:
            body = {"applied_coupon": {"external_customer_id": "c0", "coupon_code": coupon["code"]}}
            lago.http.post("/api/v1/applied_coupons", json=body)  # which Lago may refuse: another currency


def overrides(random: Random, plan: Mapping[str, Any], taxes: Sequence[str]) -> dict[str, Any]:
    """A fee, taxes, or what a charge costs at least: all else is copied."""
    charges = [{"id": one["lago_id"], "min_amount_cents": 9} for one in plan["charges"] if not one["pay_in_advance"]]
    return random.choice([{"amount_cents": 7}, {"tax_codes": list(taxes[:1])}, {"charges": charges[:1]}])


def pricing_units(*projects: Manifests) -> tuple[str, ...]:
    """Those that charges refer to: Lago makes them in its web page only."""
    charges = (one for each in projects for manifest in each for one in manifest.data.get("charges") or ())
    return tuple({unit["code"] for charge in charges if (unit := charge.get("applied_pricing_unit"))})
