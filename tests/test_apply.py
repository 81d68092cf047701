"""Plans carried out on the sandbox."""

import pytest

from lago_gitops.core.execution.outcome import Status
from tests.worlds import World, statuses, world

METRIC = """
kind: billable_metric
code: calls
name: Calls
aggregation_type: count_agg
filters:
  - {key: region, values: [eu, us]}
"""
PLAN = """
kind: plan
code: growth
name: Growth
interval: monthly
amount_cents: 1000
amount_currency: EUR
pay_in_advance: false
charges:
  - code: calls
    billable_metric_code: calls
    charge_model: standard
    properties: {amount: "0.10"}
    filters:
      - {values: {region: [us, eu]}, properties: {amount: "0.05"}}
  - code: more_calls
    billable_metric_code: calls
    charge_model: standard
    properties: {amount: "0.20"}
"""
TAX = """
kind: tax
code: vat
name: VAT
rate: 20
"""
VERSIONS = pytest.mark.parametrize("version", ["1.51.0", "1.38.0"])


@VERSIONS
def test_after_an_apply_the_plan_is_empty(version: str) -> None:
    with world(lago_version=version) as lago:
        outcomes = lago.apply(PLAN, METRIC, TAX)

        assert set(statuses(outcomes).values()) == {"done"}
        assert lago.plan(PLAN, METRIC, TAX).plan.changes == ()


@pytest.mark.parametrize("seed", range(8))
def test_charges_without_codes_are_told_apart_by_all_that_they_are_in_whatever_order(seed: int) -> None:
    with world(lago_version="1.38.0", shuffle_seed=seed) as lago:
        assert set(statuses(lago.apply(PLAN, METRIC)).values()) == {"done"}
        assert lago.plan(PLAN, METRIC).plan.changes == ()


def test_what_is_referred_to_is_made_first() -> None:
    with world() as lago:
        lago.apply(PLAN.replace("charges:", "tax_codes: [vat]\ncharges:"), METRIC, TAX)

        assert lago.writes()[-1] == "POST /plans"


def test_nothing_is_sent_where_nothing_differs() -> None:
    with world() as lago:
        lago.apply(PLAN, METRIC)
        before = lago.writes()
        lago.apply(PLAN, METRIC)

        assert lago.writes() == before


def test_a_change_inside_one_charge_goes_to_the_charge() -> None:
    assert written(PLAN.replace("0.20", "0.25")) == ["PUT /plans/growth/charges/more_calls"]


def test_plan_attributes_alone_go_without_charges() -> None:
    with world() as lago:
        lago.apply(PLAN, METRIC)
        before = charge_ids(lago)
        lago.apply(PLAN.replace("amount_cents: 1000", "amount_cents: 1200"), METRIC)

        assert lago.writes()[-1] == "PUT /plans/growth"
        assert charge_ids(lago) == before


@VERSIONS
def test_a_change_of_several_charges_is_one_write_that_keeps_their_ids(version: str) -> None:
    with world(lago_version=version) as lago:
        lago.apply(PLAN, METRIC)
        before, number = charge_ids(lago), len(lago.writes())
        outcomes = lago.apply(PLAN.replace("0.20", "0.25").replace('"0.10"', '"0.11"'), METRIC)

        assert lago.writes()[number:] == ["PUT /plans/growth"]
        assert sorted(charge_ids(lago)) == sorted(before)
        assert set(statuses(outcomes).values()) == {"done"}


def test_a_charge_whose_model_changes_goes_and_comes_again_under_its_code() -> None:
    changed = PLAN.replace('properties: {amount: "0.20"}', "").replace(
        "code: more_calls\n    billable_metric_code: calls\n    charge_model: standard",
        "code: more_calls\n    billable_metric_code: calls\n    charge_model: package\n"
        '    properties: {amount: "5", package_size: 10, free_units: 0}',
    )

    assert written(changed) == ["DELETE /plans/growth/charges/more_calls", "POST /plans/growth/charges"]


def test_a_charge_left_out_is_deleted_and_the_other_is_kept() -> None:
    assert written(PLAN[: PLAN.index("  - code: more_calls")]) == ["DELETE /plans/growth/charges/more_calls"]


