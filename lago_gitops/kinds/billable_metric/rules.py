"""What Lago asks of a billable metric beyond the shape of its fields."""

from collections.abc import Iterator, Mapping
from typing import Any

from lago_gitops.core.model.duplicates import repeated
from lago_gitops.core.model.kind import Finding, Lookup

WITHOUT_FIELD = ("count_agg", "custom_agg")
NEVER_RECURRING = ("count_agg", "max_agg", "latest_agg")


def field_name_fits(metric: Mapping[str, Any], _: Lookup) -> Iterator[Finding]:
    aggregation, field_name = metric["aggregation_type"], metric.get("field_name")
    if aggregation not in WITHOUT_FIELD and not field_name:
        yield Finding(("field_name",), f"{aggregation} needs a field_name", "name the event property to aggregate")
    if aggregation == "count_agg" and field_name:
        yield Finding(("field_name",), "count_agg counts events and has no field_name", "leave it out, or use sum_agg")


def recurring_fits(metric: Mapping[str, Any], _: Lookup) -> Iterator[Finding]:
    aggregation = metric["aggregation_type"]
    if metric.get("recurring") and aggregation in NEVER_RECURRING:
        yield Finding(
            ("recurring",),
            f"{aggregation} can't be recurring",
            "sum_agg, unique_count_agg and weighted_sum_agg can carry units over",
        )


def weighted_interval_given(metric: Mapping[str, Any], _: Lookup) -> Iterator[Finding]:
    weighted = metric["aggregation_type"] == "weighted_sum_agg"
    if weighted and not metric.get("weighted_interval"):
        yield Finding(
            ("weighted_interval",), "weighted_sum_agg needs a weighted_interval", "add weighted_interval: seconds"
        )
    if not weighted and metric.get("weighted_interval"):
        yield Finding(("weighted_interval",), "only weighted_sum_agg has a weighted_interval", "leave it out")


def rounding_complete(metric: Mapping[str, Any], _: Lookup) -> Iterator[Finding]:
    if metric.get("rounding_precision") is not None and not metric.get("rounding_function"):
        yield Finding(
            ("rounding_precision",), "rounding_precision does nothing without rounding_function", "add the function"
        )


def filters_distinct(metric: Mapping[str, Any], _: Lookup) -> Iterator[Finding]:
    for index, key in repeated(item["key"] for item in metric.get("filters") or ()):
        yield Finding(
            ("filters", index, "key"), f"the filter key {key!r} appears twice", "Lago would keep the last one"
        )


def filter_values_given(metric: Mapping[str, Any], _: Lookup) -> Iterator[Finding]:
    for index, item in enumerate(metric.get("filters") or ()):
        if not item["values"]:
            yield Finding(("filters", index, "values"), "a filter needs at least one value")


def not_custom(metric: Mapping[str, Any], _: Lookup) -> Iterator[Finding]:
    if metric["aggregation_type"] == "custom_agg":
        yield Finding(
            ("aggregation_type",),
            "Lago's API can't create or change a custom_agg metric: its code exists only in Lago",
            "remove the metric and name it under `external` in lago-gitops.yaml, so that charges can refer to it",
        )


METRIC_RULES = (
    field_name_fits,
    recurring_fits,
    weighted_interval_given,
    rounding_complete,
    filters_distinct,
    filter_values_given,
    not_custom,
)
