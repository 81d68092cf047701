"""Which charges Lago takes: combinations of metric, model and flags, and filters that the metric knows."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from lago_gitops.core.model.duplicates import repeated
from lago_gitops.core.model.kind import Finding, Lookup, Path
from lago_gitops.core.model.resources import Address
from lago_gitops.kinds.plan.tier_rules import tiers_join

IN_ADVANCE = ("count_agg", "sum_agg", "unique_count_agg", "custom_agg")
BY_MODEL = {"dynamic": ("sum_agg",), "custom": ("custom_agg",)}
NOT_OF_LATEST = ("percentage", "graduated_percentage")
PRORATED = ("standard", "volume", "graduated")
ALL_VALUES = "__ALL_FILTER_VALUES__"


def charge_findings(charge: Mapping[str, Any], path: Path, lookup: Lookup) -> Iterator[Finding]:
    """Everything wrong with one charge that stands at `path`."""
    metric = lookup(Address("billable_metric", charge["billable_metric_code"]))
    yield from _flags(charge, path)
    yield from _prices(charge, path)
    yield from _filters_distinct(charge, path)
    if metric is not None:
        yield from _fits_metric(charge, metric, path)
        yield from _filters_declared(charge, metric, path)


def _flags(charge: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    advance, invoiceable = charge.get("pay_in_advance"), charge.get("invoiceable") is not False
    if advance and charge["charge_model"] == "volume":
        yield Finding(
            (*path, "pay_in_advance"),
            "a volume charge can't be billed in advance",
            "use graduated, or bill it in arrears",
        )
    if advance and charge.get("min_amount_cents"):
        yield Finding((*path, "min_amount_cents"), "a charge billed in advance has no minimum", "leave it out")
    if not advance and not invoiceable:
        yield Finding((*path, "invoiceable"), "only a charge billed in advance can be kept off invoices")
    if charge.get("regroup_paid_fees") and (invoiceable or not advance):
        yield Finding(
            (*path, "regroup_paid_fees"), "fees are regrouped only where pay_in_advance is true and invoiceable false"
        )


def _fits_metric(charge: Mapping[str, Any], metric: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    model, aggregation = charge["charge_model"], metric["aggregation_type"]
    if charge.get("pay_in_advance") and aggregation not in IN_ADVANCE:
        yield Finding(
            (*path, "pay_in_advance"),
            f"a charge on a {aggregation} metric can't be billed in advance",
            "bill it in arrears",
        )
    if aggregation not in BY_MODEL.get(model, (aggregation,)):
        yield Finding(
            (*path, "charge_model"), f"{model} needs a {BY_MODEL[model][0]} metric; this one is {aggregation}"
        )
    if model in NOT_OF_LATEST and aggregation == "latest_agg":
        yield Finding((*path, "charge_model"), f"{model} can't price a latest_agg metric")
    if aggregation != "custom_agg":
        yield from _custom_properties(charge, path)
    if charge.get("prorated"):
        yield from _prorated(charge, metric, path)


def _custom_properties(charge: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    filters = enumerate(charge.get("filters") or ())
    for place, priced in (((), charge), *((("filters", index), item) for index, item in filters)):
        if (priced.get("properties") or {}).get("custom_properties"):
            where = (*path, *place, "properties", "custom_properties")
            yield Finding(where, "only a charge on a custom_agg metric has custom_properties", "Lago would drop them")


def _prorated(charge: Mapping[str, Any], metric: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    place = (*path, "prorated")
    if metric["aggregation_type"] == "weighted_sum_agg":
        yield Finding(place, "weighted_sum_agg already weights units by time", "remove prorated")
        return
    if not metric.get("recurring"):
        yield Finding(place, "only a recurring metric can be prorated", "set recurring: true, or remove prorated")
    allowed = ("standard",) if charge.get("pay_in_advance") else PRORATED
    if charge["charge_model"] not in allowed:
        when = "in advance" if charge.get("pay_in_advance") else "in arrears"
        yield Finding(
            place, f"a {charge['charge_model']} charge {when} can't be prorated", f"only {', '.join(allowed)} can"
        )


def _prices(charge: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    yield from price_findings(charge.get("properties") or {}, (*path, "properties"))
    for index, item in enumerate(charge.get("filters") or ()):
        yield from price_findings(item.get("properties") or {}, (*path, "filters", index, "properties"))


def price_findings(properties: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    """What is wrong with one price, of a charge, a filter or a fixed charge."""
    yield from tiers_join(properties, path)
    least, most = properties.get("per_transaction_min_amount"), properties.get("per_transaction_max_amount")
    if least is not None and most is not None and Decimal(least) > Decimal(most):
        yield Finding((*path, "per_transaction_min_amount"), f"the minimum {least} is above the maximum {most}")
    keys = properties.get("pricing_group_keys") or properties.get("grouped_by")
    for index, key in repeated(keys) if keys else ():
        yield Finding((*path, "pricing_group_keys", index), f"the group key {key!r} appears twice")
    shown = properties.get("presentation_group_keys")
    if not shown:
        return
    if len(shown) > 2:
        yield Finding((*path, "presentation_group_keys"), "at most two properties can be shown on the invoice")
    for index, key in repeated(item["value"] for item in shown):
        yield Finding((*path, "presentation_group_keys", index), f"{key!r} appears twice")


def _filters_distinct(charge: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    filters = charge.get("filters")
    if not filters:
        return
    values = (frozenset((key, frozenset(taken)) for key, taken in item["values"].items()) for item in filters)
    for index, _ in repeated(values):
        yield Finding(
            (*path, "filters", index, "values"),
            "another filter of this charge already has the same values",
            "merge the two",
        )


def _filters_declared(charge: Mapping[str, Any], metric: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    declared = {item["key"]: item["values"] for item in metric.get("filters") or ()}
    for index, item in enumerate(charge.get("filters") or ()):
        for key, values in item["values"].items():
            yield from _declared(key, values, declared, (*path, "filters", index, "values", key))


def _declared(key: str, values: list[str], declared: Mapping[str, list[str]], path: Path) -> Iterator[Finding]:
    if key not in declared:
        known = ", ".join(declared) or "none"
        yield Finding(path, f"the metric has no filter {key!r}", f"its filters: {known}")
        return
    if ALL_VALUES in values:
        if len(values) > 1:
            yield Finding(path, f"{ALL_VALUES} stands alone", "it already means every value")
        return
    for value in values:
        if value not in declared[key]:
            yield Finding(
                path, f"the metric's filter {key!r} has no value {value!r}", f"it has {', '.join(declared[key])}"
            )
