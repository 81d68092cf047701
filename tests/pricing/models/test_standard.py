from lago_gitops.pricing.models import rate
from tests.pricing.samples import D, standard, units


def test_every_unit_costs_the_same() -> None:
    found = rate(standard("0.5"), units(3))
    assert (found.amount, found.unit_amount) == (D("1.5"), D("0.5"))
