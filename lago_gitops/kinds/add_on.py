"""Add-ons: what is sold once, and what fixed charges sell every period."""

from lago_gitops.core.model.fields import cents, code, currency, name, text
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.kinds.common_fields import taxes
from lago_gitops.kinds.plan_item_effects import PlanItem, changes_taxes, deletes_plan_items

ADD_ON = ResourceKind(
    name="add_on",
    collection="add_ons",
    doc="Something sold for a fixed price: once on an invoice, or every period as a fixed charge of a plan.",
    effects=(*deletes_plan_items(PlanItem("fixed_charges", "add_on_code", "fixed charges")), changes_taxes),
    on_invoices=True,
    is_on_own_plans=True,
    billed_on_own_plans=("tax_codes",),
    fields=(
        code("Unique in the organization."),
        name("Shown on invoices unless there is a display name.", example="Onboarding"),
        text("invoice_display_name", "Shown on invoices instead of the name."),
        text("description", "For your own use, and on one-off invoices."),
        cents("amount_cents", "Price of one unit, in cents of the currency.", minimum=1, required=True, example=50000),
        currency("amount_currency", "ISO 4217 code, in capitals.", required=True, example="EUR"),
        taxes("Taxes on its fees, instead of the customer's."),
    ),
)
