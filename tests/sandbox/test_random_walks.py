"""Whatever a customer lives through, the documents of a sandbox add up, and it never fails.

A walk is drawn: a price list, subscriptions, and what happens to them over months. EXAMPLES=5000 tries more of them.
"""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.sandbox.calls import Calls, Doc, coupon
from tests.simulations.test_same_as_price import METRICS, charges

EXAMPLES = int(os.environ.get("EXAMPLES", "200")) // 25
START = datetime.fromisoformat("2026-01-14T10:30:00Z")
ZONES = (None, "America/New_York", "Asia/Tokyo", "Europe/Berlin")
STEPS = ("use", "use", "use", "wait", "wait", "move", "end", "fill", "void", "pay", "finalize", "credit", "change")
IN_ADVANCE = {"calls": ("standard", "package", "percentage"), "volume": ("standard", "graduated", "package")}


@st.composite
def plans(draw: st.DrawFn, code: str) -> Doc:
    used = draw(st.lists(st.sampled_from(sorted(METRICS)), max_size=3, unique=True))
    listed = [draw(charges(metric)) for metric in used]
    for each in listed:
        models = IN_ADVANCE.get(each["billable_metric_code"], ())
        if each["charge_model"] in models and "min_amount_cents" not in each:
            each["pay_in_advance"] = draw(st.booleans())
    fixed = {"code": "seat", "units": draw(st.sampled_from(("1", "2.5"))), "charge_model": "standard"}
    price = {"properties": {"amount": "3.33"}, "pay_in_advance": draw(st.booleans()), "prorated": draw(st.booleans())}
    return {
        "code": code,
        "interval": draw(st.sampled_from(("monthly", "monthly", "weekly", "quarterly", "yearly"))),
        "amount_cents": draw(st.integers(0, 10000)),
        "pay_in_advance": draw(st.booleans()),
        "trial_period": draw(st.sampled_from((None, None, 5.0, 40.0))),
        "charges": listed,
        "fixed_charges": [{**fixed, **price}] if draw(st.booleans()) else [],
        **({"minimum_commitment": {"amount_cents": 9000}} if draw(st.booleans()) else {}),
        "tax_codes": draw(st.sampled_from(([], ["odd"]))),
    }


@st.composite
def worlds(draw: st.DrawFn) -> Doc:
    return {
        "premium": draw(st.booleans()),
        "version": draw(st.sampled_from(("1.51.0", "1.51.0", "1.38.0"))),
        "customer": {
            "timezone": draw(st.sampled_from(ZONES)),
            "tax_codes": draw(st.sampled_from(([], ["vat", "odd"]))),
        },
        "grace": draw(st.sampled_from((0, 0, 2))),
        "plans": [draw(plans(code)) for code in ("small", "big")],
        "coupons": draw(st.lists(st.sampled_from(("tenth", "off", "twice")), max_size=2, unique=True)),
        "credits": draw(st.sampled_from((None, "3", "500.125"))),
        "billing_time": draw(st.sampled_from(("calendar", "anniversary"))),
        "steps": draw(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 97)), min_size=6, max_size=14)),
    }


COUPONS: dict[str, Doc] = {
    "tenth": {"percentage_rate": "10", "frequency": "forever"},
    "off": {"coupon_type": "fixed_amount", "amount_cents": 700, "amount_currency": "EUR", "percentage_rate": None},
    "twice": {"percentage_rate": "33.333", "frequency": "recurring", "frequency_duration": 2},
}


def opened(world: Doc) -> Calls:
    lago = Calls(premium=world["premium"], lago_version=world["version"])
    lago.now = f"{START:%Y-%m-%dT%H:%M:%SZ}"
    lago.post("/sandbox/clock", {"now": lago.now})
    lago.now = None
    for code, rate in (("vat", "20"), ("odd", "5.5")):
        lago.tax(code, rate=rate, applied_to_organization=code == "vat")
    ids = {code: lago.metric(code, **fields)["lago_id"] for code, fields in METRICS.items()}
    add_on = lago.add_on("seat")["lago_id"]
    for each in world["plans"]:
        listed = [{**charge, "billable_metric_id": ids[charge["billable_metric_code"]]} for charge in each["charges"]]
        fixed = [{**charge, "add_on_id": add_on} for charge in each["fixed_charges"]]
        lago.plan(**{**each, "amount_currency": "EUR", "charges": listed, "fixed_charges": fixed})
    configuration = {"invoice_grace_period": world["grace"]}
    given_ = {"external_id": "c1", "currency": "EUR", "billing_configuration": configuration, **world["customer"]}
    lago.made("customers", {"customer": given_})
    for code in world["coupons"]:
        lago.made("coupons", coupon(code, **COUPONS[code]))
        lago.made("applied_coupons", {"applied_coupon": {"external_customer_id": "c1", "coupon_code": code}})
    if world["credits"]:
        wallet = {"external_customer_id": "c1", "rate_amount": "2", "currency": "EUR"}
        lago.made("wallets", {"wallet": {**wallet, "granted_credits": world["credits"], "paid_credits": "7"}})
    for number in range(2):
        begin(lago, world, number)
    return lago


