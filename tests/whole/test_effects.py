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
FILTERS = '    filters: [{values: {region: [us]}, properties: {amount: "0.05"}}]\n'
ENTITY = "kind: billing_entity\ncode: sandbox\nname: Sandbox\n"
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

        assert said[EffectClass.ENDS_SUBSCRIPTIONS].startswith("deleting it ends 1 subscription")
        assert subscriptions(lago, plan_code="growth") == []
        assert len(subscriptions(lago, status="terminated")) == 1


def test_a_price_changes_the_bills_of_subscribers_and_of_nobody_else() -> None:
    dearer = PLAN.replace('"0.10"', '"0.20"')
    with world() as lago:
        lago.apply(PLAN, METRIC)

        assert EffectClass.CHANGES_BILLS not in predicted(lago, dearer, METRIC)
        subscribe(lago, "growth")
        said = predicted(lago, dearer, METRIC)[EffectClass.CHANGES_BILLS]
        assert re.fullmatch(
            r"the bill of 1 subscription changes: \w+ is billed at the new price from its first day.*", said
        )
        lago.apply(dearer, METRIC)
        plan = lago.send("GET", "subscriptions/acme")["subscription"]["plan"]
        assert plan["charges"][0]["properties"]["amount"] == "0.2"


def test_a_charge_that_is_removed_takes_its_usage_along() -> None:
    without = PLAN[: PLAN.index("charges:")]
    with world() as lago:
        lago.apply(PLAN, METRIC)
        subscribe(lago, "growth")
        said = predicted(lago, without, METRIC)
        lago.apply(without, METRIC)

        assert "is never billed" in said[EffectClass.LOSES_USAGE]
        assert lago.send("GET", "plans/growth")["plan"]["charges"] == []


def test_a_charge_that_is_replaced_keeps_the_usage_unless_it_is_billed_in_advance_then() -> None:
    in_advance = PLAN.replace("    charge_model", "    pay_in_advance: true\n    charge_model")
    package = PLAN.replace("standard", "package").replace(
        '{amount: "0.10"}', '{amount: "1", package_size: 5, free_units: 0}'
    ).replace('{amount: "0.05"}', '{amount: "1", package_size: 5, free_units: 0}')  # fmt: skip
    with world() as lago:
        lago.apply(PLAN, METRIC)
        subscribe(lago, "growth")
        replaced, advanced = predicted(lago, package, METRIC), predicted(lago, in_advance, METRIC)
        lago.apply(in_advance, METRIC)

        assert EffectClass.LOSES_USAGE not in replaced
        assert "is now billed in advance" in advanced[EffectClass.LOSES_USAGE]
        back = predicted(lago, PLAN, METRIC)
        assert back[EffectClass.BILLS_TWICE].endswith("is billed again: it is now billed in arrears")


def test_only_units_that_count_at_once_are_invoiced_now() -> None:
    more = FIXED.replace("units: 1", "units: 2")
    at_once = more.replace("units: 2", "units: 2, apply_units_immediately: true")
    with world() as lago:
        lago.apply(FIXED, METRIC, ADD_ON)
        subscribe(lago, "growth")

        assert EffectClass.INVOICES_NOW not in predicted(lago, more, METRIC, ADD_ON)
        assert predicted(lago, at_once, METRIC, ADD_ON)[EffectClass.INVOICES_NOW] == (
            "1 more unit of fixed charge 'setup' is invoiced to 1 subscription on apply: €5.00 each"
        )


def test_a_threshold_below_the_usage_invoices_at_once() -> None:
    high, low = (PLAN + f"usage_thresholds: [{{amount_cents: {cents}}}]\n" for cents in (1_000_000, 2_000))
    with world(premium=True) as lago:
        lago.apply(high, METRIC)
        subscribe(lago, "growth")

        assert predicted(lago, low, METRIC)[EffectClass.INVOICES_NOW] == (
            "an invoice soon after apply for up to 1 subscription: those whose usage is already above €20.00"
        )


