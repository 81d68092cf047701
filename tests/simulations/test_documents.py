"""What is wrong with a simulation is said with its place; what is right is drawn, the same for the same seed."""

from datetime import date
from decimal import Decimal

import pytest

from lago_gitops.bills.price_list import price_list
from lago_gitops.core.validation.validate import Checked
from lago_gitops.manifests.reading.reader import read_text
from lago_gitops.simulations.documents import Simulations, simulations
from lago_gitops.simulations.population import Simulation
from tests.worlds import checked

PRICES = """
kind: billable_metric
code: calls
name: Calls
aggregation_type: count_agg
---
kind: billable_metric
code: storage
name: Storage
aggregation_type: sum_agg
field_name: gb
filters: [{key: region, values: [eu, us]}]
---
kind: plan
code: growth
name: Growth
interval: monthly
amount_cents: 1000
amount_currency: EUR
pay_in_advance: false
charges:
  - {code: requests, billable_metric_code: calls, charge_model: standard, properties: {amount: "1"}}
---
kind: plan
code: scale
name: Scale
interval: monthly
amount_cents: 9000
amount_currency: EUR
pay_in_advance: false
---
kind: coupon
code: ten
name: Ten
coupon_type: percentage
percentage_rate: "10"
frequency: forever
expiration: no_expiration
"""
HEAD = "first_month: 2026-01\nmonths: 2\nseed: 3\ncustomers:\n"


@pytest.fixture(scope="module")
def manifests() -> Checked:
    return checked(PRICES)


def read(manifests: Checked, customers: str, head: str = HEAD) -> Simulations:
    reading = read_text("s.simulation.yaml", head + customers)
    assert not reading.problems
    return simulations("s.simulation.yaml", reading.manifests, price_list(manifests.manifests))


def right(manifests: Checked, customers: str, head: str = HEAD) -> Simulation:
    found = read(manifests, customers, head)
    assert not found.problems, [str(each) for each in found.problems]
    [one] = found.simulations
    return one


