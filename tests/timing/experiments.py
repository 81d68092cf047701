"""Recorded experiments: a price list, what was sent to it, and what the invoices were without it and with it."""

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.timing.lago import LISTS, PriceList

Json = dict[str, Any]
RECORDED = Path(__file__).parents[1] / "data" / "lago" / "timing.jsonl.gz"
TAX_RATE = 10  # of every tax before the change
EVENT_DAYS = (date(2026, 9, 10), date(2026, 10, 10), date(2026, 10, 17), date(2026, 11, 10))
BILLING_DAYS = (date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1))
REGION = [{"key": "region", "values": ["eu", "us", "ap"]}]
METRICS: dict[str, Json] = {
    "calls": {"aggregation_type": "sum_agg", "field_name": "n"},
    "hits": {"aggregation_type": "count_agg"},
    "seats": {"aggregation_type": "sum_agg", "field_name": "n", "recurring": True},
    "units": {"aggregation_type": "sum_agg", "field_name": "n"},
    "gb": {"aggregation_type": "sum_agg", "field_name": "gb", "filters": REGION},
}
NOT_IN_THE_REQUEST = {
    "m_name": ("billable_metric", "name"), "m_lock": ("billable_metric", "aggregation_type"),
    "m_fadd": ("billable_metric", "filters"), "m_frm": ("billable_metric", "filters"),
    "m_frm2": ("billable_metric", "filters"), "m_del": ("billable_metric", "deleted"),
    "ao_amt": ("add_on", "amount_cents"), "ao_del": ("add_on", "deleted"), "f_locked": ("fixed_charge", "prorated"),
    "ch_name": ("charge", "invoice_display_name"),
}  # fmt: skip
"""What experiments are about whose line has a whole plan's request only, in which nothing of it can be seen."""


@dataclass(frozen=True, slots=True)
class Subscriber:
    """`invoices`: by day what was invoiced, as amount of fees and of taxes; with `total` also coupons and credits."""

    start: datetime
    grace: int
    events: tuple[tuple[date, str, Mapping[str, Any]], ...]
    recorded: Mapping[date, Any]
    whole: bool  # an invoice with all of its fees, or one item alone


@dataclass(frozen=True, slots=True)
class Experiment:
    """`item` is the code of the charge or fixed charge that a line is about; none: the plan as a whole."""

    id: str
    server: str
    kind: str
    class_: str | None
    before: PriceList
    after: PriceList  # without what was deleted
    requests: list[Json]
    changed_at: datetime
    plan: str
    item: tuple[str, str] | None
    subscribers: tuple[Subscriber, ...]
    line: Json

    @property
    def is_old(self) -> bool:
        return self.server.startswith("1.38")

    @property
    def is_licensed(self) -> bool:
        return self.server.endswith("premium")


def lines(file: Path) -> list[Json]:
    text = gzip.decompress(file.read_bytes()).decode() if file.suffix == ".gz" else file.read_text(encoding="utf-8")
    return [json.loads(line, parse_float=Decimal) for line in text.splitlines() if line.strip()]


def experiment(row: Json) -> Experiment:
    """A line that bills a price list before and after a change, or without one: a control.

    Raises ValueError for a line that does neither.
    """
    codes = {**_metrics_by_id(row), **_add_ons(row)}
    if "A" in row:
        return _of_item(row, codes)
    if "subscriptions" in row:
        return _of_plan(row, codes)
    raise ValueError("neither A nor subscriptions are there to say what was invoiced")


def _metrics_by_id(row: Json) -> dict[str, str]:
    """A line has the id of a metric only; what was counted tells it."""
    found: dict[str, str] = {}
    for charge in row.get("plan_charge") or ():
        if id_ := charge.get("billable_metric_id"):
            found.setdefault(id_, _metric_of(row, charge))
    for charge in (row.get("plan") or {}).get("charges") or ():
        codes = {"std": "calls", "adv": "hits", "flt": "gb", "grad": "units", "new": "units"}
        found.setdefault(charge["billable_metric_id"], codes.get(charge.get("code"), ""))
    return {id_: code for id_, code in found.items() if code}


