"""A change of a saved plan is contradicted by a manifest with other values, and never by the one it was planned for."""

from typing import Any

import pytest
from hypothesis import given

from lago_gitops.core.comparison.abilities.server import Server, version
from lago_gitops.core.comparison.compare import compare
from lago_gitops.core.comparison.desired import desired
from lago_gitops.core.identity import named
from lago_gitops.core.model.resources import Delete
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.kinds import KINDS
from lago_gitops.render.plan.change import change_document
from lago_gitops.render.plan.reached import contradicts
from tests.core.test_properties import PROPERTY, Organization, there, wanted
from tests.render.plans import METRIC, SCALE, Data, bent, charge, document, plan, tiers
from tests.strategies import organizations

EU: Data = {"values": {"region": ["eu"]}, "properties": {"amount": "3"}}
US: Data = {"values": {"region": ["us"]}, "properties": {"amount": "4"}}


def is_contradicted(before: list[Data], after: Data, now: Data) -> bool:
    (change,) = document([METRIC, *before], [METRIC, after])["changes"]
    kind = KINDS[now["kind"]]
    return contradicts(change, desired(Manifest("now.yaml", now), kind), kind, lambda shown: shown)


def priced(amount: str, **others: Any) -> Data:
    return plan(charges=[charge({"amount": amount}, **others)])


OLD = priced("1")
BEFORE_AND_AFTER = [
    ([], priced("2", filters=[EU])),
    ([OLD], priced("2")),
    ([OLD], priced("1", filters=[EU, US])),
    ([priced("1", filters=[EU, US])], priced("1", filters=[US])),
    ([OLD], plan(charges=[])),
    ([plan()], priced("1", filters=[EU])),
    ([OLD], plan(charges=[charge(bent("2"), "graduated")])),
    ([SCALE[0][1]], SCALE[1][1]),
    ([plan(description="a", tax_codes=["vat"])], plan(description=None, tax_codes=["vat", "city"])),
    ([plan(minimum_commitment={"amount_cents": 1})], plan(minimum_commitment={"amount_cents": 2})),
    ([plan(metadata={"a": "1", "b": "2"})], plan(metadata={"a": "3"})),
]


@pytest.mark.parametrize(("before", "after"), BEFORE_AND_AFTER)
def test_the_manifest_of_the_plan_contradicts_nothing(before: list[Data], after: Data) -> None:
    assert not is_contradicted(before, after, after)


@pytest.mark.parametrize(
    ("before", "after", "now"),
    [
        ([], priced("2"), priced("3")),
        ([], priced("2", filters=[EU]), priced("2", filters=[EU, US])),
        ([OLD], priced("2"), priced("3")),
        ([OLD], priced("1", filters=[EU]), priced("1", filters=[{**EU, "properties": {"amount": "5"}}])),
        ([priced("1", filters=[EU, US])], priced("1", filters=[US]), priced("1", filters=[EU, US])),
        ([plan()], priced("2"), priced("3")),
        (
            [SCALE[0][1]],
            SCALE[1][1],
            plan("scale", charges=[tiers((0, 10_000, "0"), (10_001, 100_000, "0.0023"), (100_001, None, "0.0012"))]),
        ),
        ([plan(name="A")], plan(name="B"), plan(name="C")),
        ([plan(metadata={"a": "1"})], plan(metadata={"a": "2"}), plan(metadata={"a": "3"})),
        (
            [plan(minimum_commitment={"amount_cents": 1})],
            plan(minimum_commitment={"amount_cents": 2}),
            plan(minimum_commitment={"amount_cents": 3}),
        ),
    ],
)
def test_another_value_of_what_was_planned_does(before: list[Data], after: Data, now: Data) -> None:
    assert is_contradicted(before, after, now)


def test_what_the_plan_was_not_about_does_not() -> None:
    assert not is_contradicted([OLD], priced("2"), {**priced("2"), "description": "later"})


@pytest.mark.slow
@PROPERTY
@given(organizations(features=True), organizations(features=True))
def test_no_change_is_contradicted_by_its_own_manifest(before: Organization, after: Organization) -> None:
    server = Server(version("1.51"))
    for change in compare(wanted(after), there(before), KINDS, server).changes:
        if not isinstance(change, Delete):
            kind = KINDS[change.address.kind]
            shown = change_document(change, kind, named(change), priced=False)
            [own] = [one for one in wanted(after) if one.address == change.address]
            assert not contradicts(shown, own, kind, lambda document: document), change
