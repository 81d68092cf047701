"""Every effect that a plan predicts, held against what the sandbox then does."""

import re
from pathlib import Path
from typing import Any

import pytest

from lago_gitops.core.model.effects import EffectClass
from tests.worlds import World, statuses, world

METRIC = """
kind: billable_metric
code: calls
name: Calls
aggregation_type: count_agg
filters: [{key: region, values: [eu, us]}]
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
    filters: [{values: {region: [us]}, properties: {amount: "0.05"}}]
"""
TAX = "kind: tax\ncode: vat\nname: VAT\nrate: 20\n"
ADD_ON = "kind: add_on\ncode: setup\nname: Setup\namount_cents: 100\namount_currency: EUR\n"
FIXED = (
    PLAN
    + """
fixed_charges:
  - {code: setup, add_on_code: setup, charge_model: standard, units: 1, pay_in_advance: true, properties: {amount: "5"}}
"""
)
COUPON = """
kind: coupon
code: half
name: Half
coupon_type: percentage
percentage_rate: 50
frequency: once
expiration: no_expiration
"""
FEATURE = "kind: feature\ncode: seats\nname: Seats\nprivileges: [{code: max, value_type: integer}]\n"
HOOK = "kind: webhook_endpoint\nwebhook_url: https://hooks.example.com/{number}\n"


def gone(manifest: str) -> str:
    return manifest.replace("code:", "state: absent\ncode:", 1).replace(
        "webhook_url:", "state: absent\nwebhook_url:", 1
    )


def predicted(lago: World, *texts: str) -> dict[EffectClass, str]:
    """What the plan says will happen, by class: the sentences."""
    effects = lago.plan(*texts).plan.effects
    return {effect.class_: effect.sentence for each in effects for effect in each}


def subscribe(lago: World, plan: str, name: str = "acme", **more: Any) -> None:
    lago.send("POST", "customers", {"customer": {"external_id": name, "currency": "EUR"}})
    subscription = {"external_customer_id": name, "plan_code": plan, "external_id": name, **more}
    lago.send("POST", "subscriptions", {"subscription": subscription})


def subscriptions(lago: World, **query: str) -> list[Any]:
    asked = "&".join(f"{key.replace('status', 'status[]')}={value}" for key, value in query.items())
    found: list[Any] = lago.send("GET", f"subscriptions?{asked}")["subscriptions"]
    return found


def test_deleting_a_plan_ends_its_subscriptions() -> None:
    with world() as lago:
        lago.apply(PLAN, METRIC)
        subscribe(lago, "growth")
        said = predicted(lago, gone(PLAN), METRIC)
        lago.apply(gone(PLAN), METRIC)

        assert said[EffectClass.ENDS_SUBSCRIPTIONS].startswith("its subscriptions end: 1 active, which are invoiced")
        assert subscriptions(lago, plan_code="growth") == []
        assert len(subscriptions(lago, status="terminated")) == 1


def test_a_price_changes_the_bills_of_subscribers_and_of_nobody_else() -> None:
    dearer = PLAN.replace('"0.10"', '"0.20"')
    with world() as lago:
        lago.apply(PLAN, METRIC)

        assert EffectClass.CHANGES_BILLS not in predicted(lago, dearer, METRIC)
        subscribe(lago, "growth")
        said = predicted(lago, dearer, METRIC)[EffectClass.CHANGES_BILLS]
        assert said == "the bills of 1 subscription change: usage of this period, too, that is not invoiced yet"
        lago.apply(dearer, METRIC)
        plan = lago.send("GET", "subscriptions/acme")["subscription"]["plan"]
        assert plan["charges"][0]["properties"]["amount"] == "0.2"


@pytest.mark.parametrize(
    "changed",
    [
        PLAN.replace("standard", "package").replace('{amount: "0.10"}', '{amount: "1", package_size: 5, free_units: 0}')
        .replace('{amount: "0.05"}', '{amount: "1", package_size: 5, free_units: 0}'),
        PLAN[: PLAN.index("charges:")],
    ],
)  # fmt: skip
def test_a_charge_that_goes_takes_its_usage_along(changed: str) -> None:
    with world() as lago:
        lago.apply(PLAN, METRIC)
        subscribe(lago, "growth")
        before = lago.send("GET", "plans/growth")["plan"]["charges"][0]["lago_id"]
        said = predicted(lago, changed, METRIC)
        lago.apply(changed, METRIC)

        assert "is never billed" in said[EffectClass.LOSES_USAGE]
        assert before not in [one["lago_id"] for one in lago.send("GET", "plans/growth")["plan"]["charges"]]