def _metric_of(row: Json, charge: Json) -> str:
    """By the units of November: each metric has another number, but for those of gigabytes, which come in three."""
    code = str(charge.get("code") or "")
    own = f"{code}-{row['plan']['code']}"
    if any(own == each for each, _ in row["events"]):
        return own
    fees = [fee for invoice in row["A"]["control"]["fees"] for fee in invoice["fees"]]
    if code.startswith("a_"):
        return "hits"
    if code.startswith(("r_", "rp_")):
        return "seats"
    if code.startswith("f_") or code == "pct":
        return "gb"
    last = [Decimal(fee["units"]) for fee in fees[-1:]]
    return "units" if last == [12] else "calls"


def _of_item(row: Json, codes: Mapping[str, str]) -> Experiment:
    part = "fixed_charges" if "/fx-" in row["id"] else "charges"
    code = row["kind"]
    renamed = row["kind"] == "ch_name" and "left out" in str(row["requests"])  # the line looks for the old name
    requests = [] if renamed else [request for request in row["requests"] if _is_about(request, part, code)]
    before = _price_list(row, {part: row["plan_charge"]}, codes)
    before.objects["plan"][row["plan"]["code"]]["of"] = [part]
    return Experiment(
        id=row["id"],
        server=row["server"],
        kind=row["kind"],
        class_=row.get("class"),
        before=before,
        after=before.after(requests, lambda item: _item(item, codes)),
        requests=requests,
        changed_at=_instant(row["change_at"]),
        plan=row["plan"]["code"],
        item=(part, code),
        subscribers=tuple(_subscriber(row, row[name], is_late=name == "D") for name in "AD" if name in row),
        line=row,
    )


def _is_about(request: Json, part: str, code: str) -> bool:
    """A line has requests that were sent for another experiment as well: those of its own name the item."""
    way = request["path"].strip("/").split("/")
    if way[0] != "plans" or len(way) == 2:
        return True
    if len(way) > 3:
        return way[3] == code
    body: Json = next(iter(request["body"].values()))
    return way[2] == part and body.get("code") == code


def _subscriber(row: Json, found: Json, *, is_late: bool) -> Subscriber:
    days = {
        date.fromisoformat(day): (cents, _taxes(found["changed"], day))
        for day, cents in found["changed"]["days"].items()
    }
    return Subscriber(_start(found["start"]), found["grace"], tuple(_events(row, is_late=is_late)), days, whole=False)


def _taxes(found: Json, day: str) -> int:
    made = (one for one in found["fees"] if one["created_at"][:10] == day)
    return sum(fee["taxes"] for one in made for fee in one["fees"])


