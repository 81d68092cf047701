from lago_gitops.pricing.models.rated import per_unit
from tests.pricing.samples import D


def test_of_no_units_each_costs_nothing() -> None:
    assert (per_unit(D(10), D(4)), per_unit(D(10), D(0))) == (D("2.5"), D(0))
