"""Analytics by month: amounts invoiced, collected, used and overdue."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from lago_gitops.pricing.base.numbers import text
from lago_gitops.sandbox.base.clock import unstamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import forbidden
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.routes import read_route
from lago_gitops.sandbox.base.storage.kinds import BILLING_ENTITY, CUSTOMER, FEE, INVOICE, METRIC
from lago_gitops.sandbox.base.storage.store import Where, among
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.catalog import organizations
from lago_gitops.sandbox.documents.crediting import amounts
from lago_gitops.sandbox.documents.invoices import recurring_revenue
from lago_gitops.sandbox.rating import fees

Key = tuple[Any, ...]


def _gross_revenue(world: World, request: Request) -> Doc:
    """Invoices less refunds, plus fees without an invoice."""
    groups = _grouped(_invoiced(world, request), _by_currency)
    loose = world.store.newest(FEE, Where("parent IS NULL", ()))
    for fee in loose if not request.query.get("external_customer_id") else ():
        groups.setdefault((_month(fee["created_at"]), fee["currency"], _entity_id(world, fee)), []).append(fee)
    rows = [
        {
            "month": _shown(month),
            "amount_cents": _decimal(sum(_revenue(world, each) for each in same)),
            "currency": currency,
            "invoices_count": str(sum("issuing_date" in each for each in same)),
            **_entity(world, entity_id),
        }
        for (month, currency, entity_id), same in sorted(groups.items())
    ]
    return {"gross_revenues": _latest(world, request, rows)}


def _revenue(world: World, each: Doc) -> int:
    if "issuing_date" not in each:
        return int(each["amount_cents"])
    return int(each["total_amount_cents"] - amounts.noted(world, each, "refund"))


def _entity_id(world: World, fee: Doc) -> str:
    return str(world.store.with_deleted(CUSTOMER, fee["customer_id"])["entity_id"])


def _overdue(world: World, request: Request) -> Doc:
    """By the month of their due date."""
    late = [each for each in _of_customer(world, request) if each["payment_overdue"]]
    groups = _grouped(late, lambda each: (each["payment_due_date"][:7], each["currency"], each["entity_id"]))
    rows = [
        {
            "month": _shown(month),
            "amount_cents": _decimal(sum(amounts.due(world, each) for each in same)),
            "currency": currency,
            "lago_invoice_ids": sorted(each["id"] for each in same),
            **_entity(world, entity_id),
        }
        for (month, currency, entity_id), same in sorted(groups.items())
    ]
    return {"overdue_balances": _latest(world, request, rows)}


def _collection(world: World, request: Request) -> Doc:
    """By payment status; a month without invoices has a row with zero and no status."""
    _require_licence(world)
    groups = _grouped(_invoiced(world, request), lambda each: (_month(each["issuing_date"]), *_payment(each)))
    rows = []
    for month in _months(world):
        own = sorted((key[1:], same) for key, same in groups.items() if key[0] == month) or [((None, None), [])]
        rows += [
            {
                "month": _shown(month),
                "payment_status": status,
                "invoices_count": len(same),
                "amount_cents": float(sum(each["total_amount_cents"] for each in same)),
                "currency": currency,
            }
            for (status, currency), same in own
        ]
    return {"invoice_collections": _latest(world, request, rows)}


def _payment(invoice: Doc) -> Key:
    return invoice["payment_status"], invoice["currency"]


def _usage(world: World, request: Request) -> Doc:
    """By metric, after coupons; latest month first, then largest amount first."""
    _require_licence(world)
    every = reversed(world.store.newest(FEE, among("fee_type", ("charge",))))
    charged = [each for each in every if each["invoice_id"]]
    groups = _grouped(charged, lambda each: (_month(each["created_at"]), fees.metric_id(world, each), each["currency"]))
    rows = [
        {
            "month": _shown(month),
            "code": world.store.with_deleted(METRIC, metric_id)["code"],
            "currency": currency,
            "amount_cents": sum(each["amount_cents"] - float(each["precise_coupons_amount_cents"]) for each in same),
        }
        for (month, metric_id, currency), same in groups.items()
    ]
    rows.sort(key=lambda row: (row["month"], row["amount_cents"]), reverse=True)
    return {"invoiced_usages": _latest(world, request, rows)}


def _recurring_revenue(world: World, request: Request) -> Doc:
    """A month without revenue has a row without an amount."""
    _require_licence(world)
    by_month = recurring_revenue.by_month(world, _invoiced(world, request))
    rows: list[Doc] = []
    for month in _months(world):
        shown = {"month": f"{month}-01T00:00:00.000+00:00"}
        own = sorted((key[1], cents) for key, cents in by_month.items() if key[0] == month)
        rows += [{**shown, "amount_cents": text(cents), "currency": currency} for currency, cents in own]
        if not own:
            rows.append({**shown, "amount_cents": None, "currency": None})
    return {"mrrs": _latest(world, request, rows)}


def _require_licence(world: World) -> None:
    if not world.premium:
        raise forbidden("feature_unavailable")


def _invoiced(world: World, request: Request) -> list[Doc]:
    """Finalized invoices without a lost payment dispute."""
    undisputed = (each for each in _of_customer(world, request) if each["payment_dispute_lost_at"] is None)
    return [each for each in undisputed if each["status"] == "finalized"]


def _of_customer(world: World, request: Request) -> list[Doc]:
    every = reversed(world.store.newest(INVOICE))
    external_id = request.query.get("external_customer_id")
    if not external_id:
        return list(every)
    customer = world.store.by_code(CUSTOMER, str(external_id))
    return [each for each in every if customer is not None and each["customer_id"] == customer["id"]]


def _grouped(docs: Iterable[Doc], key: Callable[[Doc], Key]) -> dict[Key, list[Doc]]:
    groups: dict[Key, list[Doc]] = {}
    for each in docs:
        groups.setdefault(key(each), []).append(each)
    return groups


def _by_currency(invoice: Doc) -> Key:
    return _month(invoice["issuing_date"]), invoice["currency"], invoice["entity_id"]


def _month(day: str) -> str:
    return day[:7]


def _months(world: World) -> list[str]:
    """From the month of the organization's creation to the current one."""
    start, now = unstamp(organizations.only(world)["created_at"]), world.now()
    count = (now.year - start.year) * 12 + now.month - start.month + 1
    return [_plus(start.date(), ahead) for ahead in range(max(count, 0))]


