"""Recorded prices through the sandbox's HTTP API: customers, subscriptions, events; their invoices against Lago's."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from tests.pricing.recorded.comparison import Difference, Verdict, fee_differences, field_differences
from tests.sandbox.calls import Calls, Doc

ENTERED_AT = "2026-11-22T04:00:00Z"
AFTER_MIDNIGHT = "T00:10:00Z"
_SUMS = (*("fees", "coupons", "sub_total_excluding_taxes", "taxes", "sub_total_including_taxes", "total"),)
_OF_FEE = (
    *("units", "total_aggregated_units", "events_count", "amount_cents", "precise_amount", "precise_unit_amount"),
    *("sub_total_excluding_taxes_precise_amount_cents", "amount_details", "from_date", "to_date"),
    *("taxes_amount_cents", "taxes_precise_amount", "taxes_rate", "precise_coupons_amount_cents"),
    *("sub_total_excluding_taxes_amount_cents", "precise_total_amount", "total_amount_cents"),
)
_CHARGE_FIELDS = frozenset({"metric", "add_on"})


@dataclass(slots=True)
class Lago:
    """A sandbox with the price list of one case; which code each charge of Lago's has, by its id."""

    calls: Calls
    codes: dict[str, str] = field(default_factory=dict)


def verdict(case: Mapping[str, Any], setup: Mapping[str, Any]) -> Verdict:
    lago = _opened(case, setup)
    _lived(lago.calls, case, setup["plans"][case["plan"]]["interval"])
    ours = [invoice_of(lago, each) for each in _invoices(lago.calls)]
    lago.calls.sandbox.close()
    if "billing_error" in case:
        wrong = [Difference(case["id"], "", "billing_error", case["billing_error"], None)] if ours else []
        return Verdict(case["id"], 0, 0, tuple(wrong))
    expected = case.get("invoices") or [case["invoice"]]
    fees = sum(len(each["fees"]) for each in expected)
    return Verdict(case["id"], len(expected), fees, tuple(_differences(case["id"], expected, ours)))


def advance_verdict(case: Mapping[str, Any], lines: list[Doc]) -> Verdict:
    """The fees of each event, of the charges that any recorded fee is of: of others nothing is known."""
    recorded = {fee["charge"] for each in lines[1:] for fees in each["fees_by_event"].values() for fee in fees}
    lago = _with_plan(lines[0])
    calls = lago.calls
    calls.now = case["subscription_at"]
    calls.subscription("adv", case["id"], subscription_at=case["subscription_at"])
    found: list[Difference] = []
    for event in case["events"]:
        calls.now = f"{datetime.fromtimestamp(event['timestamp'], UTC):%Y-%m-%dT%H:%M:%SZ}"
        assert calls.post("events", {"event": event}).status == 200
        shown = calls.get(f"fees?event_transaction_id={event['transaction_id']}&per_page=100").body["fees"]
        ours = [each for each in (_advance_fee(lago, one) for one in shown) if each["charge"] in recorded]
        theirs = case["fees_by_event"].get(event["transaction_id"], [])
        for part, name, was, is_ in fee_differences(theirs, ours):
            found.append(Difference(case["id"], f"{event['transaction_id']} {part}", name, was, is_))
    calls.sandbox.close()
    return Verdict(case["id"], 0, sum(map(len, case["fees_by_event"].values())), tuple(found))


def _with_plan(header: Doc) -> Lago:
    lago = Lago(Calls())
    lago.calls.now = ENTERED_AT
    ids = {code: made(lago.calls, "billable_metric", each, code) for code, each in header["metrics"].items()}
    nested_plan(lago, header["plan"], ids, header)
    return lago


def _advance_fee(lago: Lago, shown: Doc) -> Doc:
    left_out = "sub_total_excluding_taxes_precise_amount_cents"
    return {
        "charge": lago.codes[shown["lago_charge_id"]],
        "filters": shown["item"]["filters"],
        "grouped_by": shown["item"]["grouped_by"],
        **{name: shown[name] for name in _OF_FEE if name != left_out},
    }


def _differences(case: str, expected: list[Doc], ours: list[Doc]) -> Iterator[Difference]:
    if len(expected) != len(ours):
        yield Difference(case, "", "invoices", len(expected), len(ours))
    for at, (theirs, own) in enumerate(zip(expected, ours, strict=False)):
        fields = {name: value for name, value in theirs.items() if name not in {"fees", "billing_period"}}
        found = (*field_differences("invoice", fields, own[0]), *fee_differences(theirs["fees"], own[1]))
        for part, name, was, is_ in found:
            yield Difference(case, f"{at} {part}", name, was, is_)


# The price list ---------------------------------------------------------------------------------------------------


def _opened(case: Mapping[str, Any], setup: Mapping[str, Any]) -> Lago:
    """What the case refers to, and no more."""
    calls = Calls(jobs="auto")
    calls.now = ENTERED_AT
    lago = Lago(calls)
    for code, rate in setup["taxes"].items():
        calls.made("taxes", {"tax": {"name": code, "code": code, "rate": str(rate)}})
    plan = setup["plans"][case["plan"]]
    metrics = {each["metric"] for each in plan.get("charges", ())} | {each["metric"] for each in case["events"]}
    given = [setup["coupons"][code] for code in case.get("coupons", ())]
    for coupon in given:
        metrics |= set(coupon.get("applies_to", {}).get("billable_metric_codes", ()))
    ids = {code: made(calls, "billable_metric", setup["metrics"][code], code) for code in sorted(metrics)}
    add_ons = {each["add_on"] for each in plan.get("fixed_charges", ())}
    ids |= {code: made(calls, "add_on", setup["add_ons"][code], code) for code in sorted(add_ons)}
    for coupon in given:
        for code in coupon.get("applies_to", {}).get("plan_codes", ()):
            if code != case["plan"]:
                nested_plan(lago, setup["plans"][code], ids, setup)
    nested_plan(lago, plan, ids, setup)
    for code in dict.fromkeys(case.get("coupons", ())):
        coupon = {"name": code, "code": code, "expiration": "no_expiration", **setup["coupons"][code]}
        calls.made("coupons", {"coupon": coupon})
    if case.get("billing_entity_tax_codes"):
        [entity] = calls.get("billing_entities").body["billing_entities"]
        body = {"billing_entity": {"tax_codes": case["billing_entity_tax_codes"]}}
        assert calls.put(f"billing_entities/{entity['code']}", body).status == 200
    return lago


