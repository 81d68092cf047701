"""47 billed subscriptions under every charge model, with the manifests that their own Lago has. Recorded: usage."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lago_gitops.bills.audit.billed import billed_fee
from lago_gitops.bills.audit.expectations import Expectations
from lago_gitops.bills.audit.listings import Book, Place, listing
from lago_gitops.bills.audit.verdicts import Differs, verdict
from lago_gitops.bills.price_list import price_list
from lago_gitops.core.model.resources import Address
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.validate import External
from lago_gitops.kinds import KINDS
from lago_gitops.pricing.base.rules import LATEST
from lago_gitops.workflow.audit.lago import AskedLago
from lago_gitops.workflow.audit.price_lists import PriceLists
from lago_gitops.workflow.organization.reading import read_organization
from lago_gitops.workflow.pulling.expressible import exported, expressible
from tests.recorded_lago import RecordedLago, answers
from tests.workflow.audit.auditing import ENVIRONMENT, Found, audit

ALWAYS = datetime(2026, 1, 1, tzinfo=UTC)
Manifests = Mapping[Address, Manifest]


def lago() -> RecordedLago:
    return RecordedLago(answers("usage"))


@cache
def pulled() -> Manifests:
    server = lago()
    with server.access.reader() as client:
        live = read_organization(client, server.access, ENVIRONMENT).live
    result = expressible(
        (exported(one) for one in live.values() if not KINDS[one.address.kind].fixed), (), live, External()
    )
    assert not result.left_out
    return {Address(one.kind, one.data.get("code", "")): one for one in result.manifests}


def lists(manifests: Manifests) -> PriceLists:
    return PriceLists(book(manifests), manifests, "git")


def book(manifests: Manifests) -> Book:
    return Book((ALWAYS,), lambda _: listing("git", ALWAYS, price_list(manifests)))


def edited(plan: str, charge: str, properties: Mapping[str, Any]) -> Manifests:
    address = Address("plan", plan)
    data = deepcopy(dict(pulled()[address].data))
    next(each for each in data["charges"] if each["code"] == charge)["properties"] = properties
    return {**pulled(), address: Manifest("edited", data)}


def charges() -> Iterator[tuple[str, str]]:
    for address, manifest in pulled().items():
        for charge in manifest.data.get("charges") or ():
            yield address.key, charge["code"]


def dearer(value: Any) -> Any:
    """Every price of a charge's properties three times as high, and a bit: all usage costs something else."""
    match value:
        case dict():
            return {key: item if key in KEPT else dearer(item) for key, item in value.items()}
        case list():
            return [dearer(item) for item in value]
        case str():
            return str(Decimal(value) * 3 + Decimal("0.01"))
    return value


KEPT = {
    "from_value",
    "to_value",
    "package_size",
    "free_units",
    "free_units_per_events",
    "free_units_per_total_aggregation",
    "pricing_group_keys",
}


def fees(found: Found) -> set[str]:
    return {each["fee"] for each in found.differences}


def test_all_fees_follow_the_manifests_that_were_pulled_from_the_server(tmp_path: Path) -> None:
    found = audit(lago(), lists(pulled()), tmp_path)
    assert found.differences == ()
    assert found.summary.fees == 990


def test_only_prorated_graduated_usage_can_not_be_told_from_fees_alone(tmp_path: Path) -> None:
    found = audit(lago(), lists(pulled()), tmp_path)
    assert found.summary.unchecked == {
        (UNTOLD, "charge seats"): 4,
        (UNTOLD, "charge members"): 2,
    }


UNTOLD = "which don't show the usage that the price depends on"


@pytest.mark.slow
@pytest.mark.parametrize("plan", sorted({plan for plan, _ in charges()}))
def test_one_price_edited_finds_the_fees_of_that_charge_and_no_others(plan: str) -> None:
    billed = [fee for row in lago().lists["fees"] if (fee := billed_fee(row)) and fee.subscription in subscribers(plan)]
    server = lago()
    with server.access.reader() as client:
        source = AskedLago(client, read_organization(client, server.access, ENVIRONMENT), {})
        for code, charge in priced(plan):
            prices = book(edited(plan, code, dearer(charge["properties"])))
            expectations = Expectations(prices, source.listing(), source, LATEST)
            found = {fee.lago_id for fee in billed if isinstance(verdict(fee, expectations), Differs)}
            of_charge = {
                fee.lago_id: fee.amount_cents
                for fee in billed
                if fee.filters is None and source.place(fee) == Place(plan, code)
            }
            assert of_charge.keys() >= found >= {fee for fee, cents in of_charge.items() if cents}, code


def subscribers(plan: str) -> set[str]:
    answer = answers("usage")[f"/subscriptions?plan_code={plan}&page=1&per_page=20"]
    return {each["external_id"] for each in answer["subscriptions"]}


def priced(plan: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for charge in pulled()[Address("plan", plan)].data.get("charges") or ():
        if charge.get("properties") and charge["charge_model"] != "dynamic":  # of which events bring the price
            yield charge["code"], charge
