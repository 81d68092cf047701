"""Fees: listed by many filters; those without an invoice are paid individually."""

from typing import Any

from lago_gitops.sandbox.base.clock import moment, stamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import invalid, not_allowed
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.paging import Listing, page
from lago_gitops.sandbox.base.http.params import Shape, root
from lago_gitops.sandbox.base.http.routes import Route, read_route, write_route
from lago_gitops.sandbox.base.lookup import with_id
from lago_gitops.sandbox.base.storage.kinds import FEE
from lago_gitops.sandbox.base.storage.store import Where, all_of, among
from lago_gitops.sandbox.base.values.casts import text
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.documents.invoices.fee_shapes import rendered, rendered_alone

TYPES = ("charge", "add_on", "subscription", "credit", "commitment", "fixed_charge")
PAYMENT_STATUSES = ("pending", "succeeded", "failed", "refunded")
_TIMES = ("created_at", "succeeded_at", "failed_at", "refunded_at")
_ENDS = ("from", "to")
_COUNTED = frozenset(
    {
        *("fee_type", "payment_status", "external_subscription_id", "external_customer_id", "billable_metric_code"),
        *("currency", "event_transaction_id"),
        *(f"{time}_{end}" for time in _TIMES for end in _ENDS),
    }
)
_MARKS = {"succeeded": "succeeded_at", "failed": "failed_at", "refunded": "refunded_at"}
_OF_CUSTOMER = (
    "json_extract(doc, '$.customer_id') IN (SELECT id FROM objects o WHERE o.kind = 'customer' AND o.code = ?)"
)
_OF_SUBSCRIPTION = "ref IN (SELECT id FROM objects o WHERE o.kind = 'subscription' AND o.code = ?)"
_OF_METRIC = (
    "json_extract(doc, '$.charge_id') IN (SELECT c.id FROM objects c JOIN objects m ON c.ref = m.id "
    "WHERE c.kind = 'charge' AND m.kind = 'billable_metric' AND m.code = ?)"
)


def _index(world: World, request: Request) -> Doc:
    where = all_of(_filters(request.query))
    return page(world, request, Listing(FEE, "fees", rendered_alone, _COUNTED), where)


def _filters(query: Doc) -> list[Where]:
    """Raises RefusedError for unknown types and statuses, and unreadable times."""
    conditions = []
    for name, known in (("fee_type", TYPES), ("payment_status", PAYMENT_STATUSES)):
        if query.get(name):
            if query[name] not in known:
                raise invalid({name: ["value_is_invalid"]})
            conditions.append(among(name, (query[name],)))
    joined = (
        ("external_customer_id", _OF_CUSTOMER),
        ("external_subscription_id", _OF_SUBSCRIPTION),
        ("billable_metric_code", _OF_METRIC),
        ("currency", "json_extract(doc, '$.currency') = upper(?)"),
        ("event_transaction_id", "json_extract(doc, '$.event') = ?"),
    )
    conditions += [Where(condition, (query[name],)) for name, condition in joined if query.get(name)]
    return [*conditions, *_ranges(query)]


def _ranges(query: Doc) -> list[Where]:
    conditions = []
    for time in _TIMES:
        for end, comparison in (("from", ">="), ("to", "<=")):
            sent = query.get(f"{time}_{end}")
            if sent:
                when = moment(sent)
                if when is None:
                    raise invalid({f"{time}_{end}": ["invalid_date"]})
                conditions.append(Where(f"json_extract(doc, '$.{time}') {comparison} ?", (stamp(when),)))
    return conditions


def _show(world: World, request: Request) -> Doc:
    return {"fee": rendered_alone(world, _found(world, request))}


def _found(world: World, request: Request) -> Doc:
    return with_id(world, FEE, request.args[0])


def _update(world: World, request: Request) -> Doc:
    """Sets the payment status, unless an invoice determines it."""
    params = root(request.body, "fee", {"payment_status": Shape.SCALAR})
    fee = _found(world, request)
    if "payment_status" in params:
        if fee["invoice_id"] is not None:
            raise not_allowed("invoiced_fee")
        fee |= _paid(world, params["payment_status"])
        world.store.save(FEE, fee)
    return {"fee": rendered_alone(world, fee)}


def _paid(world: World, sent: Any) -> Doc:
    status = text(sent)
    if status not in PAYMENT_STATUSES:
        raise invalid({"payment_status": ["value_is_invalid"]})
    marks = dict.fromkeys(_MARKS.values())
    marks |= {_MARKS[status]: world.stamp()} if status in _MARKS else {}
    return {"payment_status": status, **marks}


def _delete(world: World, request: Request) -> Doc:
    fee = _found(world, request)
    if fee["invoice_id"] is not None:
        raise not_allowed("invoiced_fee")
    world.store.save(FEE, fee | {"deleted_at": world.stamp()})
    return {"fee": rendered(world, fee)}


ROUTES = (
    read_route("fees", _index),
    read_route("fees/{id}", _show),
    write_route("fees/{id}", _update),
    Route("DELETE", "fees/{id}", _delete),
)
