"""An organization beside its twin, in which nothing happened but what Git says: an audit finds what sets them apart."""

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest

from lago_gitops.access import Access
from lago_gitops.bills.audit.billed import moment
from lago_gitops.bills.audit.listings import Book, listing
from lago_gitops.bills.price_list import price_list
from lago_gitops.lago.http.inprocess import InProcess
from lago_gitops.lago.target import IN_PROCESS, Secret
from lago_gitops.project import Environment
from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.simulations.running import SandboxClient
from lago_gitops.workflow.audit.log import Log
from lago_gitops.workflow.audit.price_lists import PriceLists
from lago_gitops.workflow.audit.run import Audit, FeePeriod, audited
from lago_gitops.workflow.simulation import Simulated
from tests.simulations.test_same_as_price import manifests

pytestmark = pytest.mark.slow
Data = dict[str, Any]
OPENED, SUBSCRIBED, APPLIED = "2026-08-25T09:00:00Z", "2026-09-01T00:00:00Z", "2026-10-10T12:00:00Z"
EDITED, BACK, CLOSED = "2026-10-20T10:00:00Z", "2026-11-03T00:00:00Z", "2026-11-04T00:00:00Z"
PLANS = ("basic", "pro", "pay")
METRICS: Mapping[str, Data] = {
    "api": {"aggregation_type": "count_agg"},
    "gb": {
        "aggregation_type": "sum_agg",
        "field_name": "gb",
        "filters": [{"key": "region", "values": ["ap", "eu", "us"]}],
    },
    "seats": {"aggregation_type": "unique_count_agg", "field_name": "user", "recurring": True},
    "sms": {"aggregation_type": "count_agg"},
    "tx": {"aggregation_type": "sum_agg", "field_name": "amount"},
}


def tiers(first: str, rest: str, bound: int = 3) -> list[Data]:
    return [
        {"from_value": 0, "to_value": bound, "per_unit_amount": first, "flat_amount": "0"},
        {"from_value": bound + 1, "to_value": None, "per_unit_amount": rest, "flat_amount": "1"},
    ]


def charge(code: str, metric: str, model: str, properties: Data, **more: Any) -> Data:
    found = {"code": code, "billable_metric_code": metric, "charge_model": model, "properties": properties}
    return {**found, **more}


def first() -> list[Data]:
    shared = {"kind": "plan", "interval": "monthly", "amount_currency": "EUR", "pay_in_advance": False}
    us = {"values": {"region": ["us"]}, "properties": {"amount": "0.08"}}
    free = {"rate": "1.4", "fixed_amount": "0.25", "free_units_per_events": 2}
    charges = {
        "basic": [
            charge("api", "api", "graduated", {"graduated_ranges": tiers("0.1", "0.2")}),
            charge("storage", "gb", "standard", {"amount": "0.1"}, filters=[us]),
        ],
        "pro": [
            charge("api", "api", "package", {"amount": "4", "package_size": 3, "free_units": 1}),
            charge("seats", "seats", "standard", {"amount": "9"}, prorated=True),
            charge("sms", "sms", "standard", {"amount": "0.05"}, pay_in_advance=True, invoiceable=False),
            charge("gb", "gb", "volume", {"volume_ranges": tiers("0.07", "0.05", 20)}, min_amount_cents=700),
        ],
        "pay": [
            charge("volume", "tx", "percentage", free),
            charge(
                "groups", "gb", "graduated", {"graduated_ranges": tiers("0.3", "0.2"), "pricing_group_keys": ["region"]}
            ),
            charge("adv", "api", "graduated", {"graduated_ranges": tiers("0.5", "0.2", 2)}, pay_in_advance=True),
        ],
    }
    setup = {"code": "setup", "add_on_code": "setup", "charge_model": "standard", "units": "2"}
    fields: dict[str, Data] = {
        "basic": {"amount_cents": 1900, "pay_in_advance": True},
        "pro": {
            "amount_cents": 9900,
            "minimum_commitment": {"amount_cents": 15000},
            "fixed_charges": [{**setup, "properties": {"amount": "7.5"}}],
        },
        "pay": {"amount_cents": 0},
    }
    return [
        *({"kind": "billable_metric", "code": code, "name": code, **more} for code, more in METRICS.items()),
        {"kind": "add_on", "code": "setup", "name": "Setup", "amount_cents": 100, "amount_currency": "EUR"},
        *({**shared, "code": code, "name": code, "charges": charges[code], **fields[code]} for code in PLANS),
    ]


