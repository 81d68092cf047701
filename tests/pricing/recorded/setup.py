"""The price list that recorded cases use, as the API was sent it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from lago_gitops.pricing.catalog import reading
from lago_gitops.pricing.catalog.items import Coupon, Metric, Plan, Tax
from lago_gitops.pricing.usage.events import Event

RECORDINGS = Path(__file__).parents[2] / "data" / "lago"
PRICES = RECORDINGS / "prices"
Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Setup:
    metrics: Mapping[str, Metric]
    taxes: Mapping[str, Tax]
    coupons: Mapping[str, Coupon]
    plan_fields: Mapping[str, Fields]  # by code, with the names of manifests
    add_on_taxes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def plan(self, code: str) -> Plan:
        return self.plan_of(self.plan_fields[code])

    def plan_of(self, fields: Fields) -> Plan:
        return reading.plan(fields, self.metrics, self.add_on_taxes)


def read_json(file: Path) -> Any:
    return json.loads(file.read_text(), parse_float=Decimal)


def read_lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line, parse_float=Decimal) for line in file.read_text().splitlines() if line.strip()]


def setup_of(data: Fields) -> Setup:
    """Of what a recording has beside its cases. A recording of fees in advance has one plan and no taxes."""
    plans = data["plans"] if "plans" in data else {"plan": data["plan"]}
    units = data.get("pricing_units", {})
    return Setup(
        metrics={code: reading.metric({"code": code, **each}) for code, each in data["metrics"].items()},
        taxes={code: tax(code, rate) for code, rate in data.get("taxes", {}).items()},
        coupons={code: reading.coupon({"code": code, **each}) for code, each in data.get("coupons", {}).items()},
        plan_fields={code: _renamed(each, units) for code, each in plans.items()},
        add_on_taxes={code: tuple(each.get("tax_codes", ())) for code, each in data.get("add_ons", {}).items()},
    )


def tax(code: str, rate: object) -> Tax:
    return reading.tax({"code": code, "rate": rate})


def event(fields: Fields) -> Event:
    return Event(
        metric_code=fields.get("metric") or fields["code"],
        at=instant(fields["timestamp"]),
        properties=fields["properties"],
        precise_total_amount_cents=Decimal(fields.get("precise_total_amount_cents") or 0),
        transaction_id=fields.get("transaction_id", ""),
    )


def instant(value: str | int | Decimal) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else datetime.fromtimestamp(float(value), UTC)


def _renamed(plan: Fields, units: Mapping[str, str]) -> dict[str, Any]:
    """The recordings name metrics and add-ons by their code where the API wants an id."""
    return {
        **plan,
        "charges": [_charge(each, units) for each in plan["charges"]],
        "fixed_charges": [{**each, "add_on_code": each["add_on"]} for each in plan.get("fixed_charges", ())],
    }


def _charge(charge: Fields, units: Mapping[str, str]) -> dict[str, Any]:
    found = {**charge, "billable_metric_code": charge["metric"]}
    unit = charge.get("applied_pricing_unit")
    return {**found, "applied_pricing_unit": {**unit, "short_name": units[unit["code"]]}} if unit else found
