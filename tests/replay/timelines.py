"""Recorded timelines of customers with a licence through the sandbox's HTTP API, step by step at their times."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from tests.pricing.recorded.comparison import Difference, Found, Verdict, fee_differences, field_differences
from tests.pricing.recorded.timelines import FAILED, ended_at
from tests.replay.prices import Lago, fee_of, invoice_of, made, nested_plan
from tests.sandbox.calls import Calls, Doc

OPENED_AT = "2024-12-01T00:00:00Z"  # before all of them
CUSTOMER, SUBSCRIPTION = "c", "s"
_OF_INVOICE = (
    *("invoice_type", "status", "issuing_date", "progressive_billing_credit_amount_cents"),
    *("credit_notes_amount_cents", "prepaid_credit_amount_cents"),
)
_OF_NOTE = (
    *("total_amount_cents", "taxes_amount_cents", "balance_amount_cents", "credit_amount_cents", "refund_amount_cents"),
    *("credit_status", "refund_status", "reason", "currency", "sub_total_excluding_taxes_amount_cents"),
    "coupons_adjustment_amount_cents",
)


@dataclass(slots=True)
class _Told:
    """A case on its way through a sandbox."""

    case: Doc
    lago: Lago
    drafts: dict[str, list[Doc]] = field(default_factory=dict)  # by the label of the snapshot

    @property
    def calls(self) -> Calls:
        return self.lago.calls

    def sent(self, method: str, path: str, body: object = None) -> Any:
        reply = self.calls.send(method, path, body)
        assert reply.status == 200, f"{method} {path}: {reply}"
        return reply.body


def timeline_verdict(case: Doc, setup: Mapping[str, Any]) -> Verdict:
    told = _Told(case, _opened(case, setup))
    for at, together in groupby(sorted(_steps(case), key=itemgetter(0)), key=itemgetter(0)):
        told.calls.now = at.isoformat()
        for _, step in together:
            step(told)
        told.sent("POST", "/sandbox/tick", {})  # thresholds are looked at once for all events of an instant
    differences = tuple(Difference(case["id"], *found) for found in _differences(told))
    told.calls.sandbox.close()
    return Verdict(case["id"], len(case["invoices"]), sum(len(each["fees"]) for each in case["invoices"]), differences)


# The price list ---------------------------------------------------------------------------------------------------


def _opened(case: Doc, setup: Mapping[str, Any]) -> Lago:
    lago = Lago(Calls(premium=True))
    calls = lago.calls
    calls.now = OPENED_AT
    units = [{"code": code, "short_name": name} for code, name in setup["pricing_units"].items()]
    calls.post("/sandbox/seed", {"pricing_units": units})
    for code, rate in setup["taxes"].items():
        calls.made("taxes", {"tax": {"name": code, "code": code, "rate": str(rate)}})
    ids = {code: made(calls, "billable_metric", each, code) for code, each in setup["metrics"].items()}
    ids |= {code: made(calls, "add_on", each, code) for code, each in setup["add_ons"].items()}
    plans = {case["plan"], *(each["plan"] for each in case.get("actions", ()) if "plan" in each)}
    for code in sorted(plans):
        nested_plan(lago, setup["plans"][code], ids, setup)
    for code, coupon in setup["coupons"].items():
        calls.made("coupons", {"coupon": {"name": code, "code": code, "expiration": "no_expiration", **coupon}})
    if "billing_entity" in case:
        [entity] = calls.get("billing_entities").body["billing_entities"]
        calls.put(f"billing_entities/{entity['code']}", {"billing_entity": case["billing_entity"]})
    taxes = {"tax_codes": case.get("customer_tax_codes", [])}
    calls.made("customers", {"customer": {"external_id": CUSTOMER, **taxes, **case.get("customer", {})}})
    for code in case.get("coupons", ()):
        _apply_coupon(calls, code)
    return lago


def _apply_coupon(calls: Calls, code: str) -> None:
    calls.made("applied_coupons", {"applied_coupon": {"external_customer_id": CUSTOMER, "coupon_code": code}})


# The steps --------------------------------------------------------------------------------------------------------

_Step = Callable[[_Told], object]


def _steps(case: Doc) -> Iterator[tuple[datetime, _Step]]:
    yield _at(case["subscription_at"]), _start
    for event in case["events"]:
        yield _at(event.get("sent_at") or event["timestamp"]), _event(event)
    for day in case.get("bill_at", ()):
        hour = "" if "T" in day else case.get("bill_hour", "T00:10:00Z")
        yield _at(f"{day}{hour}"), _hour
    for action in case.get("actions", ()):
        yield _acted_at(case, action), _action(action)


def _acted_at(case: Doc, action: Doc) -> datetime:
    """To a part of a second, where that shows on invoices."""
    at = _at(action["at"])
    match action["do"]:
        case "terminate":
            return ended_at(case, at)
        case "change":
            started = (_at(each["started_at"]) for each in case["subscriptions"] if each.get("previous_plan_code"))
            return next((each for each in started if timedelta(0) <= each - at < timedelta(seconds=10)), at)
    return at


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _start(told: _Told) -> None:
    case = told.case
    sent = _with_ids(told, case.get("subscription", {}))
    fields = {"subscription_at": case["subscription_at"], "billing_time": case.get("billing_time", "calendar")}
    told.calls.subscription(case["plan"], SUBSCRIPTION, external_customer_id=CUSTOMER, **fields, **sent)


def _event(event: Doc) -> _Step:
    timestamp = f"{_at(event['timestamp']).timestamp():.6f}"
    sent = {
        name: event[name] for name in ("transaction_id", "properties", "precise_total_amount_cents") if name in event
    }
    body = {"event": {"external_subscription_id": SUBSCRIPTION, "code": event["metric"], "timestamp": timestamp} | sent}
    return lambda told: told.sent("POST", "events", body)


def _hour(told: _Told) -> None:
    told.sent("POST", "/sandbox/bill", {})


def _action(action: Doc) -> _Step:
    return lambda told: _ACTIONS[action["do"]](told, action)


def _terminate(told: _Told, action: Doc) -> None:
    query = action.get("query")
    told.sent("DELETE", f"subscriptions/{SUBSCRIPTION}{f'?{query}' if query else ''}")


def _change(told: _Told, action: Doc) -> None:
    told.calls.subscription(action["plan"], SUBSCRIPTION, external_customer_id=CUSTOMER)


def _tax(told: _Told, action: Doc) -> None:
    told.sent("PUT", f"taxes/{action['tax']}", {"tax": {"rate": action["rate"]}})


def _update_plan(told: _Told, action: Doc) -> None:
    told.sent("PUT", f"plans/{action['plan']}", {"plan": _with_ids(told, action["body"])})


def _update_subscription(told: _Told, action: Doc) -> None:
    body = {"subscription": _with_ids(told, action["body"])}
    told.sent("PUT", f"subscriptions/{SUBSCRIPTION}", body)


def _update_charge(told: _Told, action: Doc) -> None:
    told.sent("PUT", f"subscriptions/{SUBSCRIPTION}/charges/{action['charge']}", {"charge": action["body"]})


def _pay(told: _Told, action: Doc) -> None:
    for fee in told.sent("GET", "fees?per_page=1000")["fees"]:
        if fee["lago_invoice_id"] is None and fee["payment_status"] == "pending":
            told.sent("PUT", f"fees/{fee['lago_id']}", {"fee": {"payment_status": "succeeded"}})


def _refresh(told: _Told, action: Doc) -> None:
    for invoice in _invoices(told):
        if invoice["status"] == "draft":
            told.sent("PUT", f"invoices/{invoice['lago_id']}/refresh")


def _snapshot(told: _Told, action: Doc) -> None:
    _learn_own_charges(told)
    told.drafts[action["label"]] = [_invoice(told, each) for each in _invoices(told)]


_ACTIONS: dict[str, Callable[[_Told, Doc], object]] = {
    "change": _change,
    "coupon": lambda told, action: _apply_coupon(told.calls, action["coupon"]),
    "finalize": lambda told, action: _hour(told),
    "get": lambda told, action: None,
    "pay": _pay,
    "refresh": _refresh,
    "snapshot": _snapshot,
    "tax": _tax,
    "terminate": _terminate,
    "trial": lambda told, action: _hour(told),
    "update_charge": _update_charge,
    "update_plan": _update_plan,
    "update_subscription": _update_subscription,
}
_ID = re.compile(r"\$\{charge:(?P<plan>[^:]+):(?P<code>[^}]+)\}")


def _with_ids(told: _Told, sent: Any) -> Any:
    """The recordings name a charge as ${charge:PLAN:CODE} where the API wants its id."""
    match sent:
        case dict():
            return {name: _with_ids(told, value) for name, value in sent.items()}
        case list():
            return [_with_ids(told, value) for value in sent]
        case str() if found := _ID.fullmatch(sent):
            charges = told.calls.read_plan(found["plan"])["charges"]
            return next(each["lago_id"] for each in charges if each["code"] == found["code"])
    return sent


# What came of it --------------------------------------------------------------------------------------------------


def _invoices(told: _Told) -> list[Doc]:
    """In the order in which they were made."""
    listed = reversed(told.sent("GET", "invoices?per_page=100")["invoices"])
    return [told.sent("GET", f"invoices/{each['lago_id']}")["invoice"] for each in listed]


def _invoice(told: _Told, shown: Doc) -> tuple[Doc, list[Doc]]:
    fields, fees = invoice_of(told.lago, shown)
    thresholds = [each["usage_threshold"]["amount_cents"] for each in shown.get("applied_usage_thresholds", ())]
    return {**fields, **{name: shown[name] for name in _OF_INVOICE}, "thresholds": thresholds}, fees


def _learn_own_charges(told: _Told) -> None:
    """An overridden plan has charges of its own, with the codes of its parent's."""
    for name in ("charges", "fixed_charges"):
        shown = told.calls.get(f"subscriptions/{SUBSCRIPTION}/{name}?per_page=100")
        if shown.status == 200:
            told.lago.codes.update((each["lago_id"], each["code"]) for each in shown.body[name])