def begin(lago: Calls, world: Doc, number: int) -> None:
    plan = world["plans"][number % 2]["code"]
    lago.subscription(plan, f"s{number % 3}", billing_time=world["billing_time"])


def taken(lago: Calls, world: Doc, at: int, step: str, number: int) -> None:
    """Whatever it is answered, it is no failure of the sandbox: `Calls` sees to that."""
    subject = f"s{number % 3}"
    listed = invoices(lago)
    invoice = listed[number % len(listed)]["lago_id"] if listed else "none"
    match step:
        case "use":
            code = sorted(METRICS)[number % len(METRICS)]
            event = {"transaction_id": f"t{at}", "code": code, "external_subscription_id": subject}
            lago.post("events", {"event": {**event, "properties": {"v": str(Decimal(number) / 4)}}})
        case "wait":
            lago.post("/sandbox/clock", {"now": f"{now(lago) + timedelta(days=number % 40, hours=number % 24):%FT%TZ}"})
        case "move":
            begin(lago, world, number)
        case "fill":
            for wallet in lago.get("wallets?external_customer_id=c1").body["wallets"]:
                credits_ = {("paid_credits", "granted_credits", "voided_credits")[number % 3]: f"{number}.5"}
                sent = {"wallet_id": wallet["lago_id"], **credits_}
                lago.post("wallet_transactions", {"wallet_transaction": sent})
        case "end":
            how = ("credit", "refund", "skip")[number % 3]
            lago.delete(f"subscriptions/{subject}?on_termination_credit_note={how}")
        case "void":
            lago.post(f"invoices/{invoice}/void", {"generate_credit_note": number % 2 == 0})
        case "pay":
            lago.put(f"invoices/{invoice}", {"invoice": {"payment_status": "succeeded"}})
        case "finalize":
            lago.put(f"invoices/{invoice}/{'refresh' if number % 2 else 'finalize'}", {})
        case "credit":
            fees = [each for each in lago.get("fees?per_page=100").body["fees"] if each["lago_invoice_id"]]
            fee = fees[number % len(fees)] if fees else {"lago_id": "", "lago_invoice_id": "", "amount_cents": 0}
            items = [{"fee_id": fee["lago_id"], "amount_cents": fee["amount_cents"] // 2}]
            note = {"invoice_id": fee["lago_invoice_id"], "reason": "other", "items": items}
            estimate = lago.post("credit_notes/estimate", {"credit_note": note})
            cents = (
                estimate.body["estimated_credit_note"]["max_creditable_amount_cents"] if estimate.status == 200 else 1
            )
            lago.post("credit_notes", {"credit_note": {**note, "credit_amount_cents": cents}})
        case _:
            lago.put("plans/small", {"plan": {"amount_cents": number * 100}})


def now(lago: Calls) -> datetime:
    return datetime.fromisoformat(lago.get("/sandbox/clock").body["now"])


def invoices(lago: Calls) -> list[Doc]:
    return list(lago.get("invoices?per_page=200").body["invoices"])


# What holds -------------------------------------------------------------------------------------------------------


def holds(lago: Calls) -> None:
    shown = [lago.get(f"invoices/{each['lago_id']}").body["invoice"] for each in invoices(lago)]
    for invoice in shown:
        adds_up(invoice)
    numbers = [each["number"] for each in shown if each["status"] != "draft"]
    assert len(set(numbers)) == len(numbers)
    for note in lago.get("credit_notes?per_page=200").body["credit_notes"]:
        note_adds_up(note)
    for wallet in lago.get("wallets?external_customer_id=c1").body["wallets"]:
        moves = lago.get(f"wallets/{wallet['lago_id']}/wallet_transactions?per_page=500&status=settled")
        signs = {"inbound": 1, "outbound": -1}
        every = moves.body["wallet_transactions"]
        credits_ = sum(signs[each["transaction_type"]] * Decimal(each["credit_amount"]) for each in every)
        cents = sum(signs[each["transaction_type"]] * Decimal(each["amount"]) for each in every) * 100
        assert (Decimal(wallet["credits_balance"]), wallet["balance_cents"]) == (credits_, cents), wallet


def adds_up(of: Doc) -> None:
    """Fees, then coupons, taxes on what is left, credit notes, prepaid credits; each sum is that of its parts."""
    cents = {name.removesuffix("_amount_cents"): value for name, value in of.items() if name.endswith("_amount_cents")}
    assert cents["fees"] == sum(each["amount_cents"] for each in of["fees"]), of
    assert rounds_to(cents["taxes"], of["applied_taxes"]), of
    before_taxes = [each for each in of["credits"] if each["before_taxes"]]
    off = cents["coupons"] + cents["progressive_billing_credit"]
    assert off == sum(each["amount_cents"] for each in before_taxes), of
    assert cents["sub_total_excluding_taxes"] == cents["fees"] - off, of
    assert cents["sub_total_including_taxes"] == cents["sub_total_excluding_taxes"] + cents["taxes"], of
    paid = cents["credit_notes"] + cents["prepaid_credit"]
    assert cents["total"] == cents["sub_total_including_taxes"] - paid, of
    assert min(cents["total"], cents["sub_total_excluding_taxes"], cents["total_due"], cents["taxes"]) >= 0, of
    assert all(each["amount_cents"] >= 0 and each["units"] is not None for each in of["fees"]), of
    spread = sum(Decimal(each["precise_coupons_amount_cents"]) for each in of["fees"])
    assert abs(spread - off) <= len(before_taxes), of


def note_adds_up(of: Doc) -> None:
    parts = of["credit_amount_cents"] + of["refund_amount_cents"] + of.get("offset_amount_cents", 0)
    assert of["total_amount_cents"] == parts, of
    assert 0 <= of["balance_amount_cents"] <= of["credit_amount_cents"], of
    taxes = of["taxes_amount_cents"]
    assert rounds_to(taxes, of["applied_taxes"]), of
    assert abs(of["sub_total_excluding_taxes_amount_cents"] + taxes - of["total_amount_cents"]) <= 1, of


def rounds_to(cents: int, taxes: list[Doc]) -> bool:
    """Lago rounds each tax by itself, and their sum once."""
    return 2 * abs(cents - sum(each["amount_cents"] for each in taxes)) <= len(taxes)


def bills_what_it_shows(lago: Calls) -> None:
    """Usage in the last second of a period, after which nothing is used, is what the next invoice bills of it."""
    for subject in _running(lago):
        lago.post("/sandbox/snapshot", {"name": "now"})
        end = datetime.fromisoformat(subject["current_billing_period_ending_at"])
        if end <= now(lago):
            continue
        lago.post("/sandbox/clock", {"now": f"{end:%FT%TZ}"})
        path = f"customers/c1/current_usage?external_subscription_id={subject['external_id']}"
        usage = lago.get(path).body["customer_usage"]
        known = {each["lago_id"] for each in invoices(lago)}
        lago.post("/sandbox/clock", {"now": f"{end + timedelta(hours=1):%FT%TZ}"})
        made = [lago.get(f"invoices/{each['lago_id']}").body["invoice"] for each in invoices(lago)]
        fees = [fee for each in made if each["lago_id"] not in known for fee in each["fees"]]
        shown = {each["charge"]["lago_id"]: each["amount_cents"] for each in usage["charges_usage"]}
        billed: dict[str, int] = {}
        for fee in fees:
            mine = fee["external_subscription_id"] == subject["external_id"] and fee["item"]["type"] == "charge"
            if mine and not fee["pay_in_advance"] and not fee["lago_true_up_parent_fee_id"]:
                billed[fee["lago_charge_id"]] = billed.get(fee["lago_charge_id"], 0) + fee["amount_cents"]
        if fees:
            assert {id_: cents for id_, cents in shown.items() if id_ in billed} == billed, (subject, usage, fees)
        lago.post("/sandbox/restore", {"name": "now"})


def _running(lago: Calls) -> Iterator[Doc]:
    yield from lago.get("subscriptions?external_customer_id=c1&per_page=20").body["subscriptions"]


@pytest.mark.slow
@settings(
    max_examples=EXAMPLES,
    derandomize="EXAMPLES" not in os.environ,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
@given(worlds())
def test_documents_add_up_whatever_happens(world: Doc) -> None:
    lago = opened(world)
    for at, (step, number) in enumerate(world["steps"]):
        taken(lago, world, at, step, number)
    holds(lago)
    bills_what_it_shows(lago)
    lago.post("/sandbox/clock", {"now": f"{now(lago) + timedelta(days=62):%FT%TZ}"})
    holds(lago)
    lago.sandbox.close()
