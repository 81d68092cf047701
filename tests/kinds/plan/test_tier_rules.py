from typing import Any

import pytest

from lago_gitops.kinds.plan.tier_rules import tiers_join


def found(name: str, *bounds: tuple[Any, Any]) -> list[tuple[tuple[str | int, ...], str]]:
    tiers = [{"from_value": start, "to_value": end} for start, end in bounds]
    return [(one.path, one.message) for one in tiers_join({name: tiers}, ("properties",))]


def graduated(*bounds: tuple[Any, Any]) -> list[tuple[tuple[str | int, ...], str]]:
    return found("graduated_ranges", *bounds)


def volume(*bounds: tuple[Any, Any]) -> list[tuple[tuple[str | int, ...], str]]:
    return found("volume_ranges", *bounds)


# recorded: grad-05, grad-06, vol-01, vol-02
@pytest.mark.parametrize("start", [0, 1, "1.0"])
def test_the_first_tier_starts_at_zero_or_one(start: Any) -> None:
    assert graduated((start, None)) == volume((start, None)) == []


def test_and_nowhere_else() -> None:
    assert graduated((2, None)) == [(("properties", "graduated_ranges", 0, "from_value"), "the first tier starts at 2")]


@pytest.mark.parametrize("start", [10, 11, "10.0"])
def test_a_graduated_tier_starts_where_the_one_before_ends_or_one_above(start: Any) -> None:
    assert graduated((0, 10), (start, None)) == []
    assert found("graduated_percentage_ranges", (0, 10), (start, None)) == []


@pytest.mark.parametrize("start", [11, 12])
def test_a_volume_tier_starts_one_or_two_above_the_end_of_the_one_before(start: int) -> None:
    assert volume((0, 10), (start, None)) == []


# recorded: grad-07, vol-03
def test_a_gap_and_an_overlap_are_named_as_such() -> None:
    place = ("properties", "graduated_ranges", 1, "from_value")
    assert graduated((0, 10), (12, None)) == [(place, "the tier that starts at 12 leaves a gap after the previous one")]
    assert graduated((0, 10), (9.5, None)) == [(place, "the tier that starts at 9.5 overlaps the previous one")]
    assert volume((0, 10), (10, None)) == [
        (("properties", "volume_ranges", 1, "from_value"), "the tier that starts at 10 overlaps the previous one")
    ]


def test_what_would_help_is_where_the_tier_could_start() -> None:
    tiers = [{"from_value": 0, "to_value": 10}, {"from_value": 20, "to_value": None}]
    assert [one.hint for one in tiers_join({"volume_ranges": tiers}, ())] == ["start it at 11 or 12"]
    assert [one.hint for one in tiers_join({"volume_ranges": tiers[1:]}, ())] == ["it must start at 0"]


def test_tiers_of_percentages_join_as_tiers_of_units_do() -> None:
    place = ("properties", "graduated_percentage_ranges", 1, "from_value")
    assert found("graduated_percentage_ranges", (0, 10), (12, None)) == [
        (place, "the tier that starts at 12 leaves a gap after the previous one")
    ]


def test_there_is_a_tier() -> None:
    assert graduated() == [(("properties", "graduated_ranges"), "there are no tiers")]


def test_the_last_tier_is_open_and_only_the_last() -> None:
    for end in (10, 0):
        assert graduated((0, end)) == [(("properties", "graduated_ranges", 0, "to_value"), "the last tier has an end")]
    assert graduated((0, None), (1, None)) == [
        (("properties", "graduated_ranges", 0, "to_value"), "a tier without an end is followed by another")
    ]


# recorded: grad-12
def test_a_tier_ends_above_its_start() -> None:
    assert graduated((0, 0), (1, None)) == [
        (("properties", "graduated_ranges", 0, "to_value"), "the tier ends at 0, not above its start 0")
    ]


def test_properties_without_tiers_have_none_to_join() -> None:
    assert list(tiers_join({"amount": "1"}, ())) == []
