"""Billable metrics: what usage is counted, and how."""

from collections.abc import Mapping
from typing import Any

from lago_gitops.core.model.fields import NOT_BLANK, boolean, choice, code, name, text
from lago_gitops.core.model.kind import ReferredUse, ResourceKind
from lago_gitops.core.model.types import Field, Integer, Keyed, Lock, Many, Object, Text
from lago_gitops.kinds.billable_metric.effects import METRIC_EFFECTS
from lago_gitops.kinds.billable_metric.rules import METRIC_RULES, NEVER_RECURRING

AGGREGATIONS = (
    "count_agg",
    "sum_agg",
    "max_agg",
    "unique_count_agg",
    "weighted_sum_agg",
    "latest_agg",
    "custom_agg",
)
ROUNDINGS = ("round", "ceil", "floor")

FILTER = Object(
    (
        Field("key", Text(pattern=NOT_BLANK), "Property of the event.", required=True, example="region"),
        Field(
            "values",
            Many(Text(empty_is_null=False)),
            "Values that charges can price separately.",
            required=True,
            example=["eu", "us"],
        ),
    )
)


def _field_name(answer: Mapping[str, Any]) -> Any:
    """Before 1.51 a metric that counts events kept a field name that means nothing."""
    return None if answer["aggregation_type"] == "count_agg" else answer.get("field_name")


def _with_all_but(*aggregations: str) -> tuple[str, tuple[str, ...]]:
    return "aggregation_type", tuple(one for one in AGGREGATIONS if one not in aggregations)


BILLABLE_METRIC = ResourceKind(
    name="billable_metric",
    collection="billable_metrics",
    doc="What is measured: which events, and how they are aggregated.",
    rules=METRIC_RULES,
    use=ReferredUse(
        "plan",
        words="has charges on plans",
        way_out="give the new metric a code of its own, send it events, and put charges on it",
    ),
    effects=METRIC_EFFECTS,
    on_invoices=True,
    is_on_own_plans=True,
    fields=(
        code("Unique in the organization; events refer to it.", lock=Lock.IN_USE),
        name("Shown on invoices.", example="API requests"),
        text("description", "For your own use."),
        choice(
            "aggregation_type",
            AGGREGATIONS,
            "How the events of a period become units: their number, the sum, the largest or the latest value of a "
            "property, the number of distinct values, or a sum weighted by time.",
            required=True,
            lock=Lock.IN_USE,
        ),
        text(
            "field_name",
            "Event property to aggregate. Required except for count_agg and custom_agg.",
            lock=Lock.IN_USE,
            read=_field_name,
            only_with=_with_all_but("count_agg"),
            example="gigabytes",
        ),
        text("expression", "Computes the property from others when the event arrives.", lock=Lock.IN_USE),
        boolean(
            "recurring",
            "Units carry over from one period to the next, e.g. seats.",
            lock=Lock.IN_USE,
            only_with=_with_all_but(*NEVER_RECURRING),
        ),
        choice(
            "weighted_interval",
            ("seconds",),
            "Time unit of weighted_sum_agg. Required there.",
            lock=Lock.IN_USE,
            only_with=("aggregation_type", ("weighted_sum_agg",)),
        ),
        choice("rounding_function", ROUNDINGS, "How units are rounded.", lock=Lock.IN_USE),
        Field(
            "rounding_precision",
            Integer(minimum=-15, maximum=15),
            "Decimals kept by the rounding; negative: tens, hundreds.",
            lock=Lock.IN_USE,
            only_with=("rounding_function", ROUNDINGS),
        ),
        Field(
            "filters",
            Keyed(FILTER, ("key",), lambda item: f"[{item['key']}]"),
            "Properties whose values charges can price separately.",
            default=[],
            clear=[],
            grows_first=True,
        ),
    ),
)
