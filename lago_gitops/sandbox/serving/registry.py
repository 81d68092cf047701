"""The list of all routes, event subscribers and jobs."""

from typing import Final

from lago_gitops.sandbox.base.http.routes import Route
from lago_gitops.sandbox.base.world import Event, Reactions
from lago_gitops.sandbox.billing import advance
from lago_gitops.sandbox.billing.credit_notes import subscription_ended
from lago_gitops.sandbox.catalog import (
    add_ons,
    billing_entities,
    coupons,
    features,
    metrics,
    organizations,
    taxes,
    webhooks,
)
from lago_gitops.sandbox.customers import applied_coupons, customers
from lago_gitops.sandbox.documents.credit_notes import credit_notes
from lago_gitops.sandbox.documents.invoices import analytics, fees, invoices, one_off
from lago_gitops.sandbox.documents.payments import payments, receipts
from lago_gitops.sandbox.documents.payments import requests as payment_requests
from lago_gitops.sandbox.events import events
from lago_gitops.sandbox.plans import charge_filters, entitlements, plans
from lago_gitops.sandbox.plans import parts as plan_parts
from lago_gitops.sandbox.previews import previews
from lago_gitops.sandbox.serving import unsupported
from lago_gitops.sandbox.subscriptions import alerts, lifetime, subscriptions, transitions, units
from lago_gitops.sandbox.subscriptions import charges as subscription_charges
from lago_gitops.sandbox.subscriptions import entitlements as subscription_entitlements
from lago_gitops.sandbox.usage import activity, estimates, ongoing, past
from lago_gitops.sandbox.usage import current as current_usage
from lago_gitops.sandbox.wallets import transactions, wallets
from lago_gitops.sandbox.webhooks import delivering

MODULES = (
    organizations,
    billing_entities,
    taxes,
    metrics,
    add_ons,
    features,
    entitlements,
    plan_parts,
    plans,
    coupons,
    webhooks,
    analytics,
    current_usage,
    past,
    estimates,
    previews,
    applied_coupons,
    subscription_charges,
    subscription_entitlements,
    alerts,
    lifetime,
    subscriptions,
    customers,
    invoices,
    one_off,
    fees,
    credit_notes,
    payments,
    receipts,
    payment_requests,
    events,
    wallets,
    transactions,
    delivering,
    unsupported,
)
"""In order: the first route that matches a path answers."""

ROUTES: Final[tuple[Route, ...]] = tuple(route for module in MODULES for route in module.ROUTES)

REACTIONS: Reactions = {
    Event.METRIC_FILTERS_CHANGED: (charge_filters.trim,),
    Event.PLAN_AMOUNT_CHANGED: (transitions.follow_new_amount,),
    Event.EVENTS_TAKEN: (advance.taken, activity.taken),
    Event.UNITS_CHANGED: (units.changed,),
    Event.SUBSCRIPTION_ENDED: (subscription_ended,),
    Event.CREDITS_USED: (ongoing.refresh,),
}
