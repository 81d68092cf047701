"""Checks of wallets, and of purchases of credits."""

from typing import Any

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import Problems, invalid, note, refuse_if_any
from lago_gitops.sandbox.base.storage.kinds import METRIC
from lago_gitops.sandbox.base.values.casts import boolean, text
from lago_gitops.sandbox.base.values.currencies import CURRENCIES
from lago_gitops.sandbox.base.values.numerals import is_number
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.wallets import amounts, balance, rules

LOWEST_PRIORITY = 50
FEE_TYPES = ("charge", "add_on", "subscription", "credit", "commitment", "fixed_charge", "product_item")
LIMITS = ("paid_top_up_min_amount_cents", "paid_top_up_max_amount_cents")


def note_rules(world: World, items: list[Doc], problems: Problems) -> None:
    if len(items) > 1:
        note(problems, "recurring_transaction_rules", "invalid_number_of_recurring_rules")
    elif items and not rules.is_valid(world, items):
        note(problems, "recurring_transaction_rules", "invalid_recurring_rule")


def target_metrics(world: World, targets: Doc, problems: Problems) -> list[str]:
    """The ids of the metrics to which a wallet is limited, if they exist."""
    codes = list(dict.fromkeys(targets.get("billable_metric_codes") or ()))
    metrics = [world.store.by_code(METRIC, text(code) or "") for code in codes]
    if any(metric is None for metric in metrics):
        note(problems, "billable_metrics", "invalid_identifier")
    if not set(targets.get("fee_types") or ()) <= set(FEE_TYPES):
        note(problems, "allowed_fee_types", "invalid_fee_types")
    return [metric["id"] for metric in metrics if metric is not None]


def check_wallet(world: World, wallet: Doc, params: Doc) -> None:
    """Raises RefusedError with all problems."""
    problems: Problems = {}
    sent = params.get("rate_amount", wallet["rate_amount"])
    if not is_number(sent):
        note(problems, "rate_amount", "is not a number")
    elif float(str(sent)) <= 0:
        note(problems, "rate_amount", "value_is_out_of_range")
    if wallet["currency"] not in CURRENCIES:
        note(problems, "currency", "value_is_invalid")
    for name in LIMITS:
        if wallet[name] is not None and wallet[name] <= 0:
            note(problems, name, "value_is_out_of_range")
    least, most = (wallet[name] for name in LIMITS)
    if least is not None and most is not None and most < least:
        note(problems, "paid_top_up_max_amount_cents", "must_be_greater_than_or_equal_min")
    if not 1 <= wallet["priority"] <= LOWEST_PRIORITY:
        note(problems, "priority", "value_is_invalid")
    others = (each for each in balance.active(world, wallet["customer_id"]) if each["id"] != wallet["id"])
    if any(each["code"] == wallet["code"] for each in others):
        note(problems, "code", "taken")
    refuse_if_any(problems)


def check_first_credits(wallet: Doc, params: Doc) -> None:
    """Raises RefusedError for credits that round to zero, and for purchased ones beyond the wallet's limits."""
    for field in ("paid_credits", "granted_credits"):
        if amounts.rounds_to_nothing(wallet, amounts.sent(params.get(field))):
            raise invalid({field: ["amount_rounds_to_zero"]})
    refuse_beyond_limits(wallet, params.get("paid_credits"), params.get("ignore_paid_top_up_limits_on_creation"))


def refuse_beyond_limits(wallet: Doc, paid: Any, ignored: Any) -> None:
    """Raises RefusedError for a purchase below the wallet's minimum or above its maximum."""
    number = amounts.sent(paid)
    if number is None or number <= 0 or boolean(ignored):
        return
    cents = amounts.of_credits(wallet, number).cents
    least, most = (wallet[name] for name in LIMITS)
    if least is not None and cents < least:
        raise invalid({"paid_credits": ["amount_below_minimum"]})
    if most is not None and cents > most:
        raise invalid({"paid_credits": ["amount_above_maximum"]})
