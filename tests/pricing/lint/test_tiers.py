import pytest

from tests.pricing.lint.manifests import COUNT, REGIONS, SUM, charge, fixed, found, message, metric, paths, plan, tiered

FLAT = tiered("graduated", (0, 10, 1, 5), (11, None, 2, 0))
FREE = tiered("graduated", (0, 10, 0, 0), (11, None, 2, 0))


def test_a_first_flat_amount_is_billed_without_usage() -> None:
    assert message("zero-usage-flat", SUM, plan(charge("graduated", FLAT))).startswith(
        "$5.00 is billed in every period"
    )


@pytest.mark.parametrize("model", ["graduated", "volume", "graduated_percentage"])
def test_every_model_with_tiers_has_a_first_flat_amount(model: str) -> None:
    assert paths("zero-usage-flat", SUM, plan(charge(model, tiered(model, (0, None, 1, 5))))) == [
        f"charges.0.properties.{model}_ranges.0.flat_amount"
    ]


def test_without_events_nothing_is_paid_in_advance() -> None:
    filters = [{"values": {"region": ["eu"]}, "properties": FLAT}]
    offered = plan(charge("graduated", FLAT, pay_in_advance=True, filters=filters))
    assert not found("zero-usage-flat", REGIONS, offered)
    assert not found("filter-flat", REGIONS, offered)


def test_a_price_that_only_the_server_knows_has_no_flat_amount() -> None:
    assert not found("zero-usage-flat", metric("custom_agg"), plan(charge("custom", {})))


def test_the_flat_amount_of_a_filter_is_its_own_finding() -> None:
    offered = plan(charge("graduated", FREE, filters=[{"values": {"region": ["eu"]}, "properties": FLAT}]))
    assert not found("zero-usage-flat", REGIONS, offered)
    assert paths("filter-flat", REGIONS, offered) == ["charges.0.filters.0.properties.graduated_ranges.0.flat_amount"]


@pytest.mark.parametrize(
    ("starts", "warned"),
    [((10, 20), False), ((11, 21), False), ((10, 21), True), ((11, 20), True)],
    ids=["all touch", "none touches", "the first touches", "the second touches"],
)
def test_tiers_have_to_touch_all_or_not_at_all(starts: tuple[int, int], warned: bool) -> None:
    tiers = tiered("graduated", (0, 10, 1, 0), (starts[0], 20, 2, 0), (starts[1], None, 3, 0))
    assert bool(found("tiers-mixed-bounds", SUM, plan(charge("graduated", tiers)))) is warned
    assert bool(found("tiers-mixed-bounds", plan(fixed_charges=[fixed("graduated", tiers)]))) is warned


def test_the_first_tier_that_touches_is_marked_and_all_are_named() -> None:
    tiers = tiered("graduated", (0, 10, 1, 0), (11, 20, 2, 0), (20, 30, 3, 0), (30, None, 4, 0))
    offered = plan(charge("custom", {}), charge("graduated", tiers))
    assert paths("tiers-mixed-bounds", SUM, offered) == ["charges.1.properties.graduated_ranges.2.from_value"]
    assert message("tiers-mixed-bounds", SUM, offered).endswith("counts one extra unit in tier 3, 4")


def test_an_open_tier_before_the_last_is_left_to_validation() -> None:
    tiers = tiered("graduated", (0, None, 1, 0), (10, None, 2, 0))
    assert not found("tiers-mixed-bounds", SUM, plan(charge("graduated", tiers)))
    assert not found("dead-tier", COUNT, plan(charge("graduated", tiers)))


def test_each_tier_of_a_graduated_percentage_that_touches_is_marked() -> None:
    tiers = tiered("graduated_percentage", (0, 10, 1, 0), (10, 20, 2, 0), (21, None, 3, 0))
    assert paths("percentage-tiers-touch", SUM, plan(charge("graduated_percentage", tiers))) == [
        "charges.0.properties.graduated_percentage_ranges.1.from_value"
    ]


@pytest.mark.parametrize(
    ("model", "second", "dead"),
    [
        ("graduated", (11, None, 1, 0), True),
        ("graduated", (11, None, 1, 5), False),
        ("graduated", (11, None, 2, 0), False),
        ("graduated_percentage", (11, None, 1, 0), True),
        ("volume", (11, None, 1, 0), False),
        ("volume", (11, None, 1, 5), True),
    ],
)
def test_a_tier_is_dead_when_it_costs_what_the_one_before_does(
    model: str, second: tuple[object, ...], dead: bool
) -> None:
    """The flat amount of a volume tier stands for that of the tier before, that of a graduated one comes on top."""
    tiers = tiered(model, (0, 10, 1, 5), second)  # type: ignore[arg-type]
    marked = paths("dead-tier", SUM, plan(charge(model, tiers)))
    assert marked == ([f"charges.0.properties.{model}_ranges.1"] if dead else [])


BETWEEN = tiered("graduated", (0, "1.2", 1, 0), ("1.2", "1.8", 2, 0), ("1.8", None, 3, 0))


def test_a_tier_between_whole_numbers_is_dead_where_units_are_counted() -> None:
    offered = plan(charge("graduated", BETWEEN))
    for counted in (COUNT, metric("unique_count_agg")):
        assert paths("dead-tier", counted, offered) == ["charges.0.properties.graduated_ranges.1"]
    assert not found("dead-tier", SUM, offered)
    assert not found("dead-tier", offered)
    single = tiered("graduated", (0, 10, 1, 0), (10, 11, 2, 0), (11, None, 3, 0))
    assert not found("dead-tier", COUNT, plan(charge("graduated", single)))
    reached = tiered("graduated", (0, "1.2", 1, 0), ("1.2", 2, 2, 0), (2, None, 3, 0))
    assert not found("dead-tier", COUNT, plan(charge("graduated", reached)))
    above = tiered("graduated", (0, 10, 1, 0), (10, "10.5", 2, 0), ("10.5", None, 3, 0))
    assert paths("dead-tier", COUNT, plan(charge("graduated", above))) == ["charges.0.properties.graduated_ranges.1"]


def test_models_without_tiers_have_none_that_is_dead() -> None:
    assert not found("dead-tier", COUNT, plan(charge(), fixed_charges=[fixed("standard", {"amount": "1"})]))
