"""Compare the engine with invoices and fees that a Lago server made.

    python -m tests.pricing.recorded [CASES [SETUP]]

CASES is a file of recorded cases: invoices, or fees of events paid in advance. SETUP is the price list they use, by
default the one beside CASES or else the repository's; a file of fees in advance carries its own in its first line.
Without CASES all recordings of the repository are run. Exits 1 when something differs.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from lago_gitops.pricing.base.errors import UnratableError
from lago_gitops.pricing.catalog import reading
from lago_gitops.pricing.catalog.items import Coupon, Interval, Metric, Plan, Tax
from lago_gitops.pricing.fees.advance import advance_fees
from lago_gitops.pricing.fees.fee import Fee, to_json
from lago_gitops.pricing.invoicing.billing import Billed, History, Setting, bill
from lago_gitops.pricing.invoicing.coupons import applied
from lago_gitops.pricing.invoicing.taxes import TaxLevels
from lago_gitops.pricing.periods.boundaries import Boundaries, Occasion, Periodic, Start, Termination
from lago_gitops.pricing.periods.spans import Span
from lago_gitops.pricing.periods.subscription import BillingTime, Subscription
from lago_gitops.pricing.usage.events import Event

PRICES = Path(__file__).parent.parent / "data" / "lago" / "prices"
FILES = ("cases.jsonl", "more.jsonl", "advance.jsonl")
SHOWN = 20  # differences printed


@dataclass(frozen=True, slots=True)
class Setup:
    metrics: Mapping[str, Metric]
    taxes: Mapping[str, Tax]
    coupons: Mapping[str, Coupon]
    plans: Mapping[str, Plan]


@dataclass(frozen=True, slots=True)
class Difference:
    case: str
    fee: str  # which part of the case: an invoice's number and a fee
    field: str
    expected: object
    got: object

    def __str__(self) -> str:
        return f"{self.case}: {self.fee}: {self.field}: expected {self.expected!r}, got {self.got!r}"


@dataclass(frozen=True, slots=True)
class Verdict:
    case: str
    fees: int  # compared
    differences: tuple[Difference, ...]

    @property
    def group(self) -> str:
        return self.case.split("_")[0]


def verdicts(cases: Path, setup: Path | None = None) -> Iterator[Verdict]:
    """One verdict a case, in the order of the file."""
    lines = _lines(cases)
    if "fees_by_event" in lines[-1]:
        own_header = "metrics" in lines[0]
        header = lines[0] if own_header else _lines(setup or PRICES / "advance.jsonl")[0]
        yield from _advance_verdicts(header, lines[1:] if own_header else lines)
        return
    price_list = _setup(json.loads((setup or _default_setup(cases, lines)).read_text(), parse_float=Decimal))
    for case in lines:
        yield _verdict(case, price_list)


def main(arguments: list[str]) -> int:
    files = [Path(arguments[0])] if arguments else [PRICES / name for name in FILES]
    setup = Path(arguments[1]) if len(arguments) > 1 else None
    found = [verdict for file in files for verdict in verdicts(file, setup)]
    sys.stdout.writelines(f"{line}\n" for line in _report(found))
    return 1 if any(verdict.differences for verdict in found) else 0


def _report(found: list[Verdict]) -> Iterator[str]:
    total, agreed, fees = Counter[str](), Counter[str](), Counter[str]()
    for verdict in found:
        total[verdict.group] += 1
        agreed[verdict.group] += not verdict.differences
        fees[verdict.group] += verdict.fees
    for group in total:
        yield f"{group:12} {agreed[group]:4} / {total[group]:4} cases, {fees[group]:5} fees"
    yield f"{'all':12} {agreed.total():4} / {total.total():4} cases, {fees.total():5} fees"
    differences = [str(difference) for verdict in found for difference in verdict.differences]
    yield from differences[:SHOWN]
    if len(differences) > SHOWN:
        yield f"… and {len(differences) - SHOWN} more"


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line, parse_float=Decimal) for line in file.read_text().splitlines() if line.strip()]


def _default_setup(cases: Path, lines: list[dict[str, Any]]) -> Path:
    several = any("bill_at" in line for line in lines)
    own, beside = cases.with_name(f"{cases.stem}_setup.json"), cases.with_name("setup.json")
    ours = PRICES / ("more_setup.json" if several else "setup.json")
    return next(file for file in (own, beside, ours) if file.exists() or file == ours)


def _setup(data: Mapping[str, Any]) -> Setup:
    metrics = _metrics(data["metrics"])
    add_on_taxes = {code: tuple(each.get("tax_codes", ())) for code, each in data["add_ons"].items()}
    return Setup(
        metrics=metrics,
        taxes={code: reading.tax({"code": code, "rate": rate}) for code, rate in data["taxes"].items()},
        coupons={code: reading.coupon({"code": code, **fields}) for code, fields in data["coupons"].items()},
        plans={code: reading.plan(_renamed(fields), metrics, add_on_taxes) for code, fields in data["plans"].items()},
    )


def _metrics(data: Mapping[str, Any]) -> dict[str, Metric]:
    return {code: reading.metric({"code": code, **fields}) for code, fields in data.items()}


def _renamed(plan: Mapping[str, Any]) -> dict[str, Any]:
    """The recordings name metrics and add-ons by their code where the API wants an id."""
    return {
        **plan,
        "charges": [{**each, "billable_metric_code": each["metric"]} for each in plan["charges"]],
        "fixed_charges": [{**each, "add_on_code": each["add_on"]} for each in plan.get("fixed_charges", ())],
    }


def _verdict(case: Mapping[str, Any], setup: Setup) -> Verdict:
    expected = case.get("invoices") or [case.get("invoice")]
    try:
        billed = _billed(case, setup)
    except UnratableError as error:
        difference = Difference(case["id"], "", "billing_error", case.get("billing_error"), str(error))
        return Verdict(case["id"], 0, () if "billing_error" in case else (difference,))
    if "billing_error" in case:
        return Verdict(case["id"], 0, (Difference(case["id"], "", "billing_error", case["billing_error"], None),))
    differences = tuple(
        Difference(case["id"], f"{at} {where}", field, was, is_)
        for at, (invoice, ours) in enumerate(zip(expected, billed, strict=True))
        for where, field, was, is_ in _invoice_differences(invoice, ours)
    )
    return Verdict(case["id"], sum(len(invoice["fees"]) for invoice in expected), differences)


def _billed(case: Mapping[str, Any], setup: Setup) -> list[Billed]:
    subscription = _subscription(case, setup.plans[case["plan"]])
    events = tuple(_event(fields) for fields in case["events"])
    taxes = TaxLevels(
        setup.taxes,
        customer=tuple(case.get("customer_tax_codes", ())),
        billing_entity=tuple(case.get("billing_entity_tax_codes", ())),
    )
    history = History(coupons=tuple(applied(setup.coupons[code]) for code in case.get("coupons", ())))
    invoices = []
    for occasion in _occasions(case, subscription.plan):
        billed = bill(subscription, occasion, events, history, Setting(taxes))
        history = billed.history
        invoices.append(billed)
    return invoices


def _subscription(case: Mapping[str, Any], plan: Plan) -> Subscription:
    billing_time = BillingTime(case.get("billing_time", "calendar"))
    return Subscription(plan, _instant(case["subscription_at"]), billing_time)


def _event(fields: Mapping[str, Any]) -> Event:
    return Event(
        metric_code=fields.get("metric") or fields["code"],
        at=_instant(fields["timestamp"]),
        properties=fields["properties"],
        precise_total_amount_cents=Decimal(fields.get("precise_total_amount_cents") or 0),
        transaction_id=fields.get("transaction_id", ""),
    )


def _instant(value: str | int | Decimal) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else datetime.fromtimestamp(float(value), UTC)


def _occasions(case: Mapping[str, Any], plan: Plan) -> Iterator[Occasion]:
    for bill_at in case.get("bill_at") or [_billing_day(plan)]:
        match bill_at:
            case "drain":
                yield Start()
            case "terminate":
                yield Termination(_instant(case["terminated_at"]))
            case day:
                yield Periodic(date.fromisoformat(day))


def _billing_day(plan: Plan) -> str:
    """Cases without a billing day were billed for October 2026, weekly plans for its last week."""
    return "2026-11-02" if plan.interval == Interval.WEEKLY else "2026-11-01"


def _invoice_differences(expected: Mapping[str, Any], billed: Billed) -> Iterator[tuple[str, str, object, object]]:
    got = _invoice_json(billed)
    for field in got:
        if expected[field] != got[field]:
            yield "invoice", field, expected[field], got[field]
    yield from _fee_differences(expected["fees"], [_flat(to_json(fee)) for fee in billed.invoice.fees])


def _invoice_json(billed: Billed) -> dict[str, Any]:
    made = billed.invoice
    return {
        "currency": made.currency,
        "fees_amount_cents": made.fees_amount_cents,
        "coupons_amount_cents": made.coupons_amount_cents,
        "sub_total_excluding_taxes_amount_cents": made.sub_total_excluding_taxes_amount_cents,
        "taxes_amount_cents": made.taxes_amount_cents,
        "sub_total_including_taxes_amount_cents": made.total_amount_cents,
        "total_amount_cents": made.total_amount_cents,
        "credits": [{"coupon": each.coupon_code, "amount_cents": each.amount_cents} for each in made.credits],
        "applied_taxes": [
            {
                "tax_code": each.code,
                "tax_rate": Decimal(str(each.rate)),
                "amount_cents": each.amount_cents,
                "fees_amount_cents": each.fees_amount_cents,
            }
            for each in made.applied_taxes
        ],
        "billing_period": _period_json(billed.boundaries),
    }


def _period_json(due: Boundaries) -> dict[str, str | None]:
    spans = {"subscription": due.subscription, "charges": due.charges, "fixed_charges": due.fixed_charges}
    return {
        f"{name}_{end}_datetime": instant
        for name, span in spans.items()
        for end, instant in zip(("from", "to"), _ends(span), strict=True)
    }


def _ends(span: Span | None) -> tuple[str | None, str | None]:
    return (None, None) if span is None else (_shown(span.start), _shown(span.end))


def _shown(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def _flat(fee: Mapping[str, Any]) -> dict[str, Any]:
    """Our fee in the shape of the recordings, which hold it without nesting and leave empty names out."""
    item = fee["item"]
    named = {
        "filters": item["filters"],
        "filter_invoice_display_name": item["filter_invoice_display_name"],
        "grouped_by": item["grouped_by"],
        "charge_code": fee["charge_code"],
        "fixed_charge_code": fee["fixed_charge_code"],
    }
    return {
        "item_type": item["type"],
        "item_code": item["code"],
        **{name: value for name, value in named.items() if value},
        **{name: value for name, value in fee.items() if name not in (*named, "item", "amount_currency")},
    }


def _key(fee: Mapping[str, Any]) -> str:
    code = fee.get("charge_code") or fee.get("fixed_charge_code") or fee.get("charge") or fee["item_code"]
    place = {name: fee.get(name) or {} for name in ("filters", "grouped_by")}
    return f"{code} {json.dumps(place, sort_keys=True)}"


def _fee_differences(
    expected: Iterable[Mapping[str, Any]], got: Iterable[Mapping[str, Any]]
) -> Iterator[tuple[str, str, object, object]]:
    theirs, ours = {_key(fee): fee for fee in expected}, {_key(fee): fee for fee in got}
    for key in sorted(theirs.keys() | ours.keys()):
        if key not in theirs or key not in ours:
            yield key, "fee", key in theirs, key in ours
            continue
        complete = {**_untouched(theirs[key]), **theirs[key]}
        for field in sorted(complete.keys() | ours[key].keys()):
            was, is_ = complete.get(field), ours[key].get(field)
            if not _same(was, is_):
                yield key, field, was, is_


def _untouched(fee: Mapping[str, Any]) -> dict[str, Any]:
    """What the recordings leave out of a fee without coupon and tax."""
    return {
        "taxes_amount_cents": 0,
        "taxes_precise_amount": "0.0",
        "taxes_rate": 0.0,
        "precise_coupons_amount_cents": "0.0",
        "sub_total_excluding_taxes_amount_cents": fee["amount_cents"],
        "precise_total_amount": fee["precise_amount"],
        "total_amount_cents": fee["amount_cents"],
    }


def _same(expected: object, got: object) -> bool:
    """Text as text, and a number is never text; JSON's own numbers by value."""
    if isinstance(expected, dict) and isinstance(got, dict):
        return expected.keys() == got.keys() and all(_same(expected[key], got[key]) for key in expected)
    if isinstance(expected, list) and isinstance(got, list):
        return len(expected) == len(got) and all(map(_same, expected, got))
    if isinstance(expected, Decimal | int | float) and isinstance(got, Decimal | int | float):
        return Decimal(str(expected)) == Decimal(str(got))
    return type(expected) is type(got) and expected == got


