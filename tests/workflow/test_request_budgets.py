"""How many requests a plan and an apply take: the lists, at most three a change, and fewer counts than changes."""

from collections.abc import Callable, Iterator, Sequence

import pytest

from lago_gitops.core.execution.outcome import Outcome
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.validate import External, check
from lago_gitops.kinds import KINDS
from lago_gitops.lago.reading import in_use
from lago_gitops.sandbox.base.clock import moment
from tests.whole.test_edits_that_bill import BEGIN, ORGANIZATION, begin, control, edits
from tests.worlds import SHAPES, World, checked, statuses, world

LISTS = 10  # of eight kinds, the organization, and the one billing entity
EDITS = 4
ALONE = """---
{kind: webhook_endpoint, webhook_url: "https://example.com/a", signature_algo: hmac}
---
{kind: organization, country: FR, net_payment_term: 10}
"""
METRIC = "kind: billable_metric\ncode: calls\nname: Calls\naggregation_type: count_agg"
PLAN = """
kind: plan
code: {code}
name: Plan
interval: {interval}
amount_cents: 1000
amount_currency: EUR
pay_in_advance: false
charges:
"""
CHARGE = """
  - code: c{n}
    billable_metric_code: calls
    charge_model: standard
    properties: {{amount: "{price}"}}
"""
COUPON = """
kind: coupon
code: {code}
name: {name}
coupon_type: percentage
percentage_rate: {rate}
frequency: once
expiration: no_expiration
"""


def plan(code: str, prices: Sequence[int] = (1, 2, 3, 4, 5), interval: str = "monthly") -> str:
    charges = (CHARGE.format(n=n, price=price) for n, price in enumerate(prices))
    return PLAN.format(code=code, interval=interval) + "".join(charges)


def coupon(code: str, name: str = "Name", rate: int = 10) -> str:
    return COUPON.format(code=code, name=name, rate=rate)


def requests(lago: World, work: Callable[[], Sequence[Outcome]]) -> list[str]:
    """What the work sent, without queries."""
    del lago.requests[:]
    assert set(statuses(work()).values()) <= {"done"}
    return [request.partition("?")[0] for request in lago.requests]


def counts(sent: Sequence[str]) -> int:
    return sum(request in {"GET /subscriptions", "GET /applied_coupons"} for request in sent)


def subscribe(lago: World, plan_code: str, number: int) -> None:
    customer = {"external_id": f"{plan_code}{number}", "currency": "EUR"}
    lago.send("POST", "customers", {"customer": customer})
    name = customer["external_id"]
    subscription = {"external_customer_id": name, "plan_code": plan_code, "external_id": name}
    lago.send("POST", "subscriptions", {"subscription": subscription})


def test_one_price_of_a_plan_takes_the_lists_two_counts_a_read_and_a_write() -> None:
    with world() as lago:
        lago.apply(METRIC, plan("p"))
        subscribe(lago, "p", 1)
        sent = requests(lago, lambda: lago.apply(METRIC, plan("p", (1, 2, 9, 4, 5))))

        assert sent[-2:] == ["GET /plans/p", "PUT /plans/p/charges/c2"]
        assert counts(sent) == 2
        assert len(sent) == LISTS + 2 + 2


@pytest.mark.parametrize(
    ("after", "writes"),
    [
        (plan("p", (1, 2, 3, 4, 5, 6)), ["POST /plans/p/charges"]),
        (plan("p", (1, 2, 3, 4)), ["DELETE /plans/p/charges/c4", "GET /plans/p"]),
        (plan("p", (9, 9, 3, 4, 5)), ["PUT /plans/p"]),
        (plan("p").replace("standard\n", "package\n", 1).replace('"1"}', '"1", package_size: 5, free_units: 0}', 1),
         ["DELETE /plans/p/charges/c0", "POST /plans/p/charges"]),
    ],
)  # fmt: skip
def test_a_change_of_charges_takes_at_most_three_requests(after: str, writes: list[str]) -> None:
    with world() as lago:
        lago.apply(METRIC, plan("p"))
        sent = requests(lago, lambda: lago.apply(METRIC, after))

        assert sent[LISTS + 1 :] == ["GET /plans/p", *writes]
        assert lago.plan(METRIC, after).plan.changes == ()


def test_creates_take_one_request_each_and_a_second_for_what_a_create_cannot_carry() -> None:
    feature = "kind: feature\ncode: seats\nname: Seats\nprivileges: [{code: max, value_type: integer}]"
    entitled = plan("p") + "entitlements: {seats: {max: 25}}\n"
    with world() as lago:
        sent = requests(lago, lambda: lago.apply(METRIC, feature, entitled))

        assert sorted(sent[LISTS:]) == [
            "GET /api/v2/products", "POST /billable_metrics", "POST /features", "POST /plans",
            "POST /plans/p/entitlements",
        ]  # fmt: skip
        more = entitled.replace("25", "30")
        assert requests(lago, lambda: lago.apply(METRIC, feature, more))[LISTS + 1 :] == [
            "GET /plans/p", "POST /plans/p/entitlements",
        ]  # fmt: skip


