from dataclasses import replace

import pytest

from lago_gitops.pricing.base.rules import rules_of
from lago_gitops.pricing.catalog.items import ALL_VALUES, Aggregation, Charge, ChargeFilter, Metric
from lago_gitops.pricing.usage.aggregations import relevant
from lago_gitops.pricing.usage.buckets import (
    Bucket,
    as_billed,
    best_filter,
    closing_levels,
    display_name,
    split,
    usages,
)
from lago_gitops.pricing.usage.events import Event
from tests.pricing.samples import COUNT, MEMBERS, D, charge, event, span, standard

REGIONS = (("region", ("eu", "us", "ap")), ("tier", ("hot", "cold")))
STORAGE = Metric("storage", Aggregation.SUM, "gb", filter_values=REGIONS)
STOCK = Metric("stock", Aggregation.WEIGHTED_SUM, "v", recurring=True)

Values = dict[str, tuple[str, ...]]


def filtered(*filters: Values) -> Charge:
    return charge(
        STORAGE, standard(1), filters=tuple(ChargeFilter(tuple(each.items()), standard(2)) for each in filters)
    )


def stored(**properties: object) -> Event:
    return event(STORAGE, 1, "1", **properties)


def hits(charge_: Charge, event_: Event) -> list[int]:
    """Positions of the buckets that an event goes to; the last one is the default bucket."""
    found = split(charge_, relevant(STORAGE, (event_,), span()))
    return [at for at, (_, events) in enumerate(found) if events]


@pytest.mark.parametrize(
    ("filters", "properties", "expected"),
    [
        ([{"region": ("eu",)}], {"region": "eu"}, [0]),
        ([{"region": ("eu",)}], {"region": "us"}, [1]),
        ([{"region": ("eu",)}], {}, [1]),
        ([{"region": (ALL_VALUES,)}], {"region": "ap"}, [0]),
        ([{"region": (ALL_VALUES,)}], {"region": "mars"}, [1]),
        # a filter with more keys takes what it shares
        (
            [{"region": ("eu", "us")}, {"region": (ALL_VALUES,), "tier": ("cold",)}],
            {"region": "eu", "tier": "cold"},
            [1],
        ),
        ([{"region": ("eu",)}, {"region": ("us",), "tier": ("cold",)}], {"region": "eu", "tier": "cold"}, [0]),
        # with the same keys: the older twin, the subset, or both
        ([{"region": ("eu",)}, {"region": ("eu",)}], {"region": "eu"}, [0]),
        ([{"region": ("eu", "us")}, {"region": ("us",)}], {"region": "us"}, [1]),
        ([{"region": ("eu", "us")}, {"region": ("us", "ap")}], {"region": "us"}, [0, 1]),
        (
            [{"region": ("eu", "us"), "tier": ("hot",)}, {"region": ("eu",), "tier": ("hot",)}],
            {"region": "eu", "tier": "hot"},
            [1],
        ),
        (
            [{"region": ("eu", "us"), "tier": ("hot",)}, {"region": ("eu",), "tier": ("hot", "cold")}],
            {"region": "eu", "tier": "hot"},
            [0, 1],
        ),
        ([{"region": ("eu",)}, {"region": ("eu", "eu")}], {"region": "eu"}, []),  # each is a subset of the other
        # other keys exclude nothing
        ([{"region": ("eu",)}, {"tier": ("cold",)}], {"region": "eu", "tier": "cold"}, [0, 1]),
    ],
)
def test_where_an_event_goes(filters: list[Values], properties: dict[str, object], expected: list[int]) -> None:
    assert hits(filtered(*filters), stored(**properties)) == expected


def test_in_advance_the_filter_with_most_keys_wins_and_of_equals_the_first() -> None:
    charge_ = filtered({"region": ("eu",)}, {"tier": ("hot",)}, {"region": ("eu",), "tier": ("hot",)})
    assert best_filter(charge_, stored(region="eu", tier="hot")) is charge_.filters[2]
    assert best_filter(filtered({"region": ("eu",)}, {"tier": ("hot",)}), stored(region="eu", tier="hot")) == (
        ChargeFilter((("region", ("eu",)),), standard(2))
    )
    assert best_filter(charge_, stored()) is None


def test_a_filter_is_called_by_its_name_or_its_values() -> None:
    values = (("region", (ALL_VALUES,)), ("tier", ("cold", "hot")))
    assert display_name(ChargeFilter(values, standard(1))) == "region, cold, hot"
    assert display_name(ChargeFilter(values, standard(1), invoice_display_name="Europe")) == "Europe"