def second() -> list[Data]:
    """An own price, a price in advance and the fee of a plan are others."""
    found = deepcopy(first())
    basic, pro, pay = found[-3:]
    basic["charges"][0]["properties"] = {"graduated_ranges": tiers("0.1", "0.25")}
    pro["charges"][2]["properties"] = {"amount": "0.06"}
    pay["amount_cents"] = 300
    return found


class Organization:
    def __init__(self) -> None:
        transport = InProcess(Sandbox(Settings(premium=True, starts_at=moment(OPENED))))
        headers = {"Authorization": "Bearer sandbox"}
        self.http = httpx.Client(transport=transport, base_url=IN_PROCESS.origin, headers=headers)
        self.sent: list[str] = []
        self.seen = Simulated(Access(IN_PROCESS, Secret("sandbox"), transport), SandboxClient(self.http))

    def send(self, method: str, path: str, body: Data | None = None) -> Any:
        reply = self.http.request(method, path if path.startswith("/") else f"/api/v1/{path}", json=body)
        assert reply.status_code == 200, (method, path, reply.text)
        return reply.json()

    def charge(self, plan: str, code: str) -> Data:
        charges: list[Data] = self.send("GET", f"plans/{plan}")["plan"]["charges"]
        return next(each for each in charges if each["code"] == code)

    def fees(self) -> list[Data]:
        with self.seen.access.reader() as client:
            return [dict(each) for each in client.pages("fees")]


Act = Callable[[Organization], object]


def edited(plan: str, code: str, **fields: Any) -> Act:
    """A charge, in Lago's web page: all of it is sent."""

    def act(org: Organization) -> None:
        now = org.charge(plan, code)
        kept = [{name: each[name] for name in ("values", "properties")} for each in now["filters"]]
        body = {"charge_model": now["charge_model"], "properties": now["properties"], "filters": kept, **fields}
        org.send("PUT", f"plans/{plan}/charges/{code}", {"charge": body})

    return act


def of_plan(code: str, **fields: Any) -> Act:
    return lambda org: org.send("PUT", f"plans/{code}", {"plan": fields})


def units(code: str) -> Act:
    body = {"charge_model": "standard", "properties": {"amount": "7.5"}, "units": code, "apply_units_immediately": True}
    return lambda org: org.send("PUT", "plans/pro/fixed_charges/setup", {"fixed_charge": body})


def overridden(plan: str, code: str = "", **fields: Any) -> Act:
    """One subscription: a charge of its plan, or else the plan."""

    def act(org: Organization) -> None:
        own = {"charges": [{"id": org.charge(plan, code)["lago_id"], **fields}]} if code else fields
        org.send("PUT", f"subscriptions/{plan}", {"subscription": {"plan_overrides": own}})

    return act


def subscribe(org: Organization) -> None:
    for code in PLANS:
        org.send("POST", "customers", {"customer": {"external_id": code}})
        body = {"external_customer_id": code, "external_id": code, "plan_code": code}
        org.send("POST", "subscriptions", {"subscription": body})


def use(org: Organization, day: datetime) -> None:
    for plan in PLANS:
        for code, properties in (
            *[("api", {})] * 2,
            ("gb", {"gb": 9.5 if day.day % 2 else 4, "region": ("ap", "eu", "us")[day.day % 3]}),
            *((("seats", {"user": f"u{day.day % 2}"}), ("sms", {})) if plan == "pro" else ()),
            ("tx", {"amount": 99.5 + day.day}),
        ):
            body = {"external_subscription_id": plan, "code": code, "properties": properties}
            org.send("POST", "events", {"event": {**body, "transaction_id": f"{plan} {len(org.sent)}"}})
            org.sent.append(code)


def lived(outside: tuple[tuple[str, Act], ...]) -> Organization:
    org = Organization()
    days = [datetime(2026, 9, 2, 8, tzinfo=UTC) + timedelta(days=7 * week) for week in range(9)]
    steps: list[tuple[datetime, Act]] = [
        (moment(OPENED), lambda org: org.seen.apply(manifests(first()))),
        (moment(SUBSCRIBED), subscribe),
        (moment(APPLIED), lambda org: org.seen.apply(manifests(second()))),
        *((day, lambda org, day=day: use(org, day)) for day in days),
        *((moment(at), act) for at, act in outside),
        (moment(CLOSED), lambda org: None),
    ]
    for at, act in sorted(steps, key=lambda each: each[0]):
        org.send("POST", "/sandbox/clock", {"now": at.isoformat()})
        act(org)
    return org


@cache
def twin() -> Mapping[str, int]:
    return {identity(fee): fee["amount_cents"] for fee in lived(()).fees()}


