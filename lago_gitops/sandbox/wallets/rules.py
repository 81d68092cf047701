"""Recurring top-up rules of a wallet: at intervals, or when its ongoing balance falls to a threshold."""

from typing import Any

from lago_gitops.sandbox.base.clock import moment, stamp, to_second
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import invalid
from lago_gitops.sandbox.base.http.params import Many, Schema, scalars
from lago_gitops.sandbox.base.values.casts import assigned, boolean, text
from lago_gitops.sandbox.base.values.numerals import amount
from lago_gitops.sandbox.base.world import World, new_id
from lago_gitops.sandbox.wallets import amounts, metadata

_INTERVALS = ("weekly", "monthly", "quarterly", "yearly", "semiannual")
_TEXTS = ("interval", "method", "trigger", "transaction_name", "purchase_order_number")
_AMOUNTS = ("paid_credits", "granted_credits", "threshold_credits", "target_ongoing_balance")
_FLAGS = ("invoice_requires_successful_payment", "ignore_paid_top_up_limits", "grants_target_top_up")
SCHEMA: Schema = {
    **scalars(("lago_id", "started_at", "expiration_at"), _TEXTS, _AMOUNTS, _FLAGS),
    "transaction_metadata": Many(scalars(("key", "value"))),
}
_CASTS = {
    **dict.fromkeys(_TEXTS, text),
    **dict.fromkeys(_AMOUNTS, amounts.CREDITS),
    **dict.fromkeys(_FLAGS, boolean),
}


def is_valid(world: World, items: list[Doc]) -> bool:
    return all(_is_valid(world, item) for item in items)


def _is_valid(world: World, item: Doc) -> bool:
    return (
        _has_trigger(item)
        and (item.get("method") != "target" or amount(item.get("target_ongoing_balance")) is not None)
        and _has_credits(item)
        and not metadata.problems(item.get("transaction_metadata"))
        and is_future(world, item.get("expiration_at"))
        and (item.get("grants_target_top_up") is None or item.get("method") == "target")
    )


def _has_trigger(item: Doc) -> bool:
    if item.get("trigger") == "interval":
        return item.get("interval") in _INTERVALS
    return item.get("trigger") == "threshold" and amount(item.get("threshold_credits")) is not None


def _has_credits(item: Doc) -> bool:
    sent = [item[name] for name in ("paid_credits", "granted_credits") if item.get(name)]
    return not sent or any(amount(each) is not None for each in sent)


def is_future(world: World, sent: Any) -> bool:
    """Whether it is a time in the future, or wasn't sent."""
    when = moment(sent)
    return sent in (None, "") or (when is not None and when > world.now())


def new(world: World, wallet: Doc, item: Doc, wallet_params: Doc) -> Doc:
    """A rule with fixed credits defaults to the wallet's first credits."""
    rule = {
        "id": new_id(),
        "created_at": world.stamp(),
        "status": "active",
        **dict.fromkeys(("interval", "target_ongoing_balance", "transaction_name", "purchase_order_number")),
        **dict.fromkeys(("started_at", "expiration_at")),
        **dict.fromkeys(_AMOUNTS[:3], "0.0"),
        "method": "fixed",
        "invoice_requires_successful_payment": wallet["invoice_requires_successful_payment"],
        "ignore_paid_top_up_limits": False,
        "grants_target_top_up": False,
        "transaction_metadata": [],
    }
    if item.get("paid_credits") is None and item.get("granted_credits") is None and item.get("method") != "target":
        item = {**item, **{name: wallet_params[name] for name in _AMOUNTS[:2] if wallet_params.get(name)}}
    return _changed(rule, item)


def _changed(rule: Doc, item: Doc) -> Doc:
    sent = {name: value for name, value in assigned(item, _CASTS).items() if value is not None}
    times = {name: _stamped(item[name]) for name in ("started_at", "expiration_at") if name in item}
    given = {"transaction_metadata": item["transaction_metadata"]} if "transaction_metadata" in item else {}
    return rule | sent | times | given


def _stamped(sent: Any) -> str | None:
    when = moment(sent)
    return None if when is None else stamp(when)


def updated(world: World, wallet: Doc, items: list[Doc]) -> list[Doc]:
    """Rules with ids are changed, others created, and those not sent end. Raises RefusedError."""
    if not is_valid(world, items) or len(items) > 1:
        raise invalid({"recurring_transaction_rules": ["invalid_recurring_rule"]})
    known = {rule["id"]: rule for rule in wallet["rules"]}
    return [
        _changed(known[item["lago_id"]], item) if item.get("lago_id") in known else new(world, wallet, item, {})
        for item in items
    ]


def rendered_list(world: World, wallet: Doc) -> list[Doc]:
    return [_rendered(world, rule) for rule in wallet["rules"] if is_active(world, rule)]


def is_active(world: World, rule: Doc) -> bool:
    return rule["status"] == "active" and (rule["expiration_at"] is None or rule["expiration_at"] > world.stamp())


def _rendered(world: World, rule: Doc) -> Doc:
    newer = {
        "purchase_order_number": rule["purchase_order_number"],
        "applied_invoice_custom_sections": [],
        "payment_method": {"payment_method_id": None, "payment_method_type": "provider"},
        "grants_target_top_up": rule["grants_target_top_up"],
    }
    return {
        "lago_id": rule["id"],
        **{name: rule[name] for name in ("paid_credits", "granted_credits", "interval", "method")},
        **{name: to_second(rule[name]) for name in ("started_at", "expiration_at", "created_at")},
        **{name: rule[name] for name in ("status", "target_ongoing_balance", "threshold_credits", "trigger")},
        **{name: rule[name] for name in ("invoice_requires_successful_payment", "transaction_metadata")},
        **{name: rule[name] for name in ("transaction_name", "ignore_paid_top_up_limits")},
        **(newer if world.can.wallet_codes else {}),
    }
