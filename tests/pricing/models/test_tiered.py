import pytest

from lago_gitops.pricing.base.errors import UnratableError
from lago_gitops.pricing.models import rate
from tests.pricing.samples import (
    graduated,
    graduated_percentage,
    stepped,
    units,
)


def test_tiers_that_end_are_walked_to_their_end() -> None:
    assert rate(graduated((0, 10, 1, 0)), units(15)).amount == 10
    assert rate(graduated_percentage((0, 10, 100, 0)), units(15)).amount == 10
    assert rate(graduated((0, 5, 1, 1), (6, 10, 1, 1)), stepped([20], [20])).amount == 22


def test_a_bound_that_is_text_fails_as_soon_as_its_tier_is_reached() -> None:
    for tiers in (graduated, graduated_percentage):
        late = tiers((0, 10, 1, 0), (11, "20", 1, 0), (21, None, 1, 0))
        assert rate(late, units(10)).amount
        with pytest.raises(UnratableError, match="is text"):
            rate(late, units(11))
    with pytest.raises(UnratableError, match="is text"):
        rate(graduated_percentage((0, 10, 1, 0), ("11", None, 1, 0)), units(11))
    assert rate(graduated((0, 10, 1, 0), ("11", None, 1, 0)), units(11)).amount == 11
