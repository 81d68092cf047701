"""What is made again gets its contents back in the same run."""

import pytest

from tests.texts import HALF, METRIC
from tests.worlds import statuses, world

ADD_ON = "kind: add_on\ncode: setup\nname: Setup\namount_cents: 100\namount_currency: EUR\n"
FEATURE = """
kind: feature
code: seats
privileges:
  - {code: max, value_type: integer}
  - {code: level, value_type: select, config: {select_options: [silver, gold, old]}}
"""
PLAN = """
kind: plan
code: {code}
name: Plan
interval: monthly
amount_cents: 100
amount_currency: EUR
pay_in_advance: false
charges: [{{code: calls, billable_metric_code: calls, charge_model: standard, properties: {{amount: "1"}}}}]
fixed_charges: [{{code: setup, add_on_code: setup, charge_model: standard, units: 1, properties: {{amount: "5"}}}}]
entitlements: {{seats: {{max: {most}, level: gold}}}}
"""
COUPON = HALF + "applies_to: {billable_metric_codes: [calls]}\n"
PLANS = tuple(PLAN.format(code=code, most=5) for code in ("a", "b"))
ALL = (METRIC, ADD_ON, FEATURE, *PLANS, COUPON)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("value_type: integer", "value_type: string"),
        (", old]", "]"),
        ("{code: max, value_type: integer}", "{code: max, value_type: string, name: Most}"),
    ],
)
def test_values_of_a_privilege_that_is_replaced_are_set_again(old: str, new: str) -> None:
    with world() as lago:
        lago.apply(*ALL)
        after = tuple(text.replace(old, new) if "kind: feature" in text else text for text in ALL)
        outcomes = lago.apply(*after)

        assert statuses(outcomes) == dict.fromkeys(("feature/seats", "plan/a", "plan/b"), "done")
        assert lago.plan(*after).plan.changes == ()


def test_other_values_of_a_privilege_that_is_replaced_are_nobody_elses_change() -> None:
    with world() as lago:
        lago.apply(*ALL)
        feature = FEATURE.replace("value_type: integer", "value_type: string")
        after = (METRIC, ADD_ON, feature, PLAN.format(code="a", most=6), PLANS[1], COUPON)

        assert set(statuses(lago.apply(*after)).values()) == {"done"}
        assert lago.plan(*after).plan.changes == ()


def test_a_plan_that_goes_while_a_privilege_is_replaced_is_deleted() -> None:
    with world() as lago:
        lago.apply(*ALL)
        feature = FEATURE.replace("value_type: integer", "value_type: string")
        gone = PLANS[0].replace("code: a", "code: a\nstate: absent", 1)

        assert set(statuses(lago.apply(METRIC, ADD_ON, feature, gone, PLANS[1], COUPON)).values()) == {"done"}


@pytest.mark.parametrize("path", ["billable_metrics/calls", "add_ons/setup", "features/seats"])
def test_what_somebody_deleted_comes_back_with_all_that_went_with_it(path: str) -> None:
    with world() as lago:
        lago.apply(*ALL)
        lago.send("DELETE", path)

        assert set(statuses(lago.apply(*ALL)).values()) == {"done"}
        assert lago.plan(*ALL).plan.changes == ()


@pytest.mark.parametrize("path", ["entitlements", "entitlements.seats", "entitlements.seats.max"])
def test_ignored_values_of_a_privilege_that_is_replaced_are_set_again(path: str) -> None:
    with world() as lago:
        lago.apply(*ALL)
        feature = FEATURE.replace("integer", "string")
        plans = tuple(f"{PLAN.format(code=code, most=7)}ignore: [{path}]\n" for code in ("a", "b"))
        lago.apply(METRIC, ADD_ON, feature, *plans, COUPON)

        [seats] = lago.send("GET", "plans/a/entitlements")["entitlements"]
        assert {one["code"]: one["value"] for one in seats["privileges"]} == {"max": "5", "level": "gold"}
        assert lago.plan(METRIC, ADD_ON, feature, *plans, COUPON).plan.changes == ()


def test_an_ignored_value_that_its_new_privilege_does_not_take_is_refused() -> None:
    with world() as lago:
        lago.apply(*ALL)
        feature = FEATURE.replace("silver, gold, old", "silver, bronze")
        plan = PLAN.format(code="a", most=5).replace("gold", "bronze") + "ignore: [entitlements.seats.level]\n"
        [refusal] = lago.plan(METRIC, ADD_ON, feature, plan).plan.refusals

        assert refusal.message == (
            "entitlements.seats.level is gold in Lago, but the privilege will only accept one of bronze, silver"
        )


def test_an_ignored_value_goes_with_its_privilege() -> None:
    with world() as lago:
        lago.apply(*ALL)
        feature = FEATURE.replace("  - {code: max, value_type: integer}\n", "")
        plan = f"{PLAN.format(code='a', most=5).replace('max: 5, ', '')}ignore: [entitlements.seats.max]\n"
        lago.apply(METRIC, ADD_ON, feature, plan)

        [seats] = lago.send("GET", "plans/a/entitlements")["entitlements"]
        assert [one["code"] for one in seats["privileges"]] == ["level"]
        assert lago.plan(METRIC, ADD_ON, feature, plan).plan.changes == ()
