"""The event types that a webhook endpoint can subscribe to."""

_WORDS = {
    "alert": "triggered",
    "billable_metric": "created updated deleted",
    "credit_note": "created generated provider_refund_failure",
    "customer": "created updated accounting_provider_created accounting_provider_error crm_provider_created "
    "crm_provider_error payment_provider_created payment_provider_error checkout_url_generated tax_provider_error "
    "vies_check",
    "dunning_campaign": "finished",
    "event": "error",
    "events": "errors",
    "feature": "created updated deleted",
    "fee": "created tax_provider_error",
    "integration": "provider_error",
    "invoice": "created one_off_created paid_credit_added generated drafted ready_to_finalize voided deleted "
    "payment_dispute_lost payment_status_updated payment_overdue payment_failure resynced",
    "order": "created executed",
    "order_form": "created signed expired voided",
    "payment": "succeeded requires_action",
    "payment_provider": "error",
    "payment_receipt": "created generated",
    "payment_request": "created payment_failure payment_status_updated",
    "plan": "created updated deleted",
    "quote": "created approved voided",
    "subscription": "canceled incomplete terminated started updated termination_alert trial_ended "
    "usage_threshold_reached",
    "wallet": "created depleted_ongoing_balance terminated updated",
    "wallet_transaction": "created updated payment_failure",
}

EVENT_TYPES = frozenset(f"{subject}.{verb}" for subject, verbs in _WORDS.items() for verb in verbs.split())