def _plus(day: date, months: int) -> str:
    years, month = divmod(day.month - 1 + months, 12)
    return f"{day.year + years}-{month + 1:02}"


def _shown(month: str) -> str:
    return f"{month}-01T00:00:00.000Z"


def _decimal(cents: int) -> str:
    return f"{cents}.0"


def _entity(world: World, id_: str) -> Doc:
    return {"billing_entity_id": id_} if world.can.invoice_details else {}


def _latest(world: World, request: Request, rows: list[Doc]) -> list[Doc]:
    """Rows of the requested currency, billing entity and number of months."""
    query = request.query
    if query.get("currency"):
        rows = [row for row in rows if row["currency"] == str(query["currency"]).upper()]
    entity = world.store.by_code(BILLING_ENTITY, str(query.get("billing_entity_code") or ""))
    if entity is not None:
        rows = [row for row in rows if row.get("billing_entity_id", entity["id"]) == entity["id"]]
    if str(query.get("months") or "").isdigit():
        since = _plus(world.now().date(), 1 - max(int(query["months"]), 1))
        rows = [row for row in rows if _month(row["month"]) >= since]
    return rows


ROUTES = (
    read_route("analytics/gross_revenue", _gross_revenue),
    read_route("analytics/overdue_balance", _overdue),
    read_route("analytics/invoice_collection", _collection),
    read_route("analytics/invoiced_usage", _usage),
    read_route("analytics/mrr", _recurring_revenue),
)