def _differences(told: _Told) -> Iterator[Found]:
    case = told.case
    _learn_own_charges(told)
    theirs = [_recorded(each) for each in case["invoices"] if each["status"] != FAILED]
    yield from _invoices_differ(theirs, [_invoice(told, each) for each in _invoices(told)])
    yield from _loose_differ(told)
    notes = list(reversed(told.sent("GET", "credit_notes?per_page=100")["credit_notes"]))
    recorded = case.get("credit_notes", [])
    if len(recorded) != len(notes):
        yield "", "credit_notes", len(recorded), len(notes)
    for at, (was, is_) in enumerate(zip(recorded, notes, strict=False)):
        yield from field_differences(
            f"note {at}", {name: was[name] for name in _OF_NOTE}, {name: is_[name] for name in _OF_NOTE}
        )
    for label, ours in told.drafts.items():
        for part, *rest in _invoices_differ([_recorded(each) for each in case["answers"][label]], ours):
            yield f"{label}: {part}", *rest


def _recorded(invoice: Doc) -> tuple[Doc, list[Doc]]:
    left_out = {"fees", "billing_period", "billing_periods", "made_by", "applied_usage_thresholds", "credits"}
    fields = {name: value for name, value in invoice.items() if name not in left_out}
    coupons = [
        {"coupon": each["coupon"], "amount_cents": each["amount_cents"]}
        for each in invoice["credits"]
        if each["type"] == "coupon"
    ]
    thresholds = [each["amount_cents"] for each in invoice.get("applied_usage_thresholds", ())]
    return {**fields, "credits": coupons, "thresholds": thresholds}, [_plain(fee) for fee in invoice["fees"]]


