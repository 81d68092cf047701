"""Routes of wallets. A job adds the first credits."""

import re
from typing import Any

from lago_gitops.sandbox.base.clock import moment, stamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import Problems, crash, invalid, not_found, note, refuse_if_any
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.paging import Listing, page
from lago_gitops.sandbox.base.http.params import Many, One, Schema, Shape, root, scalars
from lago_gitops.sandbox.base.http.routes import Route, list_routes, read_route, write_route
from lago_gitops.sandbox.base.lookup import with_id
from lago_gitops.sandbox.base.queue import Task, announce, queue
from lago_gitops.sandbox.base.storage.kinds import CUSTOMER, WALLET
from lago_gitops.sandbox.base.storage.store import Where, all_of, among
from lago_gitops.sandbox.base.values.casts import assigned, blank, boolean, exact, integer, text
from lago_gitops.sandbox.base.world import World, new_id
from lago_gitops.sandbox.customers import customers
from lago_gitops.sandbox.wallets import amounts, balance, metadata, rules
from lago_gitops.sandbox.wallets.checks import (
    LIMITS,
    LOWEST_PRIORITY,
    check_first_credits,
    check_wallet,
    note_rules,
    target_metrics,
)
from lago_gitops.sandbox.wallets.shapes import rendered

MOST_WALLETS = 6
_RATE = exact(5, 30)
_CASTS = {
    "name": text,
    "rate_amount": _RATE,
    **dict.fromkeys(LIMITS, integer),
    "purchase_order_number": text,
}
_SHARED: Schema = {
    **scalars(("name", "code", "priority", "expiration_at", "invoice_requires_successful_payment"), LIMITS),
    **scalars(("billing_entity_code", "purchase_order_number")),
    "metadata": Shape.OBJECT,
    "recurring_transaction_rules": Many(rules.SCHEMA),
    "applies_to": One({"fee_types": Shape.SCALARS, "billable_metric_codes": Shape.SCALARS}),
    "payment_method": One(scalars(("payment_method_type", "payment_method_id"))),
}
_CREATION: Schema = {
    **_SHARED,
    **scalars(("external_customer_id", "rate_amount", "currency", "paid_credits", "granted_credits")),
    **scalars(("ignore_paid_top_up_limits_on_creation", "transaction_name", "transaction_priority")),
    "transaction_metadata": Shape.ANYTHING,
}


def _create(world: World, request: Request) -> Doc:
    params = root(request.body, "wallet", _CREATION)
    return _made(world, world.store.by_code(CUSTOMER, text(params.get("external_customer_id")) or ""), params)


def _create_of_customer(world: World, request: Request) -> Doc:
    return _made(world, world.store.by_code(CUSTOMER, request.args[0]), root(request.body, "wallet", _CREATION))


def _made(world: World, customer: Doc | None, params: Doc) -> Doc:
    problems: Problems = {}
    if customer is None:
        note(problems, "customer", "customer_not_found")
    for field in ("paid_credits", "granted_credits"):
        if params.get(field) is not None and amounts.sent(params[field]) is None:
            note(problems, field, f"invalid_{field}", "invalid_amount")
    if not rules.is_future(world, params.get("expiration_at")):
        note(problems, "expiration_at", "invalid_date")
    note_rules(world, params.get("recurring_transaction_rules") or [], problems)
    if codes := metadata.problems(params.get("transaction_metadata")):
        note(problems, "metadata", *codes)
    metric_ids = target_metrics(world, params.get("applies_to", {}), problems)
    if customer is not None and len(balance.active(world, customer["id"])) >= MOST_WALLETS:
        note(problems, "customer", "wallet_limit_reached")
    if customer is None or problems:
        raise invalid(problems)
    if not blank(params.get("currency")):
        customer = customers.adopt_currency(world, customer, text(params["currency"]) or "")
    wallet = _new(world, customer, params) | {"metric_ids": metric_ids}
    check_wallet(world, wallet, params)
    check_first_credits(wallet, params)
    _add_rules(world, wallet, params)
    world.store.save(WALLET, wallet)
    balance.wallet_changed(world, wallet)
    announce(world, "wallet.created", wallet)
    _top_up(world, wallet, params)
    return {"wallet": rendered(world, wallet)}


