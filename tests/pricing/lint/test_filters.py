from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lago_gitops.pricing.catalog import reading
from lago_gitops.pricing.usage.buckets import split
from tests.pricing.lint.manifests import REGIONS, charge, found, message, metric, paths, plan
from tests.pricing.samples import event
from tests.tries import tries

ALL = ["__ALL_FILTER_VALUES__"]
Values = dict[str, list[str]]


def filtered(*values: Values, **others: object) -> dict[str, object]:
    return plan(charge(filters=[{"values": each, "properties": {"amount": "1"}} for each in values], **others))


@pytest.mark.parametrize(
    ("one", "other", "twice"),
    [
        ({"region": ["eu"]}, {"tier": ["cold"]}, True),
        ({"region": ["eu", "us"]}, {"region": ["us", "ap"]}, True),
        ({"region": ["eu"]}, {"region": ["us"]}, False),
        ({"region": ["eu", "us"]}, {"region": ["us"]}, False),
        ({"region": ["us"]}, {"region": ["eu", "us"]}, False),
        ({"region": ["eu"]}, {"region": ["eu"], "tier": ["hot"]}, False),
        ({"region": ["eu"]}, {"region": ALL}, False),
        ({"region": ALL}, {"tier": ALL}, True),
        ({"region": ["eu"], "tier": ["hot"]}, {"region": ["us"], "tier": ["hot"]}, False),
    ],
)
def test_a_pair_bills_twice_unless_one_takes_the_events_of_the_other(one: Values, other: Values, twice: bool) -> None:
    assert bool(found("filters-overlap", REGIONS, filtered(one, other))) is twice


def test_the_later_filter_is_marked_once_with_an_event() -> None:
    offered = filtered({"region": ["eu"]}, {"region": ["us"]}, {"tier": ["cold"]})
    assert paths("filters-overlap", REGIONS, offered) == ["charges.0.filters.2.values"]
    assert "region: eu, tier: cold is billed twice: by this filter and by {region: eu}" in message(
        "filters-overlap", REGIONS, offered
    )
    swapped = filtered({"tier": ["cold"]}, {"region": ["eu"]})
    assert "region: eu, tier: cold is" in message("filters-overlap", REGIONS, swapped)


def test_a_third_filter_for_what_two_share_takes_it_from_both() -> None:
    shared = {"region": ["eu"], "tier": ["cold"]}
    assert not found("filters-overlap", REGIONS, filtered({"region": ["eu"]}, {"tier": ["cold"]}, shared))


def test_in_advance_the_filter_with_most_keys_bills_alone() -> None:
    assert not found("filters-overlap", REGIONS, filtered({"region": ["eu"]}, {"tier": ["hot"]}, pay_in_advance=True))


def test_without_the_metric_nobody_knows_its_values() -> None:
    assert not found("filters-overlap", filtered({"region": ["eu"]}, {"tier": ["hot"]}))


FILTERS = st.dictionaries(
    st.sampled_from(["region", "tier"]),
    st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3, unique=True),
    min_size=1,
    max_size=2,
)
LETTERS = metric(filters=[{"key": key, "values": ["a", "b", "c"]} for key in ("region", "tier")])


@settings(max_examples=tries(200))
@given(st.lists(FILTERS, min_size=1, max_size=4, unique_by=repr))
def test_an_overlap_is_found_exactly_where_the_engine_bills_an_event_twice(values: list[Values]) -> None:
    offered = filtered(*values)
    read = reading.metric(LETTERS)
    priced = reading.charge(offered["charges"][0], {"storage": read})  # type: ignore[index]
    cells = product([None, "a", "b", "c"], repeat=2)
    events = [event(read, 1, 1, **{k: v for k, v in zip(("region", "tier"), cell, strict=True) if v}) for cell in cells]
    twice = any(sum(bool(matching) for _, matching in split(priced, (each,))) > 1 for each in events)
    assert bool(found("filters-overlap", LETTERS, offered)) is twice


KEYS = {"amount": "1", "pricing_group_keys": ["team"]}


@pytest.mark.parametrize(
    ("own", "filters", "warned"),
    [(KEYS, {"amount": "1"}, True), (KEYS, KEYS, False), ({"amount": "1"}, {"amount": "1"}, False)],
)
def test_a_filter_repeats_the_group_keys_of_its_charge(own: object, filters: object, warned: bool) -> None:
    offered = plan(charge(properties=own, filters=[{"values": {"region": ["eu"]}, "properties": filters}]))  # type: ignore[arg-type]
    assert bool(found("filter-without-groups", REGIONS, offered)) is warned