def test_fixed_charges_in_advance_are_invoiced_at_once() -> None:
    with world() as lago:
        lago.apply(FIXED, METRIC, ADD_ON)
        subscribe(lago, "growth")
        said = predicted(lago, FIXED.replace("units: 1", "units: 2"), METRIC, ADD_ON)

        assert said[EffectClass.INVOICES_NOW] == "fixed charges in advance are invoiced to 1 subscription now"


def test_an_amount_can_move_subscribers_at_once() -> None:
    cheaper = PLAN[: PLAN.index("charges:")].replace("growth", "small").replace("1000", "500")
    dearer = cheaper.replace("500", "5000")
    with world() as lago:
        lago.apply(PLAN, METRIC, cheaper)
        subscribe(lago, "growth")
        subscribe(lago, "small")  # the same customer: a downgrade, which waits for the end of the period
        said = predicted(lago, PLAN, METRIC, dearer)
        lago.apply(PLAN, METRIC, dearer)

        assert said[EffectClass.MOVES_SUBSCRIBERS].startswith("of 1 subscription that wait to move here")
        assert [one["plan_code"] for one in subscriptions(lago)] == ["small"]


def test_subscriptions_with_prices_of_their_own_are_left_out() -> None:
    dearer = PLAN.replace("1000", "2000")
    with world(premium=True) as lago:
        lago.apply(PLAN, METRIC)
        subscribe(lago, "growth", plan_overrides={"amount_cents": 10})
        left, followed = predicted(lago, dearer, METRIC), predicted(lago, dearer + "cascade_updates: true", METRIC)
        lago.apply(dearer, METRIC)

        assert left[EffectClass.LEAVES_OUT].startswith("1 subscription with own prices: not changed")
        assert EffectClass.LEAVES_OUT not in followed
        assert lago.send("GET", "subscriptions/acme")["subscription"]["plan"]["amount_cents"] == 10


def test_deleting_a_metric_takes_charges_along() -> None:
    with world() as lago:
        lago.apply(PLAN, METRIC)
        said = predicted(lago, gone(METRIC))
        lago.apply(gone(METRIC))

        assert said[EffectClass.CASCADES] == (
            "its charges go from plan/growth, and from plans of single subscriptions; their open usage is never billed"
        )
        assert lago.send("GET", "plans/growth")["plan"]["charges"] == []


def test_a_filter_value_that_goes_trims_the_filters_of_plans_that_go_on_using_it() -> None:
    smaller = METRIC.replace("[eu, us]", "[eu]")
    with world() as lago:
        lago.apply(PLAN, METRIC)
        said = predicted(lago, smaller)
        lago.apply(smaller)

        assert said[EffectClass.CASCADES].startswith("charge filters of plan/growth lose region=us")
        assert lago.send("GET", "plans/growth")["plan"]["charges"][0]["filters"] == []


def test_deleting_an_add_on_takes_fixed_charges_along() -> None:
    with world() as lago:
        lago.apply(FIXED, METRIC, ADD_ON)
        said = predicted(lago, gone(ADD_ON))
        lago.apply(gone(ADD_ON))

        assert said[EffectClass.CASCADES].startswith("its charges go from plan/growth")
        assert lago.send("GET", "plans/growth")["plan"]["fixed_charges"] == []


def test_deleting_a_tax_burns_its_code_and_takes_it_off() -> None:
    with world() as lago:
        lago.apply(TAX, ADD_ON + "tax_codes: [vat]")
        said = predicted(lago, gone(TAX))
        lago.apply(gone(TAX))

        assert said[EffectClass.CODE_BURNED] == "no tax can ever be made again under the code 'vat'"
        assert said[EffectClass.CASCADES].startswith("it is taken off add_on/setup, customers")
        assert lago.send("GET", "add_ons/setup")["add_on"]["taxes"] == []
        assert statuses(lago.apply(TAX)) == {"tax/vat": "failed"}


def test_deleting_a_coupon_ends_discounts() -> None:
    with world() as lago:
        lago.apply(COUPON)
        lago.send("POST", "customers", {"customer": {"external_id": "acme", "currency": "EUR"}})
        lago.send(
            "POST", "applied_coupons", {"applied_coupon": {"external_customer_id": "acme", "coupon_code": "half"}}
        )
        said = predicted(lago, gone(COUPON))
        lago.apply(gone(COUPON))

        assert said[EffectClass.ENDS_DISCOUNTS] == "1 discount given to customers end at once"
        assert [one["status"] for one in lago.send("GET", "applied_coupons")["applied_coupons"]] == ["terminated"]


def test_a_coupon_that_was_given_away_keeps_its_terms() -> None:
    with world() as lago:
        lago.apply(COUPON)
        lago.send("POST", "customers", {"customer": {"external_id": "acme", "currency": "EUR"}})
        lago.send(
            "POST", "applied_coupons", {"applied_coupon": {"external_customer_id": "acme", "coupon_code": "half"}}
        )
        plan = lago.plan(COUPON.replace("percentage_rate: 50", "percentage_rate: 60")).plan

        assert "not change percentage_rate: the coupon has been given to a customer" in plan.refusals[0].message
        answer = lago.send("PUT", "coupons/half", {"coupon": {"percentage_rate": "60"}})
        assert answer["coupon"]["percentage_rate"] == "50.0"