def _new(world: World, customer: Doc, params: Doc) -> Doc:
    expires = moment(params.get("expiration_at"))
    default = {"paid_top_up_min_amount_cents": None, "paid_top_up_max_amount_cents": None}
    return {
        "id": new_id(),
        "created_at": world.stamp(),
        "customer_id": customer["id"],
        "status": "active",
        "currency": _currency(world, customer, params),
        "code": _code(world, customer, params),
        "name": None,
        "rate_amount": None,
        "purchase_order_number": None,
        **default,
        **assigned(params, _CASTS),
        "priority": integer(params.get("priority")) or LOWEST_PRIORITY,
        "expiration_at": None if expires is None else stamp(expires),
        "invoice_requires_successful_payment": boolean(params.get("invoice_requires_successful_payment")) or False,
        **dict.fromkeys(("credits_balance", "credits_ongoing_balance", "credits_ongoing_usage_balance"), "0.0"),
        **dict.fromkeys(("balance_cents", "ongoing_balance_cents", "ongoing_usage_balance_cents"), 0),
        "consumed_credits": "0.0",
        **dict.fromkeys(("last_balance_sync_at", "last_consumed_credit_at", "terminated_at")),
        "depleted": False,
        "fee_types": list(params.get("applies_to", {}).get("fee_types") or ()),
        "metadata": params.get("metadata"),
        "payment_method_type": params.get("payment_method", {}).get("payment_method_type", "provider"),
        "rules": [],
    }


def _currency(world: World, customer: Doc, params: Doc) -> Any:
    sent = text(params.get("currency")) or None
    return (sent if world.can.several_currencies else None) or customer["currency"]


def _code(world: World, customer: Doc, params: Doc) -> str:
    """Derived from its name; if an active wallet has it, the time is appended."""
    if not blank(params.get("code")):
        return text(params["code"]) or ""
    made = re.sub(r"[^a-z0-9\-_]+", "_", (text(params.get("name")) or "").lower()).strip("_") or "default"
    taken = any(each["code"] == made for each in balance.active(world, customer["id"]))
    return f"{made}_{int(world.now().timestamp())}" if taken else made


def _add_rules(world: World, wallet: Doc, params: Doc) -> None:
    """Without a licence, Lago crashes on rules."""
    items = params.get("recurring_transaction_rules")
    if items:
        if not world.premium:
            raise crash()
        wallet["rules"] = [rules.new(world, wallet, items[0], params)]


def _top_up(world: World, wallet: Doc, params: Doc) -> None:
    wanted = {name: params.get(name) for name in ("paid_credits", "granted_credits")}
    if any((amounts.sent(value) or 0) > 0 for value in wanted.values()):
        more = {"name": text(params.get("transaction_name")), "metadata": params.get("transaction_metadata") or []}
        queue(world, Task.TOP_UP, wallet, params={**wanted, **more, "source": "manual"})


def _update(world: World, request: Request) -> Doc:
    return _updated(world, world.store.get(WALLET, request.args[0]), request)


def _update_of_customer(world: World, request: Request) -> Doc:
    return _updated(world, _of_customer(world, request), request)