def _plain(fee: Doc) -> Doc:
    """Without what a fee of the API says in another way."""
    left_out = {"pay_in_advance", "payment_status", "event", "invoiceable", "pricing_unit_details", "true_up_of"}
    return {name: value for name, value in fee.items() if name not in {*left_out, "invoice_display_name"}}


def _invoices_differ(theirs: list[tuple[Doc, list[Doc]]], ours: list[tuple[Doc, list[Doc]]]) -> Iterator[Found]:
    if len(theirs) != len(ours):
        yield "", "invoices", [_brief(each) for each in theirs], [_brief(each) for each in ours]
        return
    for at, ((was, their_fees), (is_, our_fees)) in enumerate(zip(theirs, ours, strict=True)):
        for part, *rest in (*field_differences("invoice", was, is_), *fee_differences(their_fees, our_fees)):
            yield f"{at} {part}", *rest


def _brief(invoice: tuple[Doc, list[Doc]]) -> tuple[str, int]:
    return invoice[0]["invoice_type"], invoice[0]["total_amount_cents"]


def _loose_differ(told: _Told) -> Iterator[Found]:
    """Fees of charges that make no invoice by the event that made them, whether a statement lists them or not."""
    recorded = [
        _plain(fee) | {"event": fee.get("event", "")}
        for fees in told.case.get("fees_by_event", {}).values()
        for fee in fees
    ]
    every = reversed(told.sent("GET", "fees?per_page=1000")["fees"])
    ours = [
        fee_of(told.lago, each) | {"event": each["event_transaction_id"] or ""}
        for each in every
        if not each.get("invoiceable", True)
    ]
    yield from fee_differences(sorted(recorded, key=_from), sorted(ours, key=_from))


def _from(fee: Doc) -> str:
    return str(fee["from_date"])