def test_an_amount_can_move_subscribers_at_once() -> None:
    cheaper = PLAN[: PLAN.index("charges:")].replace("growth", "small").replace("1000", "500")
    dearer = cheaper.replace("500", "5000")
    with world() as lago:
        lago.apply(PLAN, METRIC, cheaper)
        subscribe(lago, "growth")
        subscribe(lago, "small")  # the same customer: a downgrade, which waits for the end of the period
        said = predicted(lago, PLAN, METRIC, dearer)
        lago.apply(PLAN, METRIC, dearer)

        assert said[EffectClass.MOVES_SUBSCRIBERS].startswith("pending moves of 1 subscription to this plan happen")
        assert [one["plan_code"] for one in subscriptions(lago)] == ["small"]


def test_an_amount_that_stays_the_lower_one_moves_nobody() -> None:
    cheaper = PLAN[: PLAN.index("charges:")].replace("growth", "small").replace("1000", "500")
    with world() as lago:
        lago.apply(PLAN, METRIC, cheaper)
        subscribe(lago, "growth")
        subscribe(lago, "small")
        said = predicted(lago, PLAN, METRIC, cheaper.replace("500", "999"))
        lago.apply(PLAN, METRIC, cheaper.replace("500", "999"))

        assert EffectClass.MOVES_SUBSCRIBERS not in said
        assert [one["plan_code"] for one in subscriptions(lago)] == ["growth"]


def test_a_lower_fee_cancels_pending_downgrades() -> None:
    cheaper = PLAN[: PLAN.index("charges:")].replace("growth", "small").replace("1000", "500")
    cheapest = PLAN.replace("1000", "400")
    with world() as lago:
        lago.apply(PLAN, METRIC, cheaper)
        subscribe(lago, "growth")
        subscribe(lago, "small")
        said = predicted(lago, cheapest, METRIC, cheaper)
        lago.apply(cheapest, METRIC, cheaper)

        assert said[EffectClass.CANCELS_DOWNGRADES].startswith("pending moves of 1 subscription to a cheaper plan are")
        assert len(subscriptions(lago, status="canceled")) == 1


def test_a_plan_whose_subscribers_are_all_overridden_ends_theirs() -> None:
    with world(premium=True) as lago:
        lago.apply(PLAN, METRIC)
        subscribe(lago, "growth", plan_overrides={"amount_cents": 10})
        said = predicted(lago, gone(PLAN), METRIC)
        lago.apply(gone(PLAN), METRIC)

        assert "1 subscription (1 overridden)" in said[EffectClass.ENDS_SUBSCRIPTIONS]
        assert len(subscriptions(lago, status="terminated")) == 1


def test_cascade_updates_reaches_overridden_subscribers() -> None:
    dearer = PLAN.replace('"0.10"', '"7"') + "cascade_updates: true"
    with world(premium=True) as lago:
        lago.apply(PLAN, METRIC)
        subscribe(lago, "growth", plan_overrides={"amount_cents": 10})
        said = predicted(lago, dearer, METRIC)
        lago.apply(dearer, METRIC)

        assert said[EffectClass.CHANGES_BILLS].startswith("the bill of 1 subscription (1 overridden")
        plan = lago.send("GET", "subscriptions/acme")["subscription"]["plan"]
        assert plan["charges"][0]["properties"]["amount"] == "7"


def test_overridden_plans_lose_what_only_they_still_use() -> None:
    empty = PLAN[: PLAN.index("charges:")]
    with world(premium=True) as lago:
        lago.apply(PLAN, METRIC)
        subscribe(lago, "growth", plan_overrides={"amount_cents": 10})
        lago.apply(empty, METRIC)
        said = predicted(lago, empty, gone(METRIC))
        refused = lago.plan(empty, METRIC.replace("count_agg", "sum_agg\nfield_name: n")).plan.refusals
        lago.apply(empty, gone(METRIC))

        assert said[EffectClass.LOSES_USAGE].startswith("amounts due from 1 subscription for its charges")
        assert "not change aggregation_type" in refused[0].message
        assert lago.send("GET", "subscriptions/acme")["subscription"]["plan"]["charges"] == []


def test_filters_of_overridden_plans_are_not_kept_where_their_values_are_deleted() -> None:
    smaller, without = METRIC.replace("[eu, us]", "[eu]"), PLAN.replace(FILTERS, "")
    with world(premium=True) as lago:
        lago.apply(PLAN, METRIC)
        subscribe(lago, "growth", plan_overrides={"amount_cents": 10})
        said = predicted(lago, without, smaller)
        lago.apply(without, smaller)

        assert "except for what the change of billable_metric/calls takes from them" in said[EffectClass.LEAVES_OUT]
        assert said[EffectClass.CASCADES].startswith(
            "charge filters of 1 overridden plan of plan/growth lose region=us"
        )
        plan = lago.send("GET", "subscriptions/acme")["subscription"]["plan"]
        assert plan["charges"][0]["filters"] == []


