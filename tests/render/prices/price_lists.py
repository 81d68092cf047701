"""Price lists in a line, and what their changes say."""

from decimal import Decimal
from typing import Any

from lago_gitops.core.model.canonical import canonical
from lago_gitops.kinds import KINDS
from lago_gitops.pricing.models import price
from lago_gitops.render.prices.changes import price_changes
from lago_gitops.render.prices.documents import prices_document, read_prices
from lago_gitops.render.prices.model import PlanChange
from lago_gitops.render.prices.text import prices_text

D = Decimal

Data = dict[str, Any]

Row = tuple[object, object, object, object]

NAMES = {
    "graduated": ("graduated_ranges", "per_unit_amount"),
    "graduated_percentage": ("graduated_percentage_ranges", "rate"),
    "volume": ("volume_ranges", "per_unit_amount"),
}

GP = "graduated_percentage"

CALLS = {"calls": {"code": "calls", "aggregation_type": "count_agg", "filters": {}}}


def tiers(*rows: Row, model: str = "graduated") -> Data:
    name, per_unit = NAMES[model]
    return {
        name: [
            {"from_value": start, "to_value": end, per_unit: str(amount), "flat_amount": str(flat)}
            for start, end, amount, flat in rows
        ]
    }


def charge(properties: Data, model: str = "graduated", code: str = "calls", **others: Any) -> Data:
    return {"code": code, "billable_metric_code": "calls", "charge_model": model, "properties": properties, **others}


def plan(*charges: Data, **others: Any) -> Data:
    data = {
        "code": "scale",
        "name": "Scale",
        "interval": "monthly",
        "amount_cents": 0,
        "amount_currency": "EUR",
        "pay_in_advance": False,
        "charges": list(charges),
        **others,
    }
    return canonical(KINDS["plan"].object, data)


def change(before: Data, after: Data) -> PlanChange:
    found = price_changes(before, after, CALLS)
    assert found is not None
    return found


def plainly(text: str, colour: str) -> str:
    return text


def shown(found: PlanChange) -> str:
    return prices_text(read_prices(prices_document(found)), plainly)


def text(before: Data, after: Data) -> list[str]:
    """The lines below the title."""
    return shown(change(before, after)).splitlines()[1:]


NOW = tiers((0, 10_000, 0, 0), (10_001, 100_000, "0.0020", 0), (100_001, None, "0.0012", 0))

AFTER = tiers(
    (0, 10_000, 0, 0), (10_001, 100_000, "0.0022", 0), (100_001, 1_000_000, "0.0012", 0), (1_000_001, None, "0.0009", 0)
)

GRADUATED = price("graduated", NOW), price("graduated", AFTER)


def of(model: str = "percentage", **properties: Any) -> Any:
    return price(model, properties)


FLAT = charge({"amount": "1"}, "standard")
