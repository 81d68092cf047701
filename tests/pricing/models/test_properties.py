from lago_gitops.pricing.models import rate
from lago_gitops.pricing.models.properties import with_numeric_bounds
from tests.pricing.samples import (
    D,
    standard,
    units,
)


def test_figures_are_read_as_lago_reads_them() -> None:
    assert [rate(standard(amount), units(1)).amount for amount in ("1e2", " 1 ", ".5", "5.", "1_000")] == [
        100,
        1,
        D("0.5"),
        5,
        1000,
    ]


def test_manifests_may_write_bounds_as_they_like() -> None:
    tier = {"from_value": "0", "to_value": "10", "rate": "1", "flat_amount": "0"}
    read = with_numeric_bounds({"graduated_percentage_ranges": [tier], "pricing_group_keys": ["a"]})
    assert read == {
        "graduated_percentage_ranges": [{**tier, "from_value": D(0), "to_value": D(10)}],
        "pricing_group_keys": ["a"],
    }
