"""Transactions of wallets: credits granted, purchased or voided."""

from decimal import Decimal
from typing import Any

from lago_gitops.sandbox.base.clock import to_second
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import Problems, invalid, note, refuse_if_any
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.paging import Listing, page
from lago_gitops.sandbox.base.http.params import Schema, Shape, root, scalars
from lago_gitops.sandbox.base.http.routes import Route, read_route
from lago_gitops.sandbox.base.lookup import with_id
from lago_gitops.sandbox.base.queue import Task, announce, queue
from lago_gitops.sandbox.base.storage.kinds import CONSUMPTION, WALLET, WALLET_TRANSACTION
from lago_gitops.sandbox.base.storage.store import Where, all_of, among
from lago_gitops.sandbox.base.values.casts import boolean, integer, text
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.wallets import amounts, balance, metadata
from lago_gitops.sandbox.wallets.checks import refuse_beyond_limits
from lago_gitops.sandbox.wallets.shapes import rendered_transaction, transaction_alone

LONGEST_NAME = 255
_AMOUNTS = ("paid_credits", "granted_credits", "voided_credits")
_SCHEMA: Schema = {
    **scalars(("wallet_id", "voided_transaction_id", "invoice_requires_successful_payment", "name"), _AMOUNTS),
    **scalars(("purchase_order_number", "ignore_paid_top_up_limits", "priority", "reset_consumed_credits")),
    "metadata": Shape.ANYTHING,
}
_FILTERS = {
    "transaction_type": ("inbound", "outbound"),
    "status": ("pending", "settled", "failed"),
    "transaction_status": ("purchased", "granted", "voided", "invoiced"),
}


def _create(world: World, request: Request) -> Doc:
    params = root(request.body, "wallet_transaction", _SCHEMA)
    made = create(world, world.store.get(WALLET, params.get("wallet_id")), params)
    return {"wallet_transactions": [rendered_transaction(world, each) for each in made]}


def create(world: World, wallet: Doc | None, params: Doc) -> list[Doc]:
    """Up to three: purchased credits, pending until paid; granted ones; voided ones.

    Refuses invalid amounts, metadata and names, and a wallet that is missing or terminated.
    """
    problems: Problems = {}
    if wallet is None:
        note(problems, "wallet_id", "wallet_not_found")
    elif wallet["status"] == "terminated":
        note(problems, "wallet_id", "wallet_is_terminated")
    for field in _AMOUNTS:
        _note_amount(wallet, field, params.get(field), problems)
    if codes := metadata.problems(params.get("metadata"), metadata.MOST_KEYS_OF_A_TRANSACTION):
        note(problems, "metadata", *codes)
    if len(text(params.get("name")) or "") > LONGEST_NAME:
        note(problems, "name", "too_long")
    if wallet is None:
        raise invalid(problems)
    voided = _voided_transaction(world, wallet, params, problems)
    refuse_if_any(problems)
    made = [_paid(world, wallet, params), _granted(world, wallet, params), _gone(world, wallet, params, voided)]
    return [each for each in made if each is not None]


def _note_amount(wallet: Doc | None, field: str, sent: Any, problems: Problems) -> None:
    if sent is None:
        return
    number = amounts.sent(sent)
    if number is None:
        note(problems, field, f"invalid_{field}", "invalid_amount")
    elif wallet is not None and field == "voided_credits" and number > Decimal(wallet["credits_balance"]):
        note(problems, field, "insufficient_credits")
    elif wallet is not None and field != "voided_credits" and amounts.rounds_to_nothing(wallet, number):
        note(problems, field, "amount_rounds_to_zero")


def _voided_transaction(world: World, wallet: Doc, params: Doc, problems: Problems) -> Doc | None:
    if not params.get("voided_transaction_id"):
        return None
    transaction = world.store.get(WALLET_TRANSACTION, params["voided_transaction_id"])
    if transaction is None or transaction["wallet_id"] != wallet["id"] or transaction["transaction_type"] != "inbound":
        note(problems, "voided_transaction_id", "wallet_transaction_not_found")
        return None
    if not transaction["remaining_cents"]:
        note(problems, "voided_transaction_id", "no_remaining_amount")
    return transaction