def _updated(world: World, wallet: Doc | None, request: Request) -> Doc:
    """Changes the keys sent."""
    params = root(request.body, "wallet", _SHARED)
    if wallet is None:
        raise not_found("wallet")
    if wallet["status"] == "terminated":
        raise invalid({"wallet_id": ["wallet_is_terminated"]})
    if not rules.is_future(world, params.get("expiration_at")):
        raise invalid({"expiration_at": ["invalid_date"]})
    casts = {name: cast for name, cast in _CASTS.items() if name != "rate_amount"}
    changed = wallet | assigned(params, casts)
    for name, cast in (("code", text), ("priority", integer), ("invoice_requires_successful_payment", boolean)):
        if params.get(name) is not None:
            changed[name] = cast(params[name])
    if "expiration_at" in params:
        expires = moment(params["expiration_at"])
        changed["expiration_at"] = None if expires is None else stamp(expires)
    if "metadata" in params:
        changed["metadata"] = params["metadata"]
    _change_targets(world, changed, params)
    if "recurring_transaction_rules" in params and world.premium:
        changed["rules"] = rules.updated(world, changed, params["recurring_transaction_rules"])
    check_wallet(world, changed, {})
    world.store.save(WALLET, changed)
    if any(changed[name] != wallet[name] for name in ("code", "priority", "fee_types", "metric_ids")):
        balance.wallet_changed(world, wallet)
        queue(world, Task.REFRESH_WALLETS, balance.customer_of(world, wallet))
    announce(world, "wallet.updated", changed)
    return {"wallet": rendered(world, changed)}


def _change_targets(world: World, wallet: Doc, params: Doc) -> None:
    problems: Problems = {}
    if "applies_to" in params:
        wallet["metric_ids"] = target_metrics(world, params["applies_to"], problems)
        if "fee_types" in params["applies_to"]:
            wallet["fee_types"] = list(params["applies_to"]["fee_types"] or ())
    refuse_if_any(problems)


def _terminate(world: World, request: Request) -> Doc:
    wallet = with_id(world, WALLET, request.args[0])
    return {"wallet": rendered(world, end(world, wallet))}


def _terminate_of_customer(world: World, request: Request) -> Doc:
    return {"wallet": rendered(world, end(world, _of_customer(world, request)))}


def end(world: World, wallet: Doc) -> Doc:
    """A terminated one doesn't change."""
    if wallet["status"] == "terminated":
        return wallet
    ended_rules = [rule | {"status": "terminated"} for rule in wallet["rules"]]
    wallet = wallet | {"status": "terminated", "terminated_at": world.stamp(), "rules": ended_rules}
    world.store.save(WALLET, wallet)
    balance.wallet_changed(world, wallet)
    announce(world, "wallet.terminated", wallet)
    return wallet


def end_expired(world: World) -> None:
    for wallet in world.store.kept(WALLET, among("status", ("active",))):
        if wallet["expiration_at"] is not None and wallet["expiration_at"] <= world.stamp():
            end(world, wallet)


def _show(world: World, request: Request) -> Doc:
    wallet = with_id(world, WALLET, request.args[0])
    return {"wallet": rendered(world, wallet)}


def _show_of_customer(world: World, request: Request) -> Doc:
    return {"wallet": rendered(world, _of_customer(world, request))}


def _of_customer(world: World, request: Request) -> Doc:
    """By its code, active ones first."""
    customer = customers.found(world, request.args[0])
    own = [each for each in world.store.children(WALLET, customer["id"]) if each["code"] == request.args[1]]
    if not own:
        raise not_found("wallet")
    return min(own, key=lambda each: each["status"])


def _listed(world: World, request: Request, external_id: Any) -> Doc:
    conditions = []
    if external_id is not None:
        conditions.append(Where("parent = ?", (customers.found(world, str(external_id))["id"],)))
    if request.query.get("currency"):
        conditions.append(among("currency", [request.query["currency"]]))
    return page(world, request, Listing(WALLET, "wallets", rendered), all_of(conditions))


_BY_CODE = "wallet_codes"

ROUTES = (
    Route("POST", "wallets", _create),
    *list_routes("wallets", _listed),
    read_route("wallets/{id}", _show),
    write_route("wallets/{id}", _update),
    Route("DELETE", "wallets/{id}", _terminate),
    Route("POST", "customers/{id}/wallets", _create_of_customer, _BY_CODE),
    read_route("customers/{id}/wallets/{id}", _show_of_customer, _BY_CODE),
    write_route("customers/{id}/wallets/{id}", _update_of_customer, _BY_CODE),
    Route("DELETE", "customers/{id}/wallets/{id}", _terminate_of_customer, _BY_CODE),
)