def test_a_tombstone_deletes_and_referrers_come_before() -> None:
    gone = METRIC.replace("code:", "state: absent\ncode:")
    with world() as lago:
        lago.apply(PLAN, METRIC)
        number = len(lago.writes())
        outcomes = lago.apply(PLAN[: PLAN.index("charges:")], gone)

        assert lago.writes()[number:] == ["PUT /plans/growth", "DELETE /billable_metrics/calls"]
        assert statuses(outcomes) == {"plan/growth": "done", "billable_metric/calls": "done"}


def test_a_plan_is_gone_when_its_delete_is_done() -> None:
    with world() as lago:
        lago.apply(PLAN, METRIC)
        lago.apply("kind: plan\nstate: absent\ncode: growth", METRIC)

        assert lago.plan(PLAN, METRIC).plan.counts.create == 1


def test_filter_values_are_added_before_plans_use_them_and_taken_away_after() -> None:
    metric, plan = METRIC.replace("[eu, us]", "[eu, ap]"), PLAN.replace("[us, eu]", "[eu, ap]")
    with world() as lago:
        lago.apply(PLAN, METRIC)
        number = len(lago.writes())
        outcomes = lago.apply(plan, metric)

        assert lago.writes()[number:] == [
            "PUT /billable_metrics/calls",
            "PUT /plans/growth/charges/calls",
            "PUT /billable_metrics/calls",
        ]
        assert {one.status for one in outcomes} == {Status.DONE}
        assert lago.plan(plan, metric).plan.changes == ()


def test_a_rename_keeps_what_refers_to_it() -> None:
    renamed = METRIC.replace("code: calls", "code: requests\npreviously: [calls]")
    plan = PLAN.replace("billable_metric_code: calls", "billable_metric_code: requests")
    with world() as lago:
        lago.apply(TAX)
        lago.apply(TAX.replace("code: vat", "code: vat_20\npreviously: [vat]"))
        lago.apply(PLAN, METRIC)

        assert [one["code"] for one in lago.send("GET", "taxes")["taxes"]] == ["vat_20"]
        assert [str(one.address) for one in lago.plan(plan, renamed).plan.changes] == ["billable_metric/requests"]
        assert "has charges on plans" in lago.plan(plan, renamed).plan.refusals[0].message


def test_an_error_stops_only_what_depends_on_it() -> None:
    with world() as lago:
        lago.apply(TAX)
        lago.send("DELETE", "taxes/vat")
        outcomes = lago.apply(TAX, METRIC, PLAN.replace("charges:", "tax_codes: [vat]\ncharges:"))

        assert statuses(outcomes) == {
            "tax/vat": "failed",
            "billable_metric/calls": "done",
            "plan/growth": "blocked",
        }


def test_what_lago_would_ignore_is_refused_with_the_ways_out() -> None:
    with world() as lago:
        lago.apply(PLAN, METRIC)
        subscribe(lago, "growth")
        plan = lago.plan(PLAN.replace("monthly", "quarterly"), METRIC).plan

        assert [refusal.message for refusal in plan.refusals] == [
            "Lago would answer 200 and not change interval: the plan has had a subscription"
        ]


def test_the_interval_of_a_plan_that_nobody_ever_had_is_changed() -> None:
    assert written(PLAN.replace("monthly", "quarterly")) == ["PUT /plans/growth"]


def test_a_metric_that_a_plan_stops_using_can_change_in_the_same_run() -> None:
    metric = METRIC.replace("count_agg", "sum_agg\nfield_name: size")
    with world() as lago:
        lago.apply(PLAN, METRIC)
        without = PLAN[: PLAN.index("charges:")]

        assert lago.plan(without, metric).plan.refusals == ()
        assert set(statuses(lago.apply(without, metric)).values()) == {"done"}
        assert lago.plan(without, metric).plan.changes == ()


def test_what_is_protected_is_not_deleted() -> None:
    with world() as lago:
        lago.apply(TAX)
        plan = lago.plan("kind: tax\nstate: absent\ncode: vat\nprotect: true").plan

        assert [str(refusal.address) for refusal in plan.refusals] == ["tax/vat"]