def test_a_coupon_outlives_its_targets_and_means_nothing_then() -> None:
    limited = COUPON + "applies_to: {plan_codes: [growth]}"
    with world() as lago:
        lago.apply(PLAN, METRIC, limited)
        said = predicted(lago, gone(PLAN), METRIC)
        lago.apply(gone(PLAN), METRIC)
        coupon = lago.send("GET", "coupons/half")["coupon"]

        assert said[EffectClass.CASCADES].startswith("coupon/half stays limited to it")
        assert (coupon["limited_plans"], coupon["plan_codes"]) == (True, [])
        assert "(deleted)" in str(lago.plan(COUPON).plan.changes)


def test_a_coupon_can_not_be_updated_while_its_plan_is_overridden() -> None:
    limited = COUPON + "applies_to: {plan_codes: [growth]}"
    renamed = limited.replace("name: Half", "name: Half price")
    with world(premium=True) as lago:
        lago.apply(PLAN, METRIC, limited)
        assert lago.plan(PLAN, METRIC, renamed).plan.refusals == ()
        subscribe(lago, "growth", plan_overrides={"amount_cents": 10})

        assert "while there are own prices: 1 subscription" in lago.plan(PLAN, METRIC, renamed).plan.refusals[0].message
        assert statuses(lago.apply(PLAN, METRIC, renamed)) == {"coupon/half": "failed"}


def test_a_date_that_has_passed_is_refused() -> None:
    past = COUPON.replace("no_expiration", "time_limit\nexpiration_at: 2020-01-01T00:00:00Z")
    with world() as lago:
        assert "that has passed" in lago.plan(past).plan.refusals[0].message
        assert statuses(lago.apply(past)) == {"coupon/half": "failed"}


def test_deleting_a_feature_takes_entitlements_along() -> None:
    with world() as lago:
        lago.apply(PLAN + "entitlements: {seats: {max: 5}}", METRIC, FEATURE)
        said = predicted(lago, gone(FEATURE))
        lago.apply(gone(FEATURE))

        assert said[EffectClass.CASCADES].startswith("plan/growth no longer entitle to it")
        assert lago.send("GET", "plans/growth/entitlements")["entitlements"] == []


def test_the_eleventh_webhook_endpoint_is_refused_and_one_that_goes_makes_room() -> None:
    ten = [HOOK.format(number=number) for number in range(10)]
    eleventh = HOOK.format(number=10)
    with world() as lago:
        lago.apply(*ten)

        assert "Lago takes 10 webhook endpoints" in lago.plan(*ten, eleventh).plan.refusals[0].message
        outcomes = lago.apply(gone(ten[0]), *ten[1:], eleventh)
        assert set(statuses(outcomes).values()) == {"done"}


@pytest.mark.parametrize("premium", [True, False])
def test_what_needs_a_licence_is_left_out_without_one(premium: bool) -> None:
    committed = PLAN + "minimum_commitment: {amount_cents: 5000}\n"
    with world(premium=premium) as lago:
        said = predicted(lago, committed, METRIC).get(EffectClass.NEEDS_LICENCE)
        outcomes = statuses(lago.apply(committed, METRIC))

        without = "this Lago has no licence and would leave out minimum_commitment: not sent"
        assert said == (None if premium else without)
        assert outcomes["plan/growth"] == "done"
        assert ("minimum_commitment" in lago.send("GET", "plans/growth")["plan"]) == premium


def test_a_plan_that_lago_is_still_deleting_is_neither_there_nor_gone() -> None:
    with world(jobs="manual") as lago:
        lago.apply(PLAN, METRIC)
        lago.send("DELETE", "plans/growth")

        assert "Lago is deleting it" in lago.plan(PLAN, METRIC).plan.refusals[0].message
        assert lago.plan(gone(PLAN), METRIC).plan.changes == ()
        lago.http.post("/sandbox/drain")
        assert lago.plan(PLAN, METRIC).plan.counts.create == 1


def test_every_class_and_every_proof_is_in_the_table_of_effects() -> None:
    folder = Path(__file__).parent
    page = (folder.parent / "docs" / "effects.md").read_text(encoding="utf-8")
    tests = "".join(path.read_text(encoding="utf-8") for path in (*folder.glob("test_*.py"), *folder.glob("cli/*.py")))

    assert [class_.value for class_ in EffectClass if f"| `{class_.value}` |" not in page] == []
    assert [name for name in re.findall(r"`(test_\w+)`", page) if f"def {name}(" not in tests] == []
