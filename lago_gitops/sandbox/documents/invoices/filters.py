"""Filters of lists of invoices, some of them shared with credit notes, fees and payments."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import not_found, refuse_if_any
from lago_gitops.sandbox.base.storage.kinds import BILLING_ENTITY
from lago_gitops.sandbox.base.storage.store import Where, among
from lago_gitops.sandbox.base.values.casts import boolean
from lago_gitops.sandbox.base.world import World

VISIBLE = ("draft", "finalized", "voided", "failed", "pending")
PAYMENT_STATUSES = ("pending", "succeeded", "failed")
_OF_CUSTOMER = "parent IN (SELECT id FROM objects o WHERE o.kind = 'customer' AND o.deleted = 0 AND o.code = ?)"
# Not by customer: Lago returns the cached count of one for another.
COUNTED = frozenset(
    {
        *("amount_from", "amount_to", "billing_entity_codes", "currency", "invoice_type", "issuing_date_from"),
        *("issuing_date_to", "partially_paid", "payment_dispute_lost", "payment_overdue", "payment_status"),
        *("payment_statuses", "purchase_order_number", "search_term", "self_billed", "settlements", "status"),
        *("statuses", "metadata"),
    }
)
_TOTAL = "json_extract(doc, '$.total_amount_cents')"
_PAID = "json_extract(doc, '$.total_paid_amount_cents')"


def of_invoices(query: Doc, external_id: Any) -> list[Where]:
    """Raises RefusedError for unknown statuses."""
    problems: dict[str, Any] = {}
    statuses = _asked(query, "status", "statuses")
    payments = _asked(query, "payment_status", "payment_statuses")
    for name, asked, known in (("status", statuses, VISIBLE), ("payment_status", payments, PAYMENT_STATUSES)):
        _note_unknown(problems, name, asked, known)
    _note_flags(query, problems)
    refuse_if_any(problems)
    asked_ = {"status": _listed(statuses), "payment_status": _listed(payments)}
    equal = (*asked_.items(), *((name, list_of(query, name)) for name in _EQUAL))
    conditions = [among(name, values) for name, values in equal if values]
    conditions += [*of_customer(external_id), *ranges(query), *_flags(query), *_ordered(query)]
    conditions += searched(query, with_customers=not external_id)
    return [*conditions, *_with_metadata(query)]


_EQUAL = ("currency", "invoice_type")


def _asked(query: Doc, *names: str) -> Any:
    """One value, a list or None: errors distinguish them."""
    values = (query[key] for name in names for key in (name, f"{name}[]") if query.get(key))
    return next(values, None)


def _listed(asked: Any) -> list[Any]:
    return asked if isinstance(asked, list) else [asked] if asked else []


def _note_unknown(problems: dict[str, Any], name: str, asked: Any, known: tuple[str, ...]) -> None:
    wanted = f"must be one of: {', '.join(known)}"
    if isinstance(asked, list):
        unknown = {str(at): [wanted] for at, each in enumerate(asked) if each not in known}
        problems |= {name: unknown} if unknown else {}
    elif asked and asked not in known:
        problems[name] = [f"{wanted} or must be an array"]


def _note_flags(query: Doc, problems: dict[str, Any]) -> None:
    for name in ("self_billed", "partially_paid", "payment_overdue"):
        if query.get(name) and str(query[name]).lower() not in _BOOLEANS:
            problems[name] = ["must be boolean"]


_BOOLEANS = frozenset(("0", "1", "f", "t", "false", "true", "off", "on", "n", "y", "no", "yes"))


def _ordered(query: Doc) -> list[Where]:
    order = query.get("purchase_order_number")
    return [Where("lower(json_extract(doc, '$.purchase_order_number')) = lower(?)", (order,))] if order else []


def list_of(query: Doc, *names: str) -> list[str]:
    """One value or several, under the first of these names in the query."""
    for name in names:
        for key in (name, f"{name}[]"):
            if query.get(key):
                value = query[key]
                return value if isinstance(value, list) else [value]
    return []


def of_entities(world: World, query: Doc) -> list[Where]:
    """Of the named billing entities; refuses unknown codes."""
    codes = list_of(query, "billing_entity_codes")
    entities = [world.store.by_code(BILLING_ENTITY, code) for code in codes]
    if None in entities:
        raise not_found("billing_entity")
    return [among("entity_id", [each["id"] for each in entities if each is not None])] if codes else []


def of_customer(external_id: Any) -> list[Where]:
    return [Where(_OF_CUSTOMER, (external_id,))] if external_id else []


def ranges(query: Doc) -> list[Where]:
    """Ranges of issuing dates and amounts; unreadable dates are ignored."""
    conditions = []
    for name, comparison in (("from", ">="), ("to", "<=")):
        day = _day(query.get(f"issuing_date_{name}"))
        if day is not None:
            conditions.append(Where(f"json_extract(doc, '$.issuing_date') {comparison} ?", (day,)))
        cents = query.get(f"amount_{name}")
        if cents:
            conditions.append(Where(f"{_TOTAL} {comparison} CAST(? AS NUMERIC)", (cents,)))
    return conditions


def _day(sent: Any) -> str | None:
    try:
        return date.fromisoformat(str(sent)).isoformat()
    except ValueError:
        return None


def _flags(query: Doc) -> Iterable[Where]:
    if query.get("payment_overdue") is not None:
        overdue = boolean(query["payment_overdue"]) or False
        yield Where("json_extract(doc, '$.payment_overdue') = ?", (overdue,))
    if query.get("payment_dispute_lost") is not None:  # any text, even "false": Lago doesn't cast it
        yield Where("json_extract(doc, '$.payment_dispute_lost_at') IS NOT NULL", ())
    if query.get("partially_paid") is not None:
        partly = f"{_PAID} BETWEEN 1 AND {_TOTAL} - 1"
        yield Where(partly if boolean(query["partially_paid"]) else f"NOT ({partly})", ())
    if boolean(query.get("self_billed")):
        yield Where("0", ())


def searched(query: Doc, *, with_customers: bool = True) -> list[Where]:
    """Part of a number, an id or, unless a customer is given, something of the customer's."""
    term = str(query.get("search_term") or "").strip()
    if not term:
        return []
    named = " OR ".join(
        f"instr(lower(coalesce(json_extract(o.doc, '$.{name}'), '')), lower(?))"
        for name in ("name", "firstname", "lastname", "external_id", "email")
    )
    customer = f"parent IN (SELECT id FROM objects o WHERE o.kind = 'customer' AND ({named}))"  # noqa: S608 (constants)
    number = "instr(lower(json_extract(doc, '$.number')), lower(?))"
    if not with_customers:
        return [Where(f"({number} OR id = ?)", (term,) * 2)]
    return [Where(f"({number} OR id = ? OR {customer})", (term,) * 7)]


def _with_metadata(query: Doc) -> Iterable[Where]:
    has = "EXISTS (SELECT 1 FROM json_each(doc, '$.metadata') m WHERE json_extract(m.value, '$.key') = ?"
    for name, value in query.items():
        if name.startswith("metadata[") and name.endswith("]"):
            key = name[len("metadata[") : -1]
            if value:
                yield Where(f"{has} AND json_extract(m.value, '$.value') = ?)", (key, value))
            else:
                yield Where(f"NOT {has})", (key,))