def _advance_verdicts(header: Mapping[str, Any], cases: Iterable[Mapping[str, Any]]) -> Iterator[Verdict]:
    cases = tuple(cases)
    plan = reading.plan(_renamed(header["plan"]), _metrics(header["metrics"]), {})
    recorded = {fee["charge"] for case in cases for fees in case["fees_by_event"].values() for fee in fees}
    for case in cases:
        events = tuple(_event(fields) for fields in case["events"])
        differences = tuple(
            Difference(case["id"], f"{each.event.transaction_id} {where}", field, was, is_)
            for each in advance_fees(_subscription(case, plan), events)
            for where, field, was, is_ in _fee_differences(
                case["fees_by_event"].get(each.event.transaction_id, ()),
                [_advance_json(fee) for fee in each.fees if fee.charge_code in recorded],
            )
        )
        yield Verdict(f"advance_{case['id']}", sum(map(len, case["fees_by_event"].values())), differences)


def _advance_json(fee: Fee) -> dict[str, Any]:
    shown = to_json(fee)
    left_out = {
        "item",
        "charge_code",
        "fixed_charge_code",
        "amount_currency",
        "sub_total_excluding_taxes_precise_amount_cents",
    }
    return {
        "charge": fee.charge_code,
        "filters": shown["item"]["filters"],
        "grouped_by": shown["item"]["grouped_by"],
        **{name: value for name, value in shown.items() if name not in left_out},
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
