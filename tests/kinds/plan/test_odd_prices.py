"""What Lago may have of a price, though no manifest can say it."""

from typing import Any

import pytest

from lago_gitops.core.model.canonical import canonical, is_again
from lago_gitops.core.model.field_walk import keyed_at
from lago_gitops.kinds import KINDS
from lago_gitops.render.prices.changes import price_changes

METRIC = {"code": "calls", "aggregation_type": "count_agg", "filters": [{"key": "region", "values": ["eu"]}]}


@pytest.mark.parametrize(
    ("tier", "label"),
    [
        ({"from_value": 0, "to_value": None}, "[0–∞]"),
        ({"from_value": "1.50", "to_value": 10}, "[1.5–10]"),
        ({"from_value": "many", "to_value": "NaN"}, "[many–NaN]"),
    ],
)
def test_a_tier_is_named_by_its_bounds_whatever_they_are(tier: dict[str, Any], label: str) -> None:
    tiers = keyed_at(KINDS, ("plan", "charges", "properties", "graduated_ranges"))

    assert tiers is not None
    assert tiers.label(tier) == label


def plan(*amounts: str) -> dict[str, Any]:
    """A filter of the same values for each amount."""
    filters = [{"values": {"region": ["eu"]}, "properties": {"amount": amount}} for amount in amounts]
    charge = {"code": "calls", "billable_metric_code": "calls", "charge_model": "standard", "filters": filters}
    about = {"code": "basic", "name": "Basic", "interval": "monthly", "amount_cents": 0, "amount_currency": "EUR"}
    return canonical(KINDS["plan"].object, {**about, "charges": [{**charge, "properties": {"amount": "1"}}]})


@pytest.mark.parametrize("before", [None, plan("2", "3"), plan("2")])
def test_a_filter_that_is_there_again_prices_nothing(before: dict[str, Any] | None) -> None:
    found = price_changes(before, plan("4", "5", "6"), {"calls": METRIC})

    assert found is not None
    assert [price.label for charge in found.charges for price in charge.prices if price.label] == ["region=eu"]


def test_what_repeats_an_identity_is_told_from_identities_of_two_parts() -> None:
    assert [is_again(key) for key in ("a", ("a", 2), ("a", "b"), (("region", ("eu",)),), ("a", "b", 2))] == [
        False, True, False, False, False
    ]  # fmt: skip