def test_a_missing_or_empty_group_value_is_a_group_of_its_own() -> None:
    charge_ = charge(COUNT, standard(1), group_keys=("team",))
    events = (event(COUNT, 1, team="a"), event(COUNT, 2), event(COUNT, 3, team=""))
    found = usages(charge_, events, span())
    assert [(each.bucket.group, each.usage.units) for each in found] == [((("team", "a"),), 1), ((("team", None),), 2)]


def test_without_events_there_is_one_empty_group() -> None:
    (found,) = usages(charge(COUNT, standard(1), group_keys=("team",)), (), span())
    assert (found.bucket.group, found.usage.units) == ((("team", None),), 0)


def test_a_member_that_left_before_the_period_is_paid_a_day_only_in_groups() -> None:
    before = (event(MEMBERS, 5, "a", month=9), event(MEMBERS, 20, "a", month=9, operation_type="remove"))
    alone = charge(MEMBERS, standard(1), prorated=True)
    grouped = replace(alone, group_keys=("team",))
    assert [usages(each, before, span())[-1].usage.units for each in (alone, grouped)] == [0, D("0.03226")]


def test_levels_of_other_charges_and_filters_make_no_group() -> None:
    eu = ChargeFilter((("region", ("eu",)),), standard(2), group_keys=("team",))
    charge_ = replace(charge(STOCK, standard(1)), filters=(eu,))
    team = (("team", "a"),)
    levels = {("stock", Bucket(eu, team)): D(10), ("other", Bucket(eu, (("team", "b"),))): D(5)}
    found = usages(charge_, (), span(), levels)
    assert [(each.bucket.group, each.usage.units) for each in found] == [(team, 10), ((), 0)]


def test_a_group_that_stands_at_a_level_goes_on_without_events() -> None:
    charge_ = charge(STOCK, standard(1), group_keys=("team",))
    first = usages(charge_, (event(STOCK, 1, "10", team="a"),), span())
    levels = dict(closing_levels(charge_, first))
    assert levels == {("stock", Bucket(group=(("team", "a"),))): D(10)}
    (second,) = usages(charge_, (), span(), levels)
    assert second.usage.units == 10


def test_other_metrics_carry_no_level() -> None:
    charge_ = charge(COUNT, standard(1))
    assert dict(closing_levels(charge_, usages(charge_, (event(COUNT, 1),), span()))) == {}


EVENTS = (
    {"region": "eu", "tier": "hot"},
    {"region": "eu", "tier": "cold"},
    {"region": "us", "tier": "hot"},
    {"region": "ap"},
    {},
)


# recorded: timing, overlap; five events at 1, filters at 10 and 100 each
@pytest.mark.parametrize(
    ("first", "second", "later", "on_1_38"),
    [
        ({"region": ("eu", "us")}, {"region": ("eu",)}, 212, 202),
        ({"region": ("eu", "us")}, {"region": ("eu", "ap")}, 331, 331),
        ({"region": ("eu",)}, {"region": ("eu",)}, 23, 3),
        ({"region": ("eu",)}, {"region": ("eu",), "tier": ("hot",)}, 113, 113),
        ({"region": (ALL_VALUES,)}, {"region": ("eu",)}, 221, 221),
        (
            {"region": ("eu", "us"), "tier": ("hot", "cold")},
            {"region": ("eu",), "tier": ("hot",)},
            122,
            102,
        ),
        (
            {"region": ("eu", "us"), "tier": ("hot",)},
            {"region": ("eu",), "tier": ("hot", "cold")},
            222,
            222,
        ),
        ({"region": (ALL_VALUES,), "tier": ("hot",)}, {"region": (ALL_VALUES,), "tier": ("hot",)}, 23, 23),
    ],
)
def test_an_old_server_bills_nothing_of_a_filter_that_contains_another_one(
    first: Values, second: Values, later: int, on_1_38: int
) -> None:
    prices = zip((first, second), (10, 100), strict=True)
    filters = tuple(ChargeFilter(tuple(values.items()), standard(price)) for values, price in prices)
    both = charge(STORAGE, standard(1), filters=filters)

    def billed(release: tuple[int, int]) -> int:
        found = split(as_billed(both, rules_of(release)), tuple(stored(**each) for each in EVENTS))
        return sum(len(events) * price for (_, events), price in zip(found, (10, 100, 1), strict=True))

    assert (billed((1, 39)), billed((1, 38))) == (later, on_1_38)