@pytest.mark.parametrize("path", ["charges.calls.amount", "charges.calls.properties.amount"])
def test_an_ignored_field_keeps_what_lago_has(path: str) -> None:
    ignoring = PLAN.replace("name: Growth", f"name: Growth\nignore: [{path}, description]")
    with world() as lago:
        lago.apply(PLAN, METRIC)
        lago.send("PUT", "plans/growth", {"plan": {"description": "by hand"}})
        charge = {"charge_model": "standard", "properties": {"amount": "9"}}
        lago.send("PUT", "plans/growth/charges/calls", {"charge": charge})

        assert lago.plan(ignoring, METRIC).plan.changes == ()
        lago.apply(ignoring.replace("0.20", "0.25").replace("0.05", "0.06"), METRIC)
        prices = {
            one["code"]: one["properties"]["amount"] for one in lago.send("GET", "plans/growth")["plan"]["charges"]
        }
        assert prices == {"calls": "9", "more_calls": "0.25"}


def test_the_order_in_which_lago_has_the_values_of_a_filter_is_kept() -> None:
    """In another order they would be another filter, and what was billed in advance on it would be billed again."""
    with world() as lago:
        lago.apply(METRIC, PLAN.replace("[us, eu]", "[eu, us]"))
        before = lago.send("GET", "plans/growth/charges/calls")["charge"]["filters"]
        lago.apply(METRIC, PLAN.replace("[us, eu]", "[us, eu]").replace("0.05", "0.06"))
        after = lago.send("GET", "plans/growth/charges/calls")["charge"]["filters"]

        assert [one["lago_id"] for one in after] == [one["lago_id"] for one in before]
        assert after[0]["properties"]["amount"] == "0.06"


def test_a_coupon_keeps_its_targets_when_something_else_changes() -> None:
    coupon = """
kind: coupon
code: half
name: Half
coupon_type: percentage
percentage_rate: 50
frequency: once
expiration: no_expiration
applies_to: {plan_codes: [growth]}
"""
    with world() as lago:
        lago.apply(PLAN, METRIC, coupon)
        lago.apply(PLAN, METRIC, coupon.replace("name: Half", "name: Half price"))

        assert lago.send("GET", "coupons/half")["coupon"]["plan_codes"] == ["growth"]


def test_a_plan_without_changes_costs_a_request_a_list_and_one_a_plan_for_fixed_charges() -> None:
    add_on = "kind: add_on\ncode: setup\nname: Setup\namount_cents: 1\namount_currency: EUR"
    with world() as lago:
        lago.apply(PLAN, METRIC)
        del lago.requests[:]
        lago.plan(PLAN, METRIC)
        without = sorted(one.split("?")[0] for one in lago.requests)
        lago.apply(PLAN, METRIC, add_on)
        del lago.requests[:]
        lago.plan(PLAN, METRIC, add_on)
        with_add_ons = sorted(one.split("?")[0] for one in lago.requests)

    assert without == [
        "GET /add_ons",
        "GET /billable_metrics",
        "GET /billing_entities",
        "GET /billing_entities/sandbox",
        "GET /coupons",
        "GET /features",
        "GET /organizations",
        "GET /plans",
        "GET /taxes",
        "GET /webhook_endpoints",
    ]
    assert with_add_ons == sorted([*without, "GET /plans/growth/fixed_charges"])


FEATURE = """
kind: feature
code: seats
name: Seats
privileges:
  - {code: max, value_type: integer}
  - {code: level, value_type: select, config: {select_options: [silver, gold]}}
"""
ENTITLED = PLAN + "entitlements: {seats: {max: 25, level: gold}}\n"


def test_a_plan_is_entitled_once_it_and_the_feature_are_there() -> None:
    with world() as lago:
        outcomes = lago.apply(ENTITLED, METRIC, FEATURE)

        assert set(statuses(outcomes).values()) == {"done"}
        assert lago.writes()[-2:] == ["POST /plans", "POST /plans/growth/entitlements"]
        assert lago.plan(ENTITLED, METRIC, FEATURE).plan.changes == ()


@pytest.mark.parametrize(
    ("after", "writes"),
    [
        ("{seats: {max: 30, level: gold}}", ["POST /plans/growth/entitlements"]),
        ("{seats: {max: 25}}", ["POST /plans/growth/entitlements"]),
        ("{}", ["POST /plans/growth/entitlements"]),
        (
            "{seats: {}}",
            [
                "DELETE /plans/growth/entitlements/seats/privileges/level",
                "DELETE /plans/growth/entitlements/seats/privileges/max",
            ],
        ),
    ],
)
def test_entitlements_end_up_as_they_are_wanted(after: str, writes: list[str]) -> None:
    with world() as lago:
        lago.apply(ENTITLED, METRIC, FEATURE)
        changed = ENTITLED.replace("{seats: {max: 25, level: gold}}", after)
        number = len(lago.writes())
        outcomes = lago.apply(changed, METRIC, FEATURE)

        assert lago.writes()[number:] == writes
        assert set(statuses(outcomes).values()) == {"done"}
        assert lago.plan(changed, METRIC, FEATURE).plan.changes == ()


