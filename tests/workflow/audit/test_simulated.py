"""Whatever the sandbox bills, an audit with the price list that it has finds nothing; one price edited, that charge."""

import os
import tempfile
from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lago_gitops.bills.audit.listings import Book, listing
from lago_gitops.bills.audit.summary import Summary
from lago_gitops.bills.price_list import price_list
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.validate import Checked
from lago_gitops.project import Environment
from lago_gitops.simulations.documents import simulations
from lago_gitops.simulations.running import run
from lago_gitops.workflow.audit.log import Log
from lago_gitops.workflow.audit.price_lists import PriceLists
from lago_gitops.workflow.audit.run import Audit, FeePeriod, audited
from lago_gitops.workflow.simulation import Simulated, laid_out
from tests.simulations.test_same_as_price import cases, manifests

pytestmark = pytest.mark.slow
EXAMPLES = int(os.environ.get("EXAMPLES", "200")) // 50
Data = dict[str, Any]
ALWAYS = datetime(2025, 1, 1, tzinfo=UTC)
SOLD = {"kind": "add_on", "code": "setup", "name": "Setup", "amount_cents": 100, "amount_currency": "EUR"}


@st.composite
def organizations(draw: st.DrawFn) -> tuple[list[Data], Data]:
    """Two plans, usage in advance, fixed charges, filters, customers who come, go and move."""
    documents, months = draw(cases())
    *others, plan = documents
    plan = deepcopy(plan)
    for charge in plan["charges"]:
        code = charge["billable_metric_code"]
        if charge["charge_model"] == "standard" and code in {"calls", "volume", "users"} and draw(st.booleans()):
            charge["pay_in_advance"] = True
            charge.pop("min_amount_cents", None)
        if code in {"seats", "stored"} and charge["charge_model"] in {"standard", "volume"} and draw(st.booleans()):
            charge["prorated"] = True
    if draw(st.booleans()):
        plan["fixed_charges"] = [
            {
                "code": "setup",
                "add_on_code": "setup",
                "charge_model": "standard",
                "units": draw(st.integers(0, 5)),
                "properties": {"amount": "2.5"},
                "pay_in_advance": draw(st.booleans()),
            }
        ]
    second = {**deepcopy(plan), "code": "q", "name": "Q", "amount_cents": plan["amount_cents"] + 500}
    months = deepcopy(months)
    [customer] = months["customers"]
    start, end = draw(st.sampled_from([("2026-01-01", None), ("2026-01-11", None), ("2026-01-01", "2026-02-10")]))
    subscription = {**customer["subscriptions"][0], "start": start, **({"end": end} if end else {})}
    other = {"name": "d", "subscriptions": [{**customer["subscriptions"][0], "plan": "q"}]}
    months["customers"] = [{**customer, "subscriptions": [subscription]}, other]
    return [*others, SOLD, plan, second], months


def audit(lago: Simulated, checked: Checked) -> tuple[Summary, list[Mapping[str, Any]]]:
    book = Book((ALWAYS,), lambda _: listing("git", ALWAYS, price_list(checked.manifests)))
    with tempfile.TemporaryDirectory() as folder, lago.access.reader() as client:
        log = Log(Path(folder) / "audit.jsonl")
        wanted = Audit(client, PriceLists(book, checked.manifests, "git"), FeePeriod(), log)
        found = audited(wanted, lago.access, Environment("live"), lambda *_: None)
        return found.summary, list(log.differences())


def billed(documents: list[Data], months: Data, live: list[Data]) -> tuple[list[Data], list[Mapping[str, Any]]]:
    """All fees that were billed with the first price list, and what an audit with the other finds of them."""
    checked = manifests(documents)
    read = simulations("s", [Manifest("s", months)], price_list(checked.manifests))
    assert not read.problems, [str(each) for each in read.problems]
    [simulation] = read.simulations
    with laid_out(simulation, (checked,)) as lago:
        lago.apply(checked)
        run(simulation, lago.client)
        summary, found = audit(lago, manifests(live))
        with lago.access.reader() as client:
            fees = client.pages("fees")
        assert summary.fees == len(fees)
        return fees, found


few = partial(settings, deadline=None, suppress_health_check=list(HealthCheck))


@few(max_examples=EXAMPLES)
@given(organizations())
def test_an_audit_with_the_price_list_that_billed_finds_nothing(organization: tuple[list[Data], Data]) -> None:
    documents, months = organization
    fees, found = billed(documents, months, documents)
    assert fees
    assert found == []


@few(max_examples=EXAMPLES)
@given(organizations(), st.data())
def test_one_price_edited_finds_fees_of_that_charge_alone(
    organization: tuple[list[Data], Data], data: st.DataObject
) -> None:
    documents, months = organization
    standard = [each for each in documents[-2]["charges"] if each["charge_model"] == "standard"]
    if not standard:
        return
    charge = data.draw(st.sampled_from(standard))
    edited = deepcopy(documents)
    mine = next(each for each in edited[-2]["charges"] if each["code"] == charge["code"])
    mine["properties"] = {"amount": str(float(charge["properties"]["amount"]) + 1)}
    mine["min_amount_cents"] = charge.get("min_amount_cents", 0)
    fees, found = billed(documents, months, edited)
    used = {
        fee["lago_id"]
        for fee in fees
        if (fee["item"]["code"], fee["external_customer_id"]) == (charge["billable_metric_code"], "c")
        and float(fee["units"]) > 0
        and not fee.get("lago_true_up_parent_fee_id")
    }
    of_plan = {"subscription", "commitment"}  # a commitment follows what usage cost
    told = {each["fee"] for each in found if each["item_type"] not in of_plan}
    true_ups = {fee["lago_id"] for fee in fees if fee.get("lago_true_up_parent_fee_id")}
    assert told - true_ups <= used
    if not charge.get("prorated"):  # of which a part of a unit can be less than a cent
        assert told - true_ups == used
