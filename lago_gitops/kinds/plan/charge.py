"""Charges: the prices of usage on a plan."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lago_gitops.core.model.fields import NOT_BLANK, boolean, cents, choice, code, text
from lago_gitops.core.model.types import (
    PRICE_LIMIT,
    Exact,
    Field,
    Keyed,
    Lock,
    Object,
    Reference,
    Text,
    ValueSets,
)
from lago_gitops.kinds.common_fields import taxes
from lago_gitops.kinds.plan.charge_models import CHARGE_PROPERTIES, FILTER_PROPERTIES, MODELS


def _filter_label(item: Mapping[str, Any]) -> str:
    return "[" + "; ".join(f"{key}={','.join(values)}" for key, values in sorted(dict(item["values"]).items())) + "]"


FILTER = Object(
    (
        Field(
            "values",
            ValueSets(),
            "Events this price is for: for each key, values declared by the metric, or `__ALL_FILTER_VALUES__`.",
            required=True,
            example={"region": ["eu"]},
        ),
        text("invoice_display_name", "Shown on invoices instead of the values."),
        Field("properties", FILTER_PROPERTIES, "Price, in the charge's model.", default={}),
    )
)

PRICING_UNIT = Object(
    (
        Field(
            "code",
            Text(pattern=NOT_BLANK, empty_is_null=False),
            "A pricing unit created in Lago's web app.",
            required=True,
            lock=Lock.REPLACE,
        ),
        Field(
            "conversion_rate",
            Exact(minimum=None, above=Decimal(0), maximum=PRICE_LIMIT, places=15),
            "Currency for one unit.",
            required=True,
        ),
    )
)


CHARGE = Object(
    (
        code("Unique within the plan. Stored by Lago 1.39 and later."),
        Field(
            "billable_metric_code",
            Reference("billable_metric", sent_as="billable_metric_id"),
            "The metric it prices.",
            required=True,
            lock=Lock.REPLACE,
        ),
        Field(
            "charge_model",
            Text(choices=tuple(MODELS), licensed=("graduated_percentage",)),
            "Charge model: how units become an amount.",
            required=True,
            lock=Lock.REPLACE,
        ),
        text("invoice_display_name", "Shown on invoices instead of the metric's name."),
        boolean("pay_in_advance", "Billed with each event instead of at the end of the period.", lock=Lock.REPLACE),
        boolean("prorated", "Prorated by the number of days a unit was held.", lock=Lock.REPLACE),
        boolean(
            "invoiceable",
            "Whether fees billed in advance are invoiced.",
            default=True,
            lock=Lock.REPLACE,
            licence=True,
        ),
        choice(
            "regroup_paid_fees",
            ("invoice",),
            "Collects fees billed in advance but not invoiced individually on one invoice.",
            lock=Lock.REPLACE,
            licence=True,
        ),
        cents(
            "min_amount_cents",
            "Minimum amount of the charge per period, in cents of the plan's currency.",
            default=0,
            lock=Lock.REPLACE,
            licence=True,
        ),
        boolean("accepts_target_wallet", "Whether events may name the wallet that pays.", licence=True, since="1.42"),
        Field(
            "properties",
            CHARGE_PROPERTIES,
            "Price, in the fields of the charge model. Left out: free of charge.",
            default={},
        ),
        Field(
            "filters",
            Keyed(FILTER, ("values",), _filter_label),
            "Separate prices for events with certain property values.",
            default=[],
            clear=[],
        ),
        taxes("Taxes on its fees, instead of the plan's and the customer's."),
        Field(
            "applied_pricing_unit",
            PRICING_UNIT,
            "Prices are in a custom pricing unit, converted on the invoice.",
            lock=Lock.REPLACE,
            licence=True,
        ),
    )
)