def _shared(params: Doc) -> Doc:
    return {
        "source": params.get("source", "manual"),
        "metadata": params.get("metadata") or [],
        "name": text(params.get("name")) or None,
        "priority": integer(params.get("priority")) or 50,
        "purchase_order_number": text(params.get("purchase_order_number")),
    }


def _paid(world: World, wallet: Doc, params: Doc) -> Doc | None:
    number = amounts.sent(params.get("paid_credits"))
    if not number:
        return None
    refuse_beyond_limits(wallet, params["paid_credits"], params.get("ignore_paid_top_up_limits"))
    sent = boolean(params.get("invoice_requires_successful_payment"))
    demands = wallet["invoice_requires_successful_payment"] if sent is None else sent
    made = balance.transaction(
        world,
        wallet,
        amounts.of_credits(wallet, number),
        transaction_type="inbound",
        status="pending",
        transaction_status="purchased",
        invoice_requires_successful_payment=demands,
        **_shared(params),
    )
    queue(world, Task.BILL_CREDITS, made, at=world.stamp())
    announce(world, "wallet_transaction.created", made)
    return made


def _granted(world: World, wallet: Doc, params: Doc) -> Doc | None:
    number = amounts.sent(params.get("granted_credits"))
    return balance.grant(world, wallet, amounts.of_credits(wallet, number), **_shared(params)) if number else None


def _gone(world: World, wallet: Doc, params: Doc, voided: Doc | None) -> Doc | None:
    number = amounts.sent(params.get("voided_credits"))
    if not number and voided is None:
        return None
    whole = amounts.of_cents(wallet, (voided or {}).get("remaining_cents") or 0)
    credit = amounts.voided(wallet, number) if number else whole
    if voided is not None and credit.cents > (voided["remaining_cents"] or 0):
        raise invalid({"amount_cents": ["exceeds_remaining_transaction_amount"]})
    gone = balance.void(world, wallet, credit, inbound_id=(voided or {}).get("id"), **_shared(params))
    announce(world, "wallet_transaction.created", gone)
    return gone


def _index(world: World, request: Request) -> Doc:
    wallet = with_id(world, WALLET, request.args[0])
    asked = ((name, request.query.get(name), known) for name, known in _FILTERS.items())
    filters = [among(name, (value,)) for name, value, known in asked if value in known]
    where = all_of((Where("parent = ?", (wallet["id"],)), *filters))
    return page(world, request, Listing(WALLET_TRANSACTION, "wallet_transactions", rendered_transaction), where)


def _show(world: World, request: Request) -> Doc:
    return {"wallet_transaction": transaction_alone(world, _found(world, request))}


def _found(world: World, request: Request) -> Doc:
    return with_id(world, WALLET_TRANSACTION, request.args[0])


def _consumptions(world: World, request: Request) -> Doc:
    """The outbound transactions that used an inbound one."""
    return _uses(world, request, "inbound", "outbound", "wallet_transaction_consumptions")


def _fundings(world: World, request: Request) -> Doc:
    """The inbound transactions that an outbound one used."""
    return _uses(world, request, "outbound", "inbound", "wallet_transaction_fundings")


def _uses(world: World, request: Request, one: str, other: str, listed: str) -> Doc:
    transaction = _found(world, request)
    if transaction["transaction_type"] != one:
        raise invalid({"transaction_type": ["invalid_transaction_type"]})

    def shown(world: World, use: Doc) -> Doc:
        partner = world.store.with_deleted(WALLET_TRANSACTION, use[f"{other}_id"])
        wallet = world.store.with_deleted(WALLET, partner["wallet_id"])
        return {
            "lago_id": use["id"],
            "amount_cents": use["amount_cents"],
            "credit_amount": amounts.of_cents(wallet, use["amount_cents"]).text,
            "created_at": to_second(use["created_at"]),
            "wallet_transaction": rendered_transaction(world, partner),
        }

    column = "parent" if one == "inbound" else "ref"
    return page(world, request, Listing(CONSUMPTION, listed, shown), Where(f"{column} = ?", (transaction["id"],)))


ROUTES = (
    Route("POST", "wallet_transactions", _create),
    read_route("wallet_transactions/{id}", _show),
    read_route("wallet_transactions/{id}/consumptions", _consumptions, "wallet_codes"),
    read_route("wallet_transactions/{id}/fundings", _fundings, "wallet_codes"),
    read_route("wallets/{id}/wallet_transactions", _index),
)