def test_entitlements_of_subscribers_change_at_once() -> None:
    entitled = PLAN + "entitlements: {seats: {max: 5}}\n"
    with world() as lago:
        lago.apply(entitled, METRIC, FEATURE)
        subscribe(lago, "growth")
        said = predicted(lago, entitled.replace("max: 5", "max: 1"), METRIC, FEATURE)
        lago.apply(entitled.replace("max: 5", "max: 1"), METRIC, FEATURE)

        assert said[EffectClass.CHANGES_ENTITLEMENTS] == (
            "the entitlements of 1 subscription change immediately: seats.max 5 → 1"
        )
        [seats] = lago.send("GET", "subscriptions/acme/entitlements")["entitlements"]
        assert seats["privileges"][0]["value"] == 1


@pytest.mark.parametrize(
    ("manifest", "class_"),
    [
        (ENTITY + "tax_codes: [vat]\n", EffectClass.CHANGES_BILLS),
        (ENTITY + "net_payment_term: 90\n", EffectClass.CHANGES_TERMS),
        (ENTITY + "default_currency: EUR\n", EffectClass.CHANGES_TERMS),
        ("kind: organization\nnet_payment_term: 90\n", EffectClass.CHANGES_TERMS),
    ],
)
def test_terms_and_taxes_of_a_billing_entity_are_everybodys(manifest: str, class_: EffectClass) -> None:
    with world() as lago:
        lago.apply(PLAN, METRIC, TAX, ENTITY)
        assert class_ not in predicted(lago, PLAN, METRIC, TAX, manifest)
        subscribe(lago, "growth")

        assert predicted(lago, PLAN, METRIC, TAX, manifest)[class_].startswith(
            "invoices of up to 1 subscription change: "
        )


def test_a_tax_can_be_put_on_everybody() -> None:
    with world() as lago:
        lago.apply(PLAN, METRIC, TAX)
        subscribe(lago, "growth")
        said = predicted(lago, PLAN, METRIC, TAX + "applied_to_organization: true\n")

        assert said[EffectClass.CHANGES_BILLS].startswith("customers without taxes of their own have it")


def test_a_metric_frees_the_wallets_that_are_limited_to_it() -> None:
    with world(premium=True) as lago:
        lago.apply(PLAN, METRIC)
        subscribe(lago, "growth")
        wallet = {"external_customer_id": "acme", "rate_amount": "1", "currency": "EUR", "name": "W",
                  "applies_to": {"billable_metric_codes": ["calls"]}}  # fmt: skip
        lago.send("POST", "wallets", {"wallet": wallet})
        said = [effect.sentence for each in lago.plan(gone(METRIC)).plan.effects for effect in each]
        lago.apply(gone(METRIC))

        assert any(sentence.startswith("wallets limited to it will pay for everything") for sentence in said)
        [wallet] = lago.send("GET", "wallets?external_customer_id=acme")["wallets"]
        assert wallet["applies_to"]["billable_metric_codes"] == []


def test_before_1_39_nothing_is_refused_for_overridden_subscriptions() -> None:
    limited = COUPON + "applies_to: {plan_codes: [growth]}"
    with world(lago_version="1.38.0") as lago:
        lago.apply(PLAN, METRIC, limited)
        subscribe(lago, "growth")
        renamed = lago.plan(PLAN, METRIC, limited.replace("name: Half", "name: Half price")).plan

        assert renamed.refusals == ()
        assert (
            "before 1.39 can't tell apart" in predicted(lago, PLAN.replace("1000", "5"), METRIC)[EffectClass.LEAVES_OUT]
        )


def test_overridden_subscriptions_are_left_out() -> None:
    dearer = PLAN.replace("1000", "2000")
    with world(premium=True) as lago:
        lago.apply(PLAN, METRIC)
        subscribe(lago, "growth", plan_overrides={"amount_cents": 10})
        left, followed = predicted(lago, dearer, METRIC), predicted(lago, dearer + "cascade_updates: true", METRIC)
        lago.apply(dearer, METRIC)

        assert left[EffectClass.LEAVES_OUT].startswith("the prices of 1 overridden subscription stay")
        assert EffectClass.LEAVES_OUT not in followed
        assert lago.send("GET", "subscriptions/acme")["subscription"]["plan"]["amount_cents"] == 10


