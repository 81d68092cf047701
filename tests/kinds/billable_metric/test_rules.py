from typing import Any

import pytest

from tests.kinds.forms import METRIC, findings


def found(**fields: Any) -> list[tuple[str, str]]:
    return findings({**METRIC, **fields})


@pytest.mark.parametrize("aggregation", ["sum_agg", "max_agg", "unique_count_agg", "latest_agg"])
def test_a_metric_that_aggregates_a_property_names_it(aggregation: str) -> None:
    assert found(aggregation_type=aggregation) == []
    assert found(aggregation_type=aggregation, field_name=None) == [("field_name", f"{aggregation} needs a field_name")]


def test_count_agg_has_no_property_to_name() -> None:
    assert found(aggregation_type="count_agg", field_name=None) == []
    assert found(aggregation_type="count_agg") == [("field_name", "count_agg counts events and has no field_name")]


@pytest.mark.parametrize("aggregation", ["max_agg", "latest_agg"])
def test_extremes_are_not_carried_over(aggregation: str) -> None:
    assert found(aggregation_type=aggregation, recurring=False) == []
    assert found(aggregation_type=aggregation, recurring=True) == [("recurring", f"{aggregation} can't be recurring")]


def test_sums_are_carried_over() -> None:
    assert found(recurring=True) == []


def test_a_weighted_sum_has_an_interval_and_no_other_has() -> None:
    assert found(aggregation_type="weighted_sum_agg", weighted_interval="seconds") == []
    assert found(aggregation_type="weighted_sum_agg") == [
        ("weighted_interval", "weighted_sum_agg needs a weighted_interval")
    ]
    assert found(weighted_interval="seconds") == [
        ("weighted_interval", "only weighted_sum_agg has a weighted_interval")
    ]


def test_a_precision_goes_with_a_rounding() -> None:
    assert found(rounding_function="ceil", rounding_precision=2) == []
    assert found(rounding_precision=0) == [
        ("rounding_precision", "rounding_precision does nothing without rounding_function")
    ]


def test_a_filter_key_is_there_once_with_values() -> None:
    assert found(filters=[{"key": "a", "values": ["x"]}, {"key": "b", "values": ["x"]}]) == []
    assert found(filters=[{"key": "a", "values": ["x"]}, {"key": "a", "values": ["y"]}]) == [
        ("filters.1.key", "the filter key 'a' appears twice")
    ]
    assert found(filters=[{"key": "a", "values": []}]) == [("filters.0.values", "a filter needs at least one value")]


def test_a_custom_metric_can_not_be_made() -> None:
    assert found(aggregation_type="custom_agg") == [
        ("aggregation_type", "Lago's API can't create or change a custom_agg metric: its code exists only in Lago")
    ]
