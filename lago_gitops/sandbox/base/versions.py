"""Which release of Lago brought which ability."""

import re
from dataclasses import dataclass, fields

_RELEASE = re.compile(r"v?(\d+)\.(\d+)(?:\.(\d+))?")
_NEWEST = (999, 0, 0)

# Only 1.38 and newer servers were recorded. For a change in between, the release is the one in the notes, else 1.39.
_SINCE: dict[str, tuple[int, int, int]] = {
    "nested_plan_routes": (1, 39, 0),
    "charge_codes": (1, 39, 0),
    "plan_metadata": (1, 39, 0),
    "applicable_thresholds": (1, 39, 0),
    "free_features": (1, 39, 0),
    "amount_is_mandatory": (1, 39, 0),
    "counts_beyond_last_page": (1, 39, 0),
    "overridden_filter": (1, 39, 0),
    "incomplete_subscriptions": (1, 39, 0),
    "subscription_details": (1, 39, 0),
    "applied_coupon_details": (1, 39, 0),
    "chinese_documents": (1, 39, 0),
    "several_currencies": (1, 39, 0),
    "customer_error_details": (1, 39, 0),
    "invoice_details": (1, 39, 0),
    "fee_details": (1, 39, 0),
    "usage_filters": (1, 39, 0),
    "bills_fixed_charges": (1, 39, 0),
    "wallets_await_refresh": (1, 39, 0),
    "kept_plans_announced": (1, 39, 0),
    "remembered_counts": (1, 39, 0),
    "add_on_takes_fixed_charges": (1, 40, 0),
    "wallet_alerts": (1, 39, 0),
    "wallet_codes": (1, 39, 0),
    "whole_batches": (1, 39, 0),
    "target_wallets": (1, 42, 0),
    "partial_webhook_update": (1, 43, 0),
    "webhook_event_types": (1, 44, 0),
    "thresholds_recreated": (1, 44, 0),
    "touching_tiers": (1, 45, 0),
    "presentation_group_keys": (1, 45, 2),
    "coupon_duration_checked": (1, 46, 0),
    "organization_slug": (1, 46, 0),
    "coupon_code_mandatory": (1, 47, 0),
    "events_store": (1, 47, 0),
    "metric_webhooks": (1, 47, 0),
    "ready_drafts": (1, 47, 0),
    "entity_phone": (1, 49, 0),
    "tax_entities": (1, 51, 0),
    "count_without_field": (1, 51, 0),
    "discarded_features_hidden": (1, 51, 0),
}


@dataclass(frozen=True, slots=True)
class Abilities:
    """One flag for each difference between releases that the sandbox imitates."""

    nested_plan_routes: bool
    charge_codes: bool
    plan_metadata: bool
    applicable_thresholds: bool
    free_features: bool
    amount_is_mandatory: bool
    counts_beyond_last_page: bool
    overridden_filter: bool
    incomplete_subscriptions: bool
    subscription_details: bool
    applied_coupon_details: bool
    chinese_documents: bool
    several_currencies: bool
    customer_error_details: bool
    invoice_details: bool
    fee_details: bool
    usage_filters: bool
    bills_fixed_charges: bool
    wallets_await_refresh: bool
    kept_plans_announced: bool
    remembered_counts: bool
    add_on_takes_fixed_charges: bool
    wallet_alerts: bool
    wallet_codes: bool
    whole_batches: bool
    target_wallets: bool
    partial_webhook_update: bool
    webhook_event_types: bool
    thresholds_recreated: bool
    touching_tiers: bool
    presentation_group_keys: bool
    coupon_duration_checked: bool
    organization_slug: bool
    coupon_code_mandatory: bool
    events_store: bool
    metric_webhooks: bool
    ready_drafts: bool
    entity_phone: bool
    tax_entities: bool
    count_without_field: bool
    discarded_features_hidden: bool


def abilities(version: str) -> Abilities:
    """A version that isn't a release number, such as "HEAD" or "production", counts as the newest."""
    of = release(version)
    return Abilities(**{field.name: of >= _SINCE[field.name] for field in fields(Abilities)})


def release(version: str) -> tuple[int, int, int]:
    """Major, minor and patch."""
    match = _RELEASE.fullmatch(version)
    return (int(match[1]), int(match[2]), int(match[3] or 0)) if match else _NEWEST