def identity(fee: Data) -> str:
    item, event = fee["item"], fee.get("event_transaction_id")
    true_up = bool(fee["lago_true_up_parent_fee_id"])
    about = [fee["external_subscription_id"], item["type"], item["code"], item["filters"], item["grouped_by"]]
    return json.dumps([*about, fee["created_at"][:10], event, true_up], sort_keys=True)


def audit(org: Organization, folder: Path) -> dict[str, Data]:
    lists = [(moment(OPENED), manifests(first())), (moment(APPLIED), manifests(second()))]
    book = Book(
        tuple(at for at, _ in lists),
        lambda index: listing("git", lists[index][0], price_list(lists[index][1].manifests)),
    )
    log = Log(folder / "audit.jsonl")
    with org.seen.access.reader() as client:
        wanted = Audit(client, PriceLists(book, lists[-1][1].manifests, "git"), FeePeriod(), log)
        audited(wanted, org.seen.access, Environment("live"), lambda *_: None)
    return {each["fee"]: dict(each) for each in log.differences()}


EDITS = (
    (EDITED, of_plan("pro", amount_cents=10900, minimum_commitment={"amount_cents": 25000})),
    (EDITED, of_plan("basic", amount_cents=2100)),
    (EDITED, edited("basic", "api", properties={"graduated_ranges": tiers("0.2", "0.3")})),
    (EDITED, edited("basic", "storage", filters=[{"values": {"region": ["us"]}, "properties": {"amount": "0.09"}}])),
    (EDITED, edited("pro", "api", properties={"amount": "5", "package_size": 2, "free_units": 0})),
    (EDITED, edited("pro", "seats", properties={"amount": "11"})),
    (EDITED, edited("pro", "sms", properties={"amount": "0.09"})),
    (BACK, edited("pro", "sms", properties={"amount": "0.06"})),
    (EDITED, edited("pro", "gb", properties={"volume_ranges": tiers("0.2", "0.1", 20)})),
    (EDITED, units("3")),
    (EDITED, edited("pay", "volume", properties={"rate": "1.5", "fixed_amount": "0.25", "free_units_per_events": 2})),
    (BACK, edited("pay", "volume", properties={"rate": "1.4", "fixed_amount": "0.25", "free_units_per_events": 2})),
    (
        EDITED,
        edited("pay", "groups", properties={"graduated_ranges": tiers("0.4", "0.2"), "pricing_group_keys": ["region"]}),
    ),
    (EDITED, edited("pay", "adv", properties={"graduated_ranges": tiers("0.6", "0.3", 2)})),
)
OWN = (
    (SUBSCRIBED, overridden("basic", "storage", properties={"amount": "0.12"})),
    (SUBSCRIBED, overridden("pro", "api", properties={"amount": "3", "package_size": 3, "free_units": 1})),
    (SUBSCRIBED, overridden("pay", "adv", properties={"graduated_ranges": tiers("0.4", "0.1", 2)})),
)


@pytest.mark.parametrize("outside", [(), EDITS, OWN], ids=["nothing", "edits in Lago", "own prices"])
def test_an_audit_finds_exactly_what_would_not_be_so_had_lago_followed_git(
    outside: tuple[tuple[str, Act], ...], tmp_path: Path
) -> None:
    org = lived(outside)
    fees = {fee["lago_id"]: fee for fee in org.fees()}
    expected = {
        id_: (fee["amount_cents"], twin().get(identity(fee), 0))
        for id_, fee in fees.items()
        if twin().get(identity(fee), 0) != fee["amount_cents"]
    }

    found = audit(org, tmp_path)

    assert {id_: (each["amount_cents"], each["expected_amount_cents"]) for id_, each in found.items()} == expected
    assert bool(expected) == bool(outside)
    assert {each["overridden"] for each in found.values()} == ({outside is OWN} if outside else set())


def test_usage_that_lago_bills_without_a_filter_is_expected_by_the_filter(tmp_path: Path) -> None:
    """Together what it would be apart."""
    org = lived(((EDITED, edited("basic", "storage", filters=[])),))
    of_storage = [each for each in audit(org, tmp_path).values() if each["charge"] == "storage"]

    apart = sum(cents for about, cents in twin().items() if '["basic", "charge", "gb"' in about)
    every = sum(
        fee["amount_cents"]
        for fee in org.fees()
        if fee["item"]["code"] == "gb" and fee["external_subscription_id"] == "basic"
    )
    assert sum(each["amount_cents"] - each["expected_amount_cents"] for each in of_storage) == every - apart
    assert of_storage
