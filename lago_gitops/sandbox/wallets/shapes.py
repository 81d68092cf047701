"""How wallets and their transactions are rendered."""

from decimal import Decimal

from lago_gitops.sandbox.base.clock import to_millisecond, to_second
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.storage.kinds import METRIC, WALLET
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.customers.customer_shapes import entity_of
from lago_gitops.sandbox.wallets import amounts, rules
from lago_gitops.sandbox.wallets.balance import customer_of

_BALANCES = (
    *("credits_balance", "credits_ongoing_balance", "credits_ongoing_usage_balance"),
    *("balance_cents", "ongoing_balance_cents", "ongoing_usage_balance_cents", "consumed_credits"),
)


def rendered(world: World, wallet: Doc) -> Doc:
    newer: Doc = {
        "billing_entity_code": entity_of(world, customer_of(world, wallet))["code"],
        "code": wallet["code"],
        "purchase_order_number": wallet["purchase_order_number"],
        "applied_invoice_custom_sections": [],
        "payment_method": {"payment_method_id": None, "payment_method_type": wallet["payment_method_type"]},
        **({"metadata": wallet["metadata"]} if wallet["metadata"] else {}),
    }
    times = ("created_at", "expiration_at", "last_balance_sync_at", "last_consumed_credit_at")
    return {
        "lago_id": wallet["id"],
        "lago_customer_id": wallet["customer_id"],
        "external_customer_id": customer_of(world, wallet)["external_id"],
        **{name: wallet[name] for name in ("status", "currency", "name", "rate_amount", *_BALANCES)},
        **{name: to_second(wallet[name]) for name in times},
        "terminated_at": to_millisecond(wallet["terminated_at"]),
        "invoice_requires_successful_payment": wallet["invoice_requires_successful_payment"],
        **{name: wallet[name] for name in ("paid_top_up_min_amount_cents", "paid_top_up_max_amount_cents", "priority")},
        "recurring_transaction_rules": rules.rendered_list(world, wallet),
        "applies_to": {
            "fee_types": wallet["fee_types"],
            "billable_metric_codes": _metric_codes(world, wallet),
        },
        **(newer if world.can.wallet_codes else {}),
    }


def _metric_codes(world: World, wallet: Doc) -> list[str]:
    """Without deleted metrics; if all were deleted, the list is empty."""
    metrics = (world.store.get(METRIC, metric_id) for metric_id in wallet["metric_ids"])
    return [metric["code"] for metric in metrics if metric is not None]


def transaction_alone(world: World, transaction: Doc) -> Doc:
    sections: Doc = {"applied_invoice_custom_sections": []} if world.can.wallet_codes else {}
    return {**rendered_transaction(world, transaction), **sections}


def rendered_transaction(world: World, transaction: Doc) -> Doc:
    wallet = world.store.with_deleted(WALLET, transaction["wallet_id"])
    newer: Doc = {
        "lago_voided_invoice_id": transaction["voided_invoice_id"],
        "billing_entity_code": entity_of(world, customer_of(world, wallet))["code"],
        "remaining_amount_cents": transaction["remaining_cents"],
        "remaining_credit_amount": _remaining_credits(wallet, transaction),
        "priority": transaction["priority"],
        "purchase_order_number": transaction["purchase_order_number"] or wallet["purchase_order_number"],
        "payment_method": {"payment_method_id": None, "payment_method_type": transaction["payment_method_type"]},
    }
    same = ("status", "source", "transaction_status", "transaction_type")
    return {
        "lago_id": transaction["id"],
        "lago_wallet_id": wallet["id"],
        "lago_invoice_id": transaction["invoice_id"],
        "lago_credit_note_id": transaction["credit_note_id"],
        **{name: transaction[name] for name in same},
        "amount": amounts.worth(transaction["amount_cents"], wallet["currency"]),
        "credit_amount": transaction["credit_amount"],
        **{name: to_second(transaction[name]) for name in ("settled_at", "failed_at", "created_at")},
        **{name: transaction[name] for name in ("invoice_requires_successful_payment", "metadata", "name")},
        **(newer if world.can.wallet_codes else {}),
    }


def _remaining_credits(wallet: Doc, transaction: Doc) -> str | None:
    cents = transaction["remaining_cents"]
    return None if cents is None else amounts.kept(Decimal(amounts.of_cents(wallet, cents).credits))