def test_deleting_a_metric_takes_charges_along() -> None:
    with world() as lago:
        lago.apply(PLAN, METRIC)
        said = predicted(lago, gone(METRIC))
        lago.apply(gone(METRIC))

        assert said[EffectClass.CASCADES] == "its charges are removed from plan/growth"
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

        assert said[EffectClass.CASCADES] == "its fixed charges are removed from plan/growth"
        assert lago.send("GET", "plans/growth")["plan"]["fixed_charges"] == []


def test_deleting_a_tax_burns_its_code_and_takes_it_off() -> None:
    with world() as lago:
        lago.apply(TAX, ADD_ON + "tax_codes: [vat]")
        said = predicted(lago, gone(TAX))
        lago.apply(gone(TAX))

        assert said[EffectClass.CODE_BURNED] == "no tax can ever be created again under the code 'vat'"
        assert said[EffectClass.CASCADES].startswith("it is removed from add_on/setup, billing entities")
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

        assert (
            said[EffectClass.ENDS_DISCOUNTS]
            == "deleting it ends 1 discount given to customers immediately, on draft invoices too"
        )
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

        assert said[EffectClass.CASCADES].startswith("coupon/half remains limited to it")
        assert (coupon["limited_plans"], coupon["plan_codes"]) == (True, [])
        assert "(deleted)" in str(lago.plan(COUPON).plan.changes)


def test_a_coupon_can_not_be_updated_while_its_plan_is_overridden() -> None:
    limited = COUPON + "applies_to: {plan_codes: [growth]}"
    renamed = limited.replace("name: Half", "name: Half price")
    with world(premium=True) as lago:
        lago.apply(PLAN, METRIC, limited)
        assert lago.plan(PLAN, METRIC, renamed).plan.refusals == ()
        subscribe(lago, "growth", plan_overrides={"amount_cents": 10})

        assert "while it has 1 overridden subscription" in lago.plan(PLAN, METRIC, renamed).plan.refusals[0].message
        assert statuses(lago.apply(PLAN, METRIC, renamed)) == {"coupon/half": "failed"}


def test_a_date_that_has_passed_is_refused() -> None:
    past = COUPON.replace("no_expiration", "time_limit\nexpiration_at: 2020-01-01T00:00:00Z")
    with world() as lago:
        assert "in the past" in lago.plan(past).plan.refusals[0].message
        assert statuses(lago.apply(past)) == {"coupon/half": "failed"}


def test_deleting_a_feature_takes_entitlements_along() -> None:
    with world() as lago:
        lago.apply(PLAN + "entitlements: {seats: {max: 5}}", METRIC, FEATURE)
        said = predicted(lago, gone(FEATURE))
        lago.apply(gone(FEATURE))

        assert said[EffectClass.CASCADES].startswith("the feature and its values are taken from plan/growth")
        assert lago.send("GET", "plans/growth/entitlements")["entitlements"] == []


def test_the_eleventh_webhook_endpoint_is_refused_and_one_that_goes_makes_room() -> None:
    ten = [HOOK.format(number=number) for number in range(10)]
    eleventh = HOOK.format(number=10)
    with world() as lago:
        lago.apply(*ten)

        assert "Lago allows 10 webhook endpoints" in lago.plan(*ten, eleventh).plan.refusals[0].message
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

        assert "Lago is still deleting it" in lago.plan(PLAN, METRIC).plan.refusals[0].message
        assert lago.plan(gone(PLAN), METRIC).plan.changes == ()
        lago.http.post("/sandbox/drain")
        assert lago.plan(PLAN, METRIC).plan.counts.create == 1


def test_every_class_and_every_proof_is_in_the_table_of_effects() -> None:
    folder = Path(__file__).parents[1]
    page = (folder.parent / "docs" / "effects.md").read_text(encoding="utf-8")
    tests = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("test_*.py"))

    assert [class_.value for class_ in EffectClass if f"| `{class_.value}` |" not in page] == []
    assert [name for name in re.findall(r"`(test_\w+)`", page) if f"def {name}(" not in tests] == []
