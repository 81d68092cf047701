"""Manifests in a line, and what the lint says of them."""

from collections.abc import Mapping
from typing import Any

from lago_gitops.core.model.resources import Address
from lago_gitops.pricing.lint.registry import lint
from lago_gitops.pricing.lint.rule import LintFinding

Data = dict[str, Any]
TIERS = {
    "graduated": ("graduated_ranges", "per_unit_amount"),
    "graduated_percentage": ("graduated_percentage_ranges", "rate"),
    "volume": ("volume_ranges", "per_unit_amount"),
}


def metric(aggregation: str = "sum_agg", code: str = "storage", **others: Any) -> Data:
    field_name = {} if aggregation == "count_agg" else {"field_name": "gb"}
    return {
        "kind": "billable_metric",
        "code": code,
        "name": code,
        "aggregation_type": aggregation,
        **field_name,
        **others,
    }


SUM, COUNT = metric(), metric("count_agg")
REGIONS = metric(filters=[{"key": "region", "values": ["eu", "us", "ap"]}, {"key": "tier", "values": ["hot", "cold"]}])


def tiered(model: str, *tiers: tuple[object, object, object, object], **others: Any) -> Data:
    """Tiers as (from, to, price, flat)."""
    name, price = TIERS[model]
    rows = [
        {"from_value": start, "to_value": end, price: str(per_unit), "flat_amount": str(flat)}
        for start, end, per_unit, flat in tiers
    ]
    return {name: rows, **others}


def charge(model: str = "standard", properties: Data | None = None, code: str = "storage", **others: Any) -> Data:
    given = {"amount": "1"} if properties is None and model == "standard" else properties or {}
    return {"code": code, "billable_metric_code": code, "charge_model": model, "properties": given, **others}


def fixed(model: str, properties: Data, units: object = 1, **others: Any) -> Data:
    return {
        "code": "seat",
        "add_on_code": "seat",
        "charge_model": model,
        "units": units,
        "properties": properties,
        **others,
    }


def plan(*charges: Data, code: str = "growth", **others: Any) -> Data:
    return {
        "kind": "plan",
        "code": code,
        "name": code,
        "interval": "monthly",
        "amount_cents": 0,
        "amount_currency": "USD",
        "pay_in_advance": False,
        "charges": list(charges),
        **others,
    }


def addressed(*manifests: Data) -> Mapping[Address, Data]:
    return {Address(each["kind"], each["code"]): each for each in manifests}


def found(rule: str, *manifests: Data) -> list[LintFinding]:
    """What one rule finds."""
    return [finding for finding in lint(addressed(*manifests)) if finding.rule == rule]


def paths(rule: str, *manifests: Data) -> list[str]:
    return [".".join(map(str, finding.path)) for finding in found(rule, *manifests)]


def message(rule: str, *manifests: Data) -> str:
    (finding,) = found(rule, *manifests)
    return finding.message
