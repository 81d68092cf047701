"""Payloads of webhooks: their object, as it is when the webhook is written."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.storage.kinds import (
    ALERT,
    CREDIT_NOTE,
    CUSTOMER,
    FEATURE,
    FEE,
    INVOICE,
    METRIC,
    PAYMENT_RECEIPT,
    PAYMENT_REQUEST,
    PLAN,
    SUBSCRIPTION,
    WALLET,
    WALLET_TRANSACTION,
)
from lago_gitops.sandbox.base.storage.store import Kind
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.catalog import features, metrics
from lago_gitops.sandbox.customers import customer_shapes
from lago_gitops.sandbox.documents.credit_notes import shapes as note_shapes
from lago_gitops.sandbox.documents.invoices import fee_shapes
from lago_gitops.sandbox.documents.invoices import shapes as invoice_shapes
from lago_gitops.sandbox.documents.payments import receipts, requests
from lago_gitops.sandbox.plans import shapes as plan_shapes
from lago_gitops.sandbox.plans.thresholds import rendered as rendered_threshold
from lago_gitops.sandbox.subscriptions import entitlements
from lago_gitops.sandbox.subscriptions import shapes as subscription_shapes
from lago_gitops.sandbox.subscriptions.relations import customer_of
from lago_gitops.sandbox.wallets import shapes as wallet_shapes


class PayloadShape(NamedTuple):
    """The kind of the object, its key in the payload, and how it is rendered; `job` has further values."""

    kind: Kind
    object_type: str
    show: Callable[[World, Doc, Doc], Doc]


_LINES = ("subscriptions", "billing_periods", "fees", "credits", "applied_taxes")
_SECTIONS = "applied_invoice_custom_sections"
_PARTS_OF_INVOICES: Mapping[str, tuple[str, ...]] = {
    "invoice.created": (*_LINES, _SECTIONS),
    "invoice.paid_credit_added": ("fees", "applied_taxes", _SECTIONS),
    "invoice.one_off_created": ("fees", "applied_taxes", _SECTIONS),
    "invoice.payment_status_updated": ("fees",),
    "invoice.payment_overdue": ("fees", "applied_taxes"),
    "invoice.payment_dispute_lost": (),
    "invoice.voided": _LINES,
}
_NO_PROVIDER = ("provider_customer_id", "payment_provider", "payment_provider_code", "provider_error")
_PARTS = frozenset((*_LINES, _SECTIONS, "metadata", "error_details"))
_WITH_ENTITLEMENTS = frozenset(("subscription.started", "subscription.updated"))


def _customer(world: World, customer: Doc) -> Doc:
    """As inside other objects."""
    return _without(customer_shapes.rendered_inside(world, customer), "integration_customers")


def _without(shown: Doc, *names: str) -> Doc:
    return {name: value for name, value in shown.items() if name not in names}


def _subscription(world: World, subscription: Doc, job: Doc) -> Doc:
    shown = _without(subscription_shapes.rendered_with_plan(world, subscription), _SECTIONS)
    shown["customer"] = _customer(world, customer_of(world, subscription))
    if job["event_type"] in _WITH_ENTITLEMENTS:
        shown["entitlements"] = entitlements.rendered_list(world, subscription)
    if "threshold" in job:
        shown["usage_threshold"] = rendered_threshold(job["threshold"])
    return shown


def _invoice(world: World, invoice: Doc, job: Doc) -> Doc:
    """Drafts include their errors."""
    kept = _PARTS_OF_INVOICES.get(job["event_type"], (*_LINES, "error_details"))
    shown = _without(invoice_shapes.rendered_alone(world, invoice), *(_PARTS - set(kept)))
    shown["customer"] = _without(shown["customer"], "integration_customers")
    return shown


def _note(world: World, note: Doc, _: Doc) -> Doc:
    shown = _without(note_shapes.rendered(world, note), "error_details")
    if "customer" in shown:
        shown["customer"] = _without(shown["customer"], "integration_customers")
    return shown


def _wallet(world: World, wallet: Doc, job: Doc) -> Doc:
    shown = _without(wallet_shapes.rendered(world, wallet), "applies_to", _SECTIONS)
    bare = job["event_type"] == "wallet.depleted_ongoing_balance"
    return _without(shown, "recurring_transaction_rules") if bare else shown


def _transaction(world: World, transaction: Doc, _: Doc) -> Doc:
    wallet = wallet_shapes.rendered(world, world.store.with_deleted(WALLET, transaction["wallet_id"]))
    bare = _without(wallet, "applies_to", _SECTIONS, "recurring_transaction_rules")
    return {**wallet_shapes.rendered_transaction(world, transaction), "wallet": bare}


def _plan(world: World, plan: Doc, job: Doc) -> Doc:
    shown = _without(plan_shapes.rendered_in_list(world, plan), "applicable_usage_thresholds")
    return _without(shown, "entitlements") if job["event_type"] == "plan.deleted" else shown


def _payment_failure(world: World, invoice: Doc, _: Doc) -> Doc:
    return {
        "lago_invoice_id": invoice["id"],
        "lago_customer_id": invoice["customer_id"],
        "external_customer_id": world.store.with_deleted(CUSTOMER, invoice["customer_id"])["external_id"],
        **dict.fromkeys(_NO_PROVIDER),
        "error_details": {"code": "customer_must_have_payment_provider"},
    }


def _dispute(world: World, invoice: Doc, job: Doc) -> Doc:
    return {"invoice": _invoice(world, invoice, job)}


_KINDS: Mapping[str, PayloadShape] = {
    "billable_metric": PayloadShape(METRIC, "billable_metric", lambda _, doc, __: metrics.rendered_inside(doc)),
    "feature": PayloadShape(FEATURE, "feature", lambda _, doc, __: features.rendered_alone(doc)),
    "plan": PayloadShape(PLAN, "plan", _plan),
    "customer": PayloadShape(CUSTOMER, "customer", lambda world, doc, _: customer_shapes.rendered_inside(world, doc)),
    "subscription": PayloadShape(SUBSCRIPTION, "subscription", _subscription),
    "invoice": PayloadShape(INVOICE, "invoice", _invoice),
    "fee": PayloadShape(FEE, "fee", lambda world, doc, _: fee_shapes.rendered(world, doc)),
    "credit_note": PayloadShape(CREDIT_NOTE, "credit_note", _note),
    "wallet": PayloadShape(WALLET, "wallet", _wallet),
    "wallet_transaction": PayloadShape(WALLET_TRANSACTION, "wallet_transaction", _transaction),
    "payment_receipt": PayloadShape(
        PAYMENT_RECEIPT, "payment_receipt", lambda world, doc, _: receipts.rendered(world, doc)
    ),
    "payment_request": PayloadShape(
        PAYMENT_REQUEST, "payment_request", lambda world, doc, _: requests.rendered(world, doc)
    ),
    "alert": PayloadShape(ALERT, "triggered_alert", lambda _, __, job: dict(job["triggered"])),
}
_SPECIAL: Mapping[str, PayloadShape] = {
    "invoice.payment_dispute_lost": PayloadShape(INVOICE, "payment_dispute_lost", _dispute),
    "invoice.payment_failure": PayloadShape(INVOICE, "payment_provider_invoice_payment_error", _payment_failure),
}


def payload(world: World, job: Doc, organization_id: str) -> Doc:
    shape = _SPECIAL.get(job["event_type"]) or _KINDS[job["event_type"].partition(".")[0]]
    subject = world.store.with_deleted(shape.kind, job["subject_id"])
    return {
        "webhook_type": job["event_type"],
        "object_type": shape.object_type,
        "organization_id": organization_id,
        shape.object_type: shape.show(world, subject, job),
    }
