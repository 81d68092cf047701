"""How customers are rendered: in a list, alone, and inside other objects."""

from zoneinfo import ZoneInfo

from lago_gitops.pricing.periods.zones import zone
from lago_gitops.sandbox.base.clock import to_second
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.storage.kinds import BILLING_ENTITY
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.catalog import taxes
from lago_gitops.sandbox.customers.customer_fields import TEXTS


def entity_of(world: World, customer: Doc) -> Doc:
    return world.store.with_deleted(BILLING_ENTITY, customer["entity_id"])


def zone_of(world: World, customer: Doc) -> ZoneInfo:
    return zone(zone_name(world, customer))


def zone_name(world: World, customer: Doc) -> str:
    """Its own, else its billing entity's."""
    return str(customer["timezone"] or entity_of(world, customer)["timezone"] or "UTC")


def rendered_inside(world: World, customer: Doc) -> Doc:
    """As in an invoice, without taxes."""
    return {
        "lago_id": customer["id"],
        "billing_entity_code": entity_of(world, customer)["code"],
        "external_id": customer["external_id"],
        "account_type": "customer",
        **{name: customer[name] for name in ("name", "firstname", "lastname", "customer_type")},
        "sequential_id": customer["sequential_id"],
        "slug": customer["slug"],
        "created_at": to_second(customer["created_at"]),
        "updated_at": to_second(customer["updated_at"]),
        "country": customer["country"],
        **{name: customer[name] for name in TEXTS},
        "timezone": customer["timezone"],
        "applicable_timezone": zone_name(world, customer),
        **{name: customer[name] for name in ("net_payment_term", "external_salesforce_id")},
        "finalize_zero_amount_invoice": customer["finalize_zero_amount_invoice"],
        "billing_configuration": customer["billing_configuration"],
        "shipping_address": customer["shipping_address"],
        "skip_invoice_custom_sections": customer["skip_invoice_custom_sections"],
        "metadata": [_metadata(each) for each in customer["metadata"]],
        "integration_customers": [],
    }


def _metadata(entry: Doc) -> Doc:
    return {
        "lago_id": entry["id"],
        **{name: entry[name] for name in ("key", "value", "display_in_invoice")},
        "created_at": to_second(entry["created_at"]),
    }


def rendered(world: World, customer: Doc) -> Doc:
    return {**rendered_inside(world, customer), "taxes": taxes.rendered_list(world, customer["tax_ids"])}


def rendered_alone(world: World, customer: Doc) -> Doc:
    details: Doc = {"error_details": []} if world.can.customer_error_details else {}
    return {**rendered(world, customer), "applicable_invoice_custom_sections": [], **details}