def made(calls: Calls, kind: str, fields: Doc, code: str) -> str:
    return str(calls.made(f"{kind}s", {kind: {"name": code, "code": code, **fields}})["lago_id"])


def nested_plan(lago: Lago, plan: Doc, ids: dict[str, str], setup: Mapping[str, Any]) -> None:
    def nested(item: Doc, key: str, sent_as: str) -> Doc:
        if item[key] not in ids:
            ids[item[key]] = made(lago.calls, sent_as[:-3], setup[f"{key}s"][item[key]], item[key])
        return {name: value for name, value in item.items() if name not in _CHARGE_FIELDS} | {sent_as: ids[item[key]]}

    charges = [nested(each, "metric", "billable_metric_id") for each in plan.get("charges", ())]
    fixed = [nested(each, "add_on", "add_on_id") for each in plan.get("fixed_charges", ())]
    made = lago.calls.made("plans", {"plan": {**plan, "charges": charges, "fixed_charges": fixed}})
    shown = lago.calls.get(f"plans/{quote(plan['code'], safe='')}/fixed_charges?per_page=100").body["fixed_charges"]
    lago.codes |= {each["lago_id"]: each["code"] for each in (*made["charges"], *shown)}


# The case ---------------------------------------------------------------------------------------------------------


def _lived(calls: Calls, case: Mapping[str, Any], interval: str) -> None:
    """All that happened, in order; the periodic billing ran as of days that were over by then."""
    starts_now = "drain" in case.get("bill_at", ())
    customer = {"external_id": "c", "tax_codes": case.get("customer_tax_codes", [])}
    calls.made("customers", {"customer": customer})
    for code in case.get("coupons", ()):
        calls.made("applied_coupons", {"applied_coupon": {"external_customer_id": "c", "coupon_code": code}})
    calls.now = case["subscription_at"] if starts_now else ENTERED_AT
    calls.subscription(
        case["plan"],
        "s",
        external_customer_id="c",
        subscription_at=case["subscription_at"],
        billing_time=case.get("billing_time", "calendar"),
    )
    for at, event in enumerate(case["events"]):
        assert calls.post("events", {"event": _event(event, at)}).status == 200
    for day in case.get("bill_at", ("2026-11-02" if interval == "weekly" else "2026-11-01",)):
        _bill(calls, case, day)


def _bill(calls: Calls, case: Mapping[str, Any], day: str) -> None:
    if day == "terminate":
        calls.now = case["terminated_at"]
        assert calls.delete("subscriptions/s").status == 200
    elif day != "drain":
        calls.now = None
        assert calls.post("/sandbox/bill", {"now": f"{day}{AFTER_MIDNIGHT}"}).status == 200


def _event(event: Mapping[str, Any], at: int) -> Doc:
    sent = {name: event[name] for name in ("properties", "precise_total_amount_cents") if name in event}
    timestamp = datetime.fromisoformat(event["timestamp"]).timestamp()
    shared = {"transaction_id": f"e{at}", "external_subscription_id": "s", "code": event["metric"]}
    return {**shared, **sent, "timestamp": f"{timestamp:.6f}"}


# What came of it --------------------------------------------------------------------------------------------------


def _invoices(calls: Calls) -> list[Doc]:
    """In the order in which they were made."""
    listed = calls.get("invoices?per_page=100").body["invoices"]
    listed.sort(key=lambda each: each["sequential_id"])
    return [calls.get(f"invoices/{each['lago_id']}").body["invoice"] for each in listed]


def invoice_of(lago: Lago, shown: Doc) -> tuple[Doc, list[Doc]]:
    taxes = ("tax_code", "tax_rate", "amount_cents", "fees_amount_cents")
    applied = sorted(shown["applied_taxes"], key=lambda each: str(each["tax_code"]))
    sums = {f"{name}_amount_cents": shown[f"{name}_amount_cents"] for name in _SUMS}
    credits_ = [
        {"coupon": each["item"]["code"], "amount_cents": each["amount_cents"]}
        for each in shown["credits"]
        if each["item"]["type"] == "coupon"
    ]
    return {
        "currency": shown["currency"],
        **sums,
        "credits": credits_,
        "applied_taxes": [{name: each[name] for name in taxes} for each in applied],
    }, [fee_of(lago, each) for each in shown["fees"]]


def fee_of(lago: Lago, shown: Doc) -> Doc:
    item = shown["item"]
    code = lago.codes.get(shown["lago_charge_id"] or shown.get("lago_fixed_charge_id") or "")
    named = {
        "fixed_charge_code" if item["type"] == "fixed_charge" else "charge_code": code,
        "filters": item["filters"],
        "filter_invoice_display_name": item["filter_invoice_display_name"] if item["filters"] else None,
        "grouped_by": item["grouped_by"],
    }
    return {
        "item_type": item["type"],
        "item_code": item["code"],
        **{name: value for name, value in named.items() if value},
        **{name: shown.get(name) for name in _OF_FEE},
    }