@pytest.mark.parametrize(
    ("old", "new", "writes"),
    [
        ("name: Seats", "name: Places", ["PUT /features/seats"]),
        ("[silver, gold]", "[silver, gold, iron]", ["PUT /features/seats"]),
        ("[silver, gold]", "[gold]", ["DELETE /features/seats/privileges/level", "PUT /features/seats"]),
        ("integer", "string", ["DELETE /features/seats/privileges/max", "PUT /features/seats"]),
        ("  - {code: max, value_type: integer}\n", "", ["DELETE /features/seats/privileges/max"]),
    ],
)
def test_an_update_of_a_feature_takes_away_what_lago_would_keep(old: str, new: str, writes: list[str]) -> None:
    with world() as lago:
        lago.apply(FEATURE)
        number = len(lago.writes())
        outcomes = lago.apply(FEATURE.replace(old, new))

        assert lago.writes()[number:] == writes
        assert set(statuses(outcomes).values()) == {"done"}
        assert lago.plan(FEATURE.replace(old, new)).plan.changes == ()


def test_a_billing_entity_is_made_in_two_steps() -> None:
    entity = """
kind: billing_entity
code: fr
name: Acme France
country: FR
tax_codes: [vat]
billing_configuration: {document_locale: fr}
"""
    with world(premium=True, premium_integrations=("multi_entities_enterprise",)) as lago:
        outcomes = lago.apply(entity, TAX)

        assert set(statuses(outcomes).values()) == {"done"}
        assert lago.writes()[-2:] == ["POST /billing_entities", "PUT /billing_entities/fr"]
        assert lago.plan(entity, TAX).plan.changes == ()


def test_an_organization_owns_what_its_manifest_names() -> None:
    with world() as lago:
        lago.send("PUT", "organizations", {"organization": {"city": "Paris"}})
        outcomes = lago.apply("kind: organization\nlegal_name: Acme SAS\ncountry: FR")

        assert statuses(outcomes) == {"organization": "done"}
        assert lago.send("GET", "organizations")["organization"]["city"] == "Paris"
        assert lago.plan("kind: organization\nlegal_name: Acme SAS").plan.changes == ()


def test_features_that_a_server_has_no_licence_for_are_refused_and_not_taken_for_none() -> None:
    with world(lago_version="1.38.0") as lago:
        plan = lago.plan(FEATURE).plan

        assert "features need a Lago licence" in plan.refusals[0].message
        assert lago.plan(TAX).plan.refusals == ()


def test_what_the_api_has_no_way_to_do_is_refused() -> None:
    renamed = FEATURE.replace("code: seats", "code: places\npreviously: [seats]")
    with world() as lago:
        lago.apply(FEATURE)

        assert lago.plan(renamed).plan.refusals[0].message == "Lago can't rename a feature"
        gone = lago.plan("kind: billing_entity\nstate: absent\ncode: sandbox").plan
        assert gone.refusals[0].message == "Lago's API can't delete a billing entity"


def written(changed: str) -> list[str]:
    """What is sent to turn PLAN, without subscribers, into another."""
    with world() as lago:
        lago.apply(PLAN, METRIC)
        number = len(lago.writes())
        outcomes = lago.apply(changed, METRIC)

        assert set(statuses(outcomes).values()) == {"done"}
        assert lago.plan(changed, METRIC).plan.changes == ()
        return lago.writes()[number:]


def charge_ids(lago: World) -> list[str]:
    return [one["lago_id"] for one in lago.send("GET", "plans/growth")["plan"]["charges"]]


def subscribe(lago: World, plan: str) -> None:
    lago.send("POST", "customers", {"customer": {"external_id": "acme", "currency": "EUR"}})
    subscription = {"external_customer_id": "acme", "plan_code": plan, "external_id": "sub"}
    lago.send("POST", "subscriptions", {"subscription": subscription})
