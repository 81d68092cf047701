from typing import Any

from tests.kinds.effects import delete, effects, update
from tests.kinds.forms import CHARGE, METRIC, PLAN

DECLARED = {**METRIC, "filters": [{"key": "region", "values": ["eu", "us"]}, {"key": "tier", "values": ["hot"]}]}


def plan(*values: dict[str, list[str]]) -> dict[str, Any]:
    filters = [{"values": one, "properties": {"amount": "1"}} for one in values]
    elsewhere = {**CHARGE, "code": "e", "billable_metric_code": "other", "filters": filters}
    return {**PLAN, "charges": [{**CHARGE, "filters": filters}, elsewhere]}


def without(*gone: str) -> list[dict[str, Any]]:
    kept = [{**one, "values": [v for v in one["values"] if v not in gone]} for one in DECLARED["filters"]]
    return [one for one in kept if one["values"]]


# recorded: dl-bm-plan
def test_a_deleted_metric_takes_its_charges_along() -> None:
    assert effects(delete(METRIC), plan()) == [
        "its charges go from plan/p, and from plans of single subscriptions; their open usage is never billed"
    ]
    assert effects(delete(METRIC)) == []


# recorded: iu-plan-get
def test_values_that_go_go_from_charge_filters() -> None:
    assert effects(update(DECLARED, filters=without("us", "hot")), plan({"region": ["us", "eu"]})) == [
        "charge filters of plan/p lose region=us, tier=hot: they are trimmed, widened or deleted"
    ]


def test_values_that_no_filter_uses_go_unnoticed() -> None:
    assert effects(update(DECLARED, filters=without("us")), plan({"region": ["eu"]})) == []
    assert effects(update(METRIC, filters=DECLARED["filters"]), plan()) == []


# recorded: cf-create-same makes a second filter of the same values
def test_filters_that_are_there_twice_are_no_obstacle() -> None:
    twice = {"region": ["us"]}
    assert len(effects(update(DECLARED, filters=without("us")), plan(twice, twice))) == 1


def test_what_a_plan_stops_using_in_the_same_run_is_not_lost() -> None:
    before, after = plan({"region": ["us"]}), plan({"region": ["eu"]})
    change = update(before, charges=after["charges"])
    assert effects(update(DECLARED, filters=without("us")), with_=[change]) == []
