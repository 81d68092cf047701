import pytest

from tests.pricing.lint.manifests import REGIONS, SUM, charge, found, message, paths, plan, tiered

KEYS = {"pricing_group_keys": ["team", "app"]}


def test_every_group_bills_the_first_flat_amount() -> None:
    offered = plan(charge("volume", tiered("volume", (0, None, 1, 5), **KEYS)))
    assert message("group-flat", SUM, offered) == "every group by team, app bills $5.00, and so do events without it"
    assert paths("group-flat", SUM, offered) == ["charges.0.properties.volume_ranges.0.flat_amount"]


def test_the_older_name_of_group_keys_counts() -> None:
    assert found("group-flat", SUM, plan(charge("volume", tiered("volume", (0, None, 1, 5), grouped_by=["team"]))))


def test_without_groups_or_flat_amounts_there_is_nothing_to_say() -> None:
    flat, plain = tiered("volume", (0, None, 1, 5)), tiered("volume", (0, None, 1, 0), **KEYS)
    assert not found("group-flat", SUM, plan(charge("volume", flat)))
    assert not found("group-flat", SUM, plan(charge("volume", plain)))


@pytest.mark.parametrize(
    ("model", "properties", "path", "gift"),
    [
        ("package", {"amount": "1", "package_size": 10, "free_units": 3}, "free_units", "3 free units"),
        ("percentage", {"rate": "1", "free_units_per_events": 2}, "free_units_per_events", "2 free events"),
        (
            "percentage",
            {"rate": "1", "free_units_per_total_aggregation": "100"},
            "free_units_per_total_aggregation",
            "100 free units",
        ),
        ("graduated", tiered("graduated", (0, 10, 0, 0), (11, None, 1, 0)), "graduated_ranges.0", "10 free units"),
        (
            "graduated_percentage",
            tiered("graduated_percentage", (0, 10, 0, 0), (11, None, 1, 0)),
            "graduated_percentage_ranges.0",
            "10 free units",
        ),
    ],
)
def test_every_group_has_free_units(model: str, properties: dict[str, object], path: str, gift: str) -> None:
    offered = plan(charge(model, {**properties, **KEYS}))
    assert paths("group-free-units", SUM, offered) == [f"charges.0.properties.{path}"]
    assert f"has {gift} of its own" in message("group-free-units", SUM, offered)


@pytest.mark.parametrize(
    ("model", "properties"),
    [
        ("package", {"amount": "1", "package_size": 10, "free_units": 0}),
        ("percentage", {"rate": "1"}),
        ("graduated", tiered("graduated", (0, 10, 1, 0), (11, None, 2, 0))),
        ("graduated", tiered("graduated", (0, None, 0, 0))),
        ("standard", {"amount": "1"}),
    ],
)
def test_a_price_without_free_units_gives_no_group_any(model: str, properties: dict[str, object]) -> None:
    assert not found("group-free-units", REGIONS, plan(charge(model, {**properties, **KEYS})))
