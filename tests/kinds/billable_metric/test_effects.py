from typing import Any

from lago_gitops.core.model.audience import HIDDEN, Audience, OwnPlan, Subscribers
from lago_gitops.core.model.effects import Effect, EffectClass
from lago_gitops.core.model.resources import Address
from tests.kinds.effects import create, delete, desired, effects, found, on, update
from tests.kinds.forms import CHARGE, METRIC, PLAN

DECLARED = {**METRIC, "filters": [{"key": "region", "values": ["eu", "us"]}, {"key": "tier", "values": ["hot"]}]}
P = Address("plan", "p")
WALLETS = (
    "wallets limited to it will pay for everything, and usage alerts on it are deleted: Lago doesn't say how many "
    "there are"
)


def plan(*values: dict[str, list[str]]) -> dict[str, Any]:
    filters = [{"values": one, "properties": {"amount": "1"}} for one in values]
    elsewhere = {**CHARGE, "code": "e", "billable_metric_code": "other", "filters": filters}
    return {**PLAN, "charges": [{**CHARGE, "filters": filters}, elsewhere]}


def own(*values: dict[str, list[str]]) -> OwnPlan:
    return OwnPlan(P, desired(plan(*values)).fields)


def without(*gone: str) -> list[dict[str, Any]]:
    kept = [{**one, "values": [v for v in one["values"] if v not in gone]} for one in DECLARED["filters"]]
    return [one for one in kept if one["values"]]


# recorded: dl-bm-plan, charges/m_del
def test_a_deleted_metric_takes_its_charges_along_and_what_is_unbilled() -> None:
    assert effects(delete(METRIC)) == []
    assert effects(delete(METRIC), plan()) == ["its charges are removed from plan/p"]
    assert effects(delete(METRIC), plan(), audience=on("p", 2)) == [
        "its charges are removed from plan/p",
        "amounts due from 2 subscriptions for its charges in the running period, and on drafts, are never billed",
        WALLETS,
    ]


# measured on a server: e2e 8b
def test_a_metric_that_only_overridden_plans_use_takes_their_charges_along() -> None:
    hidden = on("p", 2, own=2, own_plans=(own(), own()))
    assert effects(delete(METRIC), audience=hidden)[:2] == [
        "its charges are removed from 2 overridden plans of plan/p",
        "amounts due from 2 subscriptions for its charges in the running period, and on drafts, are never billed",
    ]
    assert effects(delete({**METRIC, "code": "unused"}), audience=hidden) == [WALLETS]


def test_where_overridden_plans_can_not_be_read_they_may_use_it() -> None:
    assert effects(delete(METRIC), audience=on("p", 2, own_plans=None))[0] == (
        "its charges are removed from overridden plans that have them, which are not known"
    )
    assert effects(delete(METRIC), plan(), audience=HIDDEN)[0] == (
        "its charges are removed from plan/p and from overridden plans that have them, which are not known"
    )


def test_subscriptions_are_counted_over_plans_each_once() -> None:
    q = {**plan(), "code": "q"}
    audience = Audience(5, {P: Subscribers(2), Address("plan", "q"): Subscribers(3)}, (), (own(),))
    [lost] = [
        one
        for one in found(delete(METRIC), plan(), q, audience=audience)
        if isinstance(one, Effect) and one.class_ is EffectClass.LOSES_USAGE
    ]
    assert lost.subscriptions == 5


# recorded: iu-plan-get, charges/m_frm
def test_values_that_are_removed_are_taken_from_charge_filters() -> None:
    change, user = update(DECLARED, filters=without("us", "hot")), plan({"region": ["us", "eu"]})
    trimmed = "charge filters of plan/p lose region=us, tier=hot: they are trimmed, widened or deleted"
    assert effects(change, user) == [trimmed]
    assert effects(update(DECLARED, filters=without("us", "hot"), code="new"), user) == [trimmed]
    assert effects(change, user, audience=on("p", 3)) == [
        trimmed,
        "the bills of 3 subscriptions change: events with region=us, tier=hot get the charge's own price, from the "
        "first day of the running period, on drafts too",
    ]


# measured on a server: e2e 8a
def test_filters_of_overridden_plans_are_trimmed_too() -> None:
    hidden = on("p", 1, own=1, own_plans=(own({"region": ["us"]}),))
    assert effects(update(DECLARED, filters=without("us")), plan({"region": ["eu"]}), audience=hidden) == [
        "charge filters of 1 overridden plan of plan/p lose region=us: they are trimmed, widened or deleted",
        "the bill of 1 subscription changes: events with region=us get the charge's own price, from the first day of "
        "the running period, on drafts too",
    ]


def test_values_that_no_filter_uses_go_unnoticed() -> None:
    assert effects(update(DECLARED, filters=without("us")), plan({"region": ["eu"]})) == []
    assert effects(update(METRIC, filters=DECLARED["filters"]), plan()) == []
    assert effects(create(METRIC)) == []


# recorded: cf-create-same makes a second filter of the same values
def test_filters_that_are_there_twice_are_no_obstacle() -> None:
    twice = {"region": ["us"]}
    assert len(effects(update(DECLARED, filters=without("us")), plan(twice, twice))) == 1


def test_what_a_plan_stops_using_in_the_same_run_is_not_lost() -> None:
    before, after = plan({"region": ["us"]}), plan({"region": ["eu"]})
    change = update(before, charges=after["charges"])
    assert effects(update(DECLARED, filters=without("us")), with_=[change]) == []


# measured on a server: e2e 8c
def test_where_overridden_plans_are_not_known_lago_may_keep_what_a_plan_in_use_locks() -> None:
    other = update(METRIC, aggregation_type="max_agg", field_name="f")
    for unknown in ({"own_plans": None}, {"ended_plans": None}):
        [said] = effects(other, audience=on("p", 2, **unknown))
        assert said.startswith("Lago keeps aggregation_type")
        assert effects(update(METRIC, name="N"), audience=on("p", 2, **unknown)) == []
    assert effects(other, audience=on("p", 2)) == []


def test_a_coupon_that_is_limited_to_it_applies_to_nothing_afterwards() -> None:
    coupon = {
        "kind": "coupon", "code": "c", "name": "C", "coupon_type": "percentage", "percentage_rate": 1,
        "frequency": "once", "expiration": "no_expiration", "applies_to": {"billable_metric_codes": ["m"]},
    }  # fmt: skip
    assert effects(delete(METRIC), coupon) == ["coupon/c remains limited to it, so it no longer applies to anything"]
