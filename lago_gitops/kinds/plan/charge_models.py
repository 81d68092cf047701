"""The properties of each charge model: what a price looks like."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from lago_gitops.core.model.fields import NOT_BLANK, price
from lago_gitops.core.model.scalars import decimal, plain
from lago_gitops.core.model.types import (
    PRICE_LIMIT,
    Boolean,
    Exact,
    Field,
    Free,
    Integer,
    Keyed,
    Many,
    Object,
    Sent,
    Text,
    Variant,
)

BOUND = Exact(sent=Sent.NUMBER, binary=True)


def _tier_label(tier: Mapping[str, Any]) -> str:
    to = tier["to_value"]
    return f"[{_bound(tier['from_value'])}–{'∞' if to is None else _bound(to)}]"


def _bound(value: Any) -> str:
    """Text that isn't a number stays as it is: Lago may have any."""
    number = decimal(value)
    return plain(number) if isinstance(number, Decimal) else str(value)


def _tiers(*prices: Field) -> Keyed:
    return Keyed(
        Object(
            (
                Field("from_value", BOUND, "First unit of the tier.", required=True, example=0),
                Field(
                    "to_value",
                    BOUND,
                    "Last unit of the tier; null in the last one.",
                    required=True,
                    null_means="the tier has no end",
                    example=1000,
                ),
                *prices,
            )
        ),
        ("from_value",),
        _tier_label,
        is_one=True,
    )


RATE = Exact(maximum=Decimal(10) ** 6)
PER_UNIT = price("per_unit_amount", "Price per unit in this tier.", required=True, example="0.02")
FLAT = price("flat_amount", "Added once when usage reaches the tier.", required=True, example="0")

GROUP_KEYS = Field(
    "pricing_group_keys",
    Many(Text(pattern=NOT_BLANK), ordered=True, empty_is_null=True),
    "Event properties: each combination of their values is priced and billed separately.",
    alias="grouped_by",
    example=["project_id"],
)
PRESENTATION_KEYS = Field(
    "presentation_group_keys",
    Many(
        Object(
            (
                Field("value", Text(pattern=NOT_BLANK), "Property of the event.", required=True),
                Field(
                    "options",
                    Object((Field("display_in_invoice", Boolean(), "Show it on the invoice.", sent_empty=False),)),
                    "How to show it.",
                    sent_empty=False,
                ),
            )
        ),
        ordered=True,
        empty_is_null=True,
    ),
    "Properties to break usage down by on invoices, without effect on the price. At most two.",
    since="1.45",
)
CUSTOM_PROPERTIES = Field("custom_properties", Free(), "Passed to the organization's custom aggregation.")

MODELS: Mapping[str, tuple[Field, ...]] = MappingProxyType(
    {
        "standard": (price("amount", "Price of a unit.", required=True, example="0.02"),),
        "graduated": (
            Field(
                "graduated_ranges",
                _tiers(PER_UNIT, FLAT),
                "Tiers: each unit is priced by the tier it falls into.",
                required=True,
            ),
        ),
        "graduated_percentage": (
            Field(
                "graduated_percentage_ranges",
                _tiers(Field("rate", RATE, "Percent of the units in this tier.", required=True), FLAT),
                "Tiers: each part of the amount is priced at the rate of its tier.",
                required=True,
            ),
        ),
        "package": (
            price("amount", "Price per package.", required=True, example="5"),
            Field("package_size", Integer(minimum=1), "Units per package.", required=True, example=1000),
            Field("free_units", Integer(minimum=0), "Free units before the first package. 0 for none.", required=True),
        ),
        "percentage": (
            Field("rate", RATE, "Percent of the units.", required=True, example="1.4"),
            price("fixed_amount", "Fixed fee per event.", example="0.25"),
            Field("free_units_per_events", Integer(minimum=1), "Number of free events."),
            Field("free_units_per_total_aggregation", Exact(maximum=PRICE_LIMIT), "Number of free units."),
            price("per_transaction_min_amount", "Minimum amount per event.", licence=True),
            price("per_transaction_max_amount", "Maximum amount per event.", licence=True),
        ),
        "volume": (
            Field(
                "volume_ranges",
                _tiers(PER_UNIT, FLAT),
                "Tiers: all units are priced by the tier that the total falls into.",
                required=True,
            ),
        ),
        "dynamic": (),
        "custom": (),
    }
)
"""Whose own fields say the price; dynamic takes it from each event, custom from the organization's own code."""

_ONE_FREE_TIER = [{"from_value": 0, "to_value": None, "per_unit_amount": "0", "flat_amount": "0"}]
DEFAULTS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "standard": {"amount": "0"},
        "graduated": {"graduated_ranges": _ONE_FREE_TIER},
        "graduated_percentage": {
            "graduated_percentage_ranges": [{"from_value": 0, "to_value": None, "rate": "0", "flat_amount": "0"}]
        },
        "package": {"amount": "0", "package_size": 1, "free_units": 0},
        "percentage": {"rate": "0"},
        "volume": {"volume_ranges": _ONE_FREE_TIER},
    }
)
"""What Lago puts where a charge comes without properties: it costs nothing."""

CHARGE_PROPERTIES = Variant(
    "charge_model",
    {model: Object((*fields, GROUP_KEYS, PRESENTATION_KEYS, CUSTOM_PROPERTIES)) for model, fields in MODELS.items()},
    DEFAULTS,
)
FILTER_PROPERTIES = Variant(
    "charge_model", {model: Object((*fields, GROUP_KEYS, CUSTOM_PROPERTIES)) for model, fields in MODELS.items()}
)
FIXED_CHARGE_MODELS = ("standard", "graduated", "volume")
FIXED_CHARGE_PROPERTIES = Variant(
    "charge_model", {model: Object(MODELS[model]) for model in FIXED_CHARGE_MODELS}, DEFAULTS
)