def test_many_changes_take_at_most_three_requests_each_and_fewer_counts_than_changes() -> None:
    """Locked fields of plans and coupons, which have to be counted again right before each write, among them."""
    codes = [f"p{n}" for n in range(6)]
    names = [f"c{n}" for n in range(6)]
    with world() as lago:
        lago.apply(METRIC, *(plan(code) for code in codes), *(coupon(name) for name in names))
        before = [METRIC, *(plan(code, interval="quarterly") for code in codes)]
        after = [*before, *(coupon(name, "New", 20) for name in names)]
        del lago.requests[:]
        changes = len(lago.plan(*after).plan.changes)
        asked = [request.partition("?")[0] for request in lago.requests]
        sent = requests(lago, lambda: lago.apply(*after))

        assert changes == 12
        assert counts(asked) < changes
        assert len(sent) - len(asked) <= 3 * changes


def test_in_use_is_told_from_one_list_as_from_single_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    codes, names = [f"p{n}" for n in range(4)], [f"c{n}" for n in range(3)]
    with world() as lago:
        lago.apply(METRIC, *(plan(code) for code in codes), *(coupon(name) for name in names))
        for number in range(2):
            subscribe(lago, "p1", number)
            applied = {"external_customer_id": f"p1{number}", "coupon_code": "c2"}
            lago.send("POST", "applied_coupons", {"applied_coupon": applied})
        changed = [
            METRIC,
            *(plan(code, interval="quarterly") for code in codes),
            *(coupon(one, rate=5) for one in names),
        ]
        at_once = lago.plan(*changed).plan
        monkeypatch.setattr(in_use, "_rows", lambda *_: None)
        one_by_one = lago.plan(*changed).plan

        assert {str(one.address) for one in at_once.refusals} == {"plan/p1", "coupon/c2"}
        assert (at_once.refusals, at_once.effects) == (one_by_one.refusals, one_by_one.effects)


def test_values_that_come_and_go_around_the_plans_that_use_them_take_a_read_and_two_writes() -> None:
    metric = METRIC + "\nfilters: [{{key: region, values: [{value}]}}]"
    filters = "    filters: [{{values: {{region: [{value}]}}, properties: {{amount: '2'}}}}]\n"
    with world() as lago:
        before, after = ((metric.format(value=of), plan("p", (1,)) + filters.format(value=of)) for of in ("eu", "us"))
        lago.apply(*before)
        sent = requests(lago, lambda: lago.apply(*after))

        metrics = [one for one in sent[LISTS:] if one.endswith("/billable_metrics/calls")]
        assert metrics == ["GET /billable_metrics/calls", *["PUT /billable_metrics/calls"] * 2]


@pytest.fixture(scope="module")
def organization() -> Iterator[tuple[World, tuple[Manifest, ...]]]:
    """An organization with add-ons, subscribers, overridden plans and given coupons, and what its manifests say."""
    base = tuple(checked(*(ORGANIZATION + ALONE).split("---\n")).manifests.values())
    with world(premium=True, starts_at=moment(BEGIN)) as lago:
        begin(lago, base)
        yield lago, base


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_edited_takes_at_most_three_requests_a_change(
    kind: str, organization: tuple[World, tuple[Manifest, ...]]
) -> None:
    """A part that Lago deletes only by itself is a change of its own."""
    lago, base = organization
    tried = 0
    for after in (*edits(kind, base, EDITS), *_without_one(kind, base)):
        wanted = check(after, KINDS, SHAPES, External())
        control(lago, "restore")
        planned = lago.plan_manifests(wanted)
        changes = planned.plan.changes
        if wanted.problems or planned.plan.refusals or not changes:
            continue
        tried += 1
        del lago.requests[:]
        lago.carry_out(planned)
        sent = lago.requests
        parts = sum(one.startswith("DELETE") and one.count("/") > 2 for one in sent)

        assert len(sent) <= 3 * len(changes) + max(parts - 1, 0), sent
    assert tried


def _without_one(kind: str, manifests: Sequence[Manifest]) -> Iterator[Sequence[Manifest]]:
    """All manifests but one of the kind, which is deleted or created."""
    for one in manifests:
        if one.kind == kind and not KINDS[kind].undeletable and KINDS[kind].key:
            gone = Manifest(one.source, {"kind": kind, KINDS[kind].key: one.data[KINDS[kind].key], "state": "absent"})
            yield [gone if other is one else other for other in manifests]
            fields = {**one.data, KINDS[kind].key: "https://new.example" if kind == "webhook_endpoint" else "new"}
            yield [*manifests, Manifest("new.yaml", fields)]