@pytest.mark.parametrize(
    ("customers", "problem"),
    [
        ("- name: a", "5:3: subscriptions is missing in customers[0] (add subscriptions)"),
        ("- {name: a, subscriptions: [{plan: grwth}]}", "5:30: there is no plan 'grwth': did you mean 'growth'?"),
        (
            "- name: a\n  subscriptions:\n  - plan: growth\n    usage: {cals: 3}",
            "8:13: plan 'growth' has no charge 'cals': it has requests",
        ),
        (
            "- name: a\n  subscriptions:\n  - plan: growth\n    usage:\n      calls: {units: 3, between: [1, 2]}",
            "9:7: write either units or between",
        ),
        (
            "- name: a\n  subscriptions:\n  - plan: growth\n    usage: {calls: {between: [5, 2]}}",
            "8:13: between 5 and 2 is empty: put the lower bound first",
        ),
        (
            "- name: a\n  subscriptions:\n  - plan: growth\n    usage: {calls: 1.5}",
            "8:13: the metric 'calls' counts: units are whole numbers",
        ),
        (
            "- name: a\n  subscriptions:\n  - plan: growth\n    usage: {calls: -1}",
            "8:13: the metric 'calls' counts: units can't be negative",
        ),
        (
            "- name: a\n  subscriptions:\n  - plan: growth\n    usage: {calls: {units: 1, properties: {region: eu}}}",
            "8:13: charge 'requests' has no filter and no group by 'region': it has neither",
        ),
        (
            "- name: a\n  subscriptions:\n  - plan: growth\n    months: {2026-03: {calls: 1}}",
            "8:14: 2026-03 is not among the months of the simulation",
        ),
        (
            "- {name: a, subscriptions: [{plan: growth, start: 2026-02-30}]}",
            "5:44: 2026-02-30 is not a day of the calendar",
        ),
        (
            "- {name: a, subscriptions: [{plan: growth, start: 2026-03-01}]}",
            "5:44: 2026-03-01 is not in the months of the simulation, 2026-01 to 2026-02",
        ),
        (
            "- {name: a, subscriptions: [{plan: growth, start: 2026-01-05, end: 2026-01-04}]}",
            "5:63: 2026-01-04 is before 2026-01-05, its first day",
        ),
        (
            "- {name: a, subscriptions: [{plan: growth, changes: [{on: 2026-01-01, plan: scale}]}]}",
            "5:55: 2026-01-01 has to be after 2026-01-01 and no later than its last day",
        ),
        (
            "- {name: a, coupons: [tn], subscriptions: [{plan: growth}]}",
            "5:23: there is no coupon 'tn': did you mean 'ten'?",
        ),
        (
            "- {name: a, subscriptions: [{plan: growth, events: [{at: 2026-01-40T00:00:00Z, code: calls}]}]}",
            "5:54: at can't be '2026-01-40T00:00:00Z' (a time in UTC such as 2026-01-15T12:00:00Z)",
        ),
        (
            "- {name: a, subscriptions: [{plan: growth, events: [{at: 2026-02-30T00:00:00Z, code: cals}]}]}",
            "5:54: 2026-02-30T00:00:00Z is not a day of the calendar",
        ),
        (
            "- {name: a, subscriptions: [{plan: growth}]}\n- {name: a, subscriptions: [{plan: growth}]}",
            "6:4: another customer is named 'a'",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(manifests: Checked, customers: str, problem: str) -> None:
    found = read(manifests, customers)
    assert found.simulations == ()
    assert f"s.simulation.yaml:{problem}" in [str(each) for each in found.problems]


def test_what_a_sort_of_customers_has_wrong_is_said_once(manifests: Checked) -> None:
    found = read(manifests, "- {name: a, count: 500, subscriptions: [{plan: none}]}")
    assert len(found.problems) == 1


def test_a_count_makes_so_many_customers(manifests: Checked) -> None:
    made = right(manifests, "- {name: a, count: 3, coupons: [ten], subscriptions: [{plan: growth}]}")
    assert [each.external_id for each in made.customers] == ["a-1", "a-2", "a-3"]
    assert made.customers[2].subscriptions[0].external_id == "a-3/1"
    assert made.customers[0].coupons == ("ten",)


DRAWN = "- {name: a, count: 4, subscriptions: [{plan: growth, usage: {calls: {between: [0, 1000000]}}}]}"


def units(made: Simulation, month: date) -> list[Decimal]:
    return [each.subscriptions[0].usage[month][0].given.units for each in made.customers]


def test_what_is_drawn_hangs_on_the_seed(manifests: Checked) -> None:
    january = date(2026, 1, 1)
    first, again = (units(right(manifests, DRAWN), january) for _ in range(2))
    assert first == again
    assert len(set(first)) == 4
    assert units(right(manifests, DRAWN, HEAD.replace("3", "4")), january) != first


def test_usage_grows_from_month_to_month(manifests: Checked) -> None:
    made = right(
        manifests, "- {name: a, subscriptions: [{plan: growth, usage: {requests: {units: 1000, growth: 0.05}}}]}"
    )
    assert [units(made, date(2026, month, 1)) for month in (1, 2)] == [[1000], [1050]]


def test_a_month_of_its_own_stands_instead_of_the_usage(manifests: Checked) -> None:
    made = right(
        manifests,
        "- {name: a, subscriptions: [{plan: growth, usage: {calls: 7}, months: {2026-02: {calls: 9}}}]}",
    )
    assert [units(made, date(2026, month, 1)) for month in (1, 2)] == [[7], [9]]


def test_a_metric_that_no_plan_bills_can_be_used(manifests: Checked) -> None:
    made = right(
        manifests,
        "- {name: a, subscriptions: [{plan: growth, usage: {storage: {units: 2, properties: {region: eu}}}}]}",
    )
    assert made.customers[0].subscriptions[0].usage[date(2026, 1, 1)][0].metric.code == "storage"
