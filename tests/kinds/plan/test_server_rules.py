from typing import Any

import pytest

from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.kinds.plan.server_rules import filters_are_billed, tiers_are_exact
from lago_gitops.kinds.plan.table import PLAN
from tests.kinds.forms import CHARGE, FIXED, as_written
from tests.kinds.forms import PLAN as BARE

PRICE = {"per_unit_amount": "1", "flat_amount": "0"}


def tiers(*bounds: tuple[Any, Any], model: str = "graduated") -> dict[str, Any]:
    found = [{"from_value": start, "to_value": end, **PRICE} for start, end in bounds]
    return {"charge_model": model, "properties": {f"{model}_ranges": found}}


def said(release: tuple[int, int] = (1, 38), **fields: Any) -> list[str]:
    plan = as_written(PLAN, {**BARE, **fields})
    return [f"{one.message} ({one.hint})" for one in tiers_are_exact(plan, Server(release).has)]


EXACT, TOUCHING = ((0, 10), (11, None)), ((0, 10), (10, None))


@pytest.mark.parametrize("model", ["graduated", "volume"])
def test_before_1_45_tiers_start_one_above_the_end_before(model: str) -> None:
    assert said(charges=[{**CHARGE, **tiers(*EXACT, model=model)}]) == []
    assert said(charges=[{**CHARGE, **tiers((0, 10), (12, None), model=model)}]) == [
        f"charges.c.{model}_ranges: before Lago 1.45 a tier must start at 11, not at 12 (start it at 11, or update "
        "Lago to 1.45)"
    ]
    assert said((1, 45), charges=[{**CHARGE, **tiers(*TOUCHING, model=model)}]) == []


def test_the_first_one_starts_at_0() -> None:
    assert [line[:86] for line in said(charges=[{**CHARGE, **tiers((1, None), model="volume")}])] == [
        "charges.c.volume_ranges: before Lago 1.45 a tier must start at 0, not at 1 (start it a"
    ]


def test_of_filters_and_fixed_charges_too() -> None:
    filters = [{"values": {"a": ["b"]}, "properties": tiers(*TOUCHING)["properties"]}]
    charge = {**CHARGE, **tiers(*EXACT), "filters": filters}
    assert [
        line.partition(":")[0] for line in said(charges=[charge], fixed_charges=[{**FIXED, **tiers(*TOUCHING)}])
    ] == [
        "charges.c.filters.graduated_ranges",
        "fixed_charges.f.graduated_ranges",
    ]


def test_charges_without_a_price_have_no_tiers() -> None:
    assert said(charges=[{**CHARGE, "charge_model": "graduated"}, {**CHARGE, "code": "d"}]) == []


def unbilled(*filters: dict[str, list[str]], release: tuple[int, int] = (1, 38), **fields: Any) -> list[str]:
    priced = [{"values": values, "properties": {"amount": "1"}} for values in filters]
    plan = as_written(PLAN, {**BARE, "charges": [{**CHARGE, "filters": priced, **fields}]})
    return [one.message for one in filters_are_billed(plan, Server(release).has)]


# recorded: timing, overlap/same-keys-subset and its neighbours
def test_before_1_39_a_filter_that_contains_another_one_bills_nothing() -> None:
    assert unbilled({"region": ["eu", "us"]}, {"region": ["eu"]}) == [
        "charges.c: before Lago 1.39 no event of the filter {region: eu, us} is billed, because another one has some "
        "of its values"
    ]
    assert len(unbilled({"r": ["eu", "us"], "t": ["gold", "iron"]}, {"r": ["eu"], "t": ["gold"]})) == 1


@pytest.mark.parametrize(
    "filters",
    [
        ({"region": ["eu", "us"]}, {"region": ["eu", "ap"]}),
        ({"region": ["eu"]}, {"region": ["eu"], "tier": ["gold"]}),
        ({"region": ["__ALL_FILTER_VALUES__"]}, {"region": ["eu"]}),
        ({"region": ["eu"]},),
    ],
)
def test_every_other_pair_is_billed(filters: tuple[dict[str, list[str]], ...]) -> None:
    assert unbilled(*filters) == []


def test_so_it_is_in_advance_and_on_later_servers() -> None:
    both = ({"region": ["eu", "us"]}, {"region": ["eu"]})
    assert unbilled(*both, pay_in_advance=True) == unbilled(*both, release=(1, 39)) == []
    assert list(filters_are_billed({}, Server((1, 38)).has)) == []