def _start(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T00:00:10+00:00")


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _events(row: Json, *, is_late: bool) -> Iterator[tuple[date, str, Mapping[str, Any]]]:
    """The same on each day, but that each has a team of its own. D had none that are billed as they come."""
    for day in EVENT_DAYS[0 if is_late else 1 :]:
        for code, properties in row["events"]:
            if not (is_late and code == "hits"):
                team = {"team": f"t{day.day}"} if "team" in properties else {}
                yield day, code, {**properties, **team}


def _price_list(row: Json, items: Json, codes: Mapping[str, str]) -> PriceList:
    plan: Json = {"kind": "plan", **row["plan"], **{part: [] for part in LISTS}}
    for part in LISTS:
        plan[part] = [_item(item, codes) for item in (items.get(part) or row["plan"].get(part) or ())]
    taxes = {*(plan.get("tax_codes") or ()), *_taxes_in(row)}
    known = {code: METRICS.get(code, METRICS["gb"]) for code in {*METRICS, *(code for code, _ in row["events"])}}
    return PriceList(
        {
            "plan": {plan["code"]: plan},
            "billable_metric": {
                code: {"kind": "billable_metric", "code": code, "name": code, **fields}
                for code, fields in known.items()
            },
            "tax": {code: {"kind": "tax", "code": code, "name": code, "rate": TAX_RATE} for code in taxes},
            "coupon": {code: _coupon(code, row) for code in _codes(row, "coupons")},
            "add_on": {
                code: {"kind": "add_on", "code": code, "name": code, "amount_cents": 1000, "amount_currency": "USD"}
                for code in {one["add_on_code"] for one in plan["fixed_charges"]} | _codes(row, "add_ons")
            },
            "billing_entity": {"default": {"kind": "billing_entity", "code": "default", "name": "Org", **_grace(row)}},
        }
    )


def _grace(row: Json) -> Json:
    """Of the entity itself: 20 days where a customer has none of its own."""
    own = all(found["grace"] is not None for found in row.get("subscriptions", {}).values())
    return {"billing_configuration": {"invoice_grace_period": 0 if own else 20}}


def _codes(row: Json, collection: str) -> set[str]:
    ways = (request["path"].strip("/").split("/") for request in row["requests"])
    own = {way[1] for way in ways if way[0] == collection}
    return own | ({"coupon"} if collection == "coupons" and "/k-" in row["id"] and not own else set())


def _coupon(code: str, row: Json) -> Json:
    """5.00, or a percentage that only the name of the experiment says: "percentage 10→50"."""
    shared = {"kind": "coupon", "code": code, "name": "c", "frequency": "forever", "expiration": "no_expiration"}
    percentage = re.search(r"([\d.]+) ?%? ?→", row["kind"]) if "'percentage'" in str(row["requests"]) else None
    if percentage:
        return {**shared, "coupon_type": "percentage", "percentage_rate": percentage[1]}
    return {**shared, "coupon_type": "fixed_amount", "amount_cents": 500, "amount_currency": "USD"}


def _taxes_in(row: Json) -> set[str]:
    bodies = [next(iter((request.get("body") or {}).values()), {}) for request in row["requests"]]
    sent = {code for body in bodies if isinstance(body, dict) for code in body.get("tax_codes") or ()}
    items = (one for body in bodies if isinstance(body, dict) for one in _parts(body))
    return sent | {code for one in items for code in one.get("tax_codes") or ()} | _codes(row, "taxes")


def _parts(body: Json) -> Iterator[Json]:
    for value in body.values():
        if isinstance(value, list):
            yield from (one for one in value if isinstance(one, dict))


def _item(item: Json, codes: Mapping[str, str]) -> Json:
    """A charge or fixed charge in manifest form."""
    named = {name: value for name, value in item.items() if name not in ("billable_metric_id", "add_on_id")}
    if "billable_metric_id" in item:
        named["billable_metric_code"] = codes.get(item["billable_metric_id"], "calls")
        named = {"invoiceable": True, **named}
    if "add_on_id" in item:
        named["add_on_code"] = codes.get(item["add_on_id"], item["add_on_id"])
    if "billable_metric_id" in item and "code" not in item:  # on servers before 1.39
        named = {"code": item.get("invoice_display_name"), **named}
    return named


def _add_ons(row: Json) -> dict[str, str]:
    """Each experiment has an add-on of its own."""
    plan = row["plan"]
    items = (*row.get("plan_charge", ()), *(plan.get("fixed_charges") or ()))
    return {one["add_on_id"]: f"{one['code']}-{plan['code']}" for one in items if "add_on_id" in one}


def _of_plan(row: Json, codes: Mapping[str, str]) -> Experiment:
    before = _price_list(row, {}, codes)
    return Experiment(
        id=row["id"],
        server=row["server"],
        kind=row["kind"],
        class_=row.get("class"),
        before=before,
        after=before.after(row["requests"], lambda item: _item(item, codes)),
        requests=row["requests"],
        changed_at=_instant(row["change_at"]),
        plan=row["plan"]["code"],
        item=None,
        subscribers=tuple(_whole(row, name, found) for name, found in row["subscriptions"].items()),
        line=row,
    )


def _whole(row: Json, name: str, found: Json) -> Subscriber:
    days: dict[date, tuple[int, int, int, int]] = {}
    for made in found["invoices"]:
        day = date.fromisoformat(made["created_at"][:10])
        amounts = made["fees"], made["coupons"], made["taxes"], made["progressive"]
        days[day] = tuple(map(sum, zip(days.get(day, (0, 0, 0, 0)), amounts, strict=True)))  # type: ignore[assignment]
    is_late = name.endswith("-D")
    events = tuple(_events(row, is_late=is_late))
    return Subscriber(_start(found["start"]), found["grace"] or 0, events, days, whole=True)
