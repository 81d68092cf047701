"""Taxes."""

from decimal import Decimal

from lago_gitops.core.model.effects import Count
from lago_gitops.core.model.fields import boolean, code, name, text
from lago_gitops.core.model.kind import Explained, ResourceKind, VersionSign
from lago_gitops.core.model.types import Exact, Field, Sent
from lago_gitops.kinds.tax.effects import TAX_EFFECTS

TAX = ResourceKind(
    name="tax",
    collection="taxes",
    doc="A tax rate that plans, charges, add-ons, customers and billing entities can carry.",
    counts=(Count("customers", "customers", within="taxes", fields=("rate",)),),
    effects=TAX_EFFECTS,
    on_invoices=True,
    is_on_own_plans=True,
    billed_on_own_plans=("rate",),
    of_lago="lago_eu_*",
    explained=(
        Explained(
            "code",
            "value_already_exist",
            "a tax with this code was deleted earlier, and Lago never frees a tax code",
            "give it another code, here and in every manifest that names it",
        ),
    ),
    signs=(VersionSign("applied_to_billing_entities_codes", "1.51"),),
    fields=(
        code("Unique in the organization, including deleted taxes: the code of a deleted tax can never be reused."),
        name("Shown on invoices.", example="VAT 20 %"),
        Field(
            "rate",
            Exact(sent=Sent.NUMBER, maximum=Decimal(100), places=12),  # Lago keeps a binary float
            "Percent of the amount before tax.",
            required=True,
            example="20",
        ),
        text("description", "For your own use."),
        boolean(
            "applied_to_organization",
            "Adds the tax to the default billing entity, or removes it. Left out: left to whoever manages the billing "
            "entity.",
            only_if_given=True,
            same_as=("billing_entity", "tax_codes"),
        ),
    ),
)
