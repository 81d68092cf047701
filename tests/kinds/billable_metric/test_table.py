from lago_gitops.core.model.types import Lock
from lago_gitops.kinds.billable_metric.table import BILLABLE_METRIC
from tests.kinds.forms import METRIC, as_read, as_written, recorded


def test_filter_values_are_read_sorted_and_once() -> None:
    written = as_written(BILLABLE_METRIC, {"filters": [
        {"key": "tier", "values": ["hot", "cold"]}, {"key": "region", "values": ["us", "eu", "asia", "us"]}
    ]})  # fmt: skip
    assert written["filters"] == as_read(BILLABLE_METRIC, recorded("bm-sum-full"))["filters"]
    [tier, _] = written["filters"].values()
    assert BILLABLE_METRIC.keyed("filters").label(tier) == "[tier]"


def test_a_property_that_counting_does_not_look_at_is_not_read() -> None:
    answer = {**METRIC, "aggregation_type": "count_agg", "field_name": "left over"}
    assert as_read(BILLABLE_METRIC, answer)["field_name"] is None
    assert as_read(BILLABLE_METRIC, METRIC)["field_name"] == "n"


def test_what_is_left_out_is_off_or_null() -> None:
    answer = {**METRIC, "recurring": False, "expression": None, "rounding_function": None, "weighted_interval": None}
    assert as_read(BILLABLE_METRIC, answer) == as_written(BILLABLE_METRIC, METRIC)


# recorded: iu-bm-put, use-m-put
def test_fields_that_stay_while_a_plan_has_a_charge_on_it() -> None:
    assert {field.name for field in BILLABLE_METRIC.fields if field.lock is Lock.IN_USE} == {
        "code", "aggregation_type", "field_name", "recurring", "rounding_function", "rounding_precision",
        "weighted_interval", "expression",
    }  # fmt: skip
