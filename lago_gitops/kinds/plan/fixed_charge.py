"""Fixed charges: a number of units of an add-on, every period."""

from lago_gitops.core.model.fields import boolean, choice, code, text
from lago_gitops.core.model.types import PRICE_LIMIT, Boolean, Exact, Field, Lock, Object, Reference
from lago_gitops.kinds.common_fields import taxes
from lago_gitops.kinds.plan.charge_models import FIXED_CHARGE_MODELS, FIXED_CHARGE_PROPERTIES

FIXED_CHARGE = Object(
    (
        code("Unique within the plan. Stored by Lago 1.39 and later."),
        Field(
            "add_on_code",
            Reference("add_on", sent_as="add_on_id"),
            "What is sold.",
            required=True,
            lock=Lock.REPLACE,
        ),
        choice(
            "charge_model",
            FIXED_CHARGE_MODELS,
            "Charge model: how units become an amount.",
            required=True,
            lock=Lock.REPLACE,
        ),
        text("invoice_display_name", "Shown on invoices instead of the add-on's name."),
        Field("units", Exact(maximum=PRICE_LIMIT, places=10), "Units per period.", default=0, example="1"),
        boolean("pay_in_advance", "Billed at the start of the period.", lock=Lock.REPLACE),
        boolean("prorated", "Prorated by the days of the period.", lock=Lock.REPLACE),
        Field("properties", FIXED_CHARGE_PROPERTIES, "Price of the units. Left out: free of charge.", default={}),
        taxes("Taxes on its fees, instead of the plan's and the customer's."),
        Field(
            "apply_units_immediately",
            Boolean(),
            "New units count immediately instead of from the next period; if billed in advance, they are invoiced now.",
            write_only=True,
        ),
    )
)
