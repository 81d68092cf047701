import pytest

from lago_gitops.render.prices.words import compact
from tests.render.prices.price_lists import D


@pytest.mark.parametrize(
    ("units", "said"),
    [
        (10, "10"),
        (1000, "1k"),
        (1500, "1.5k"),
        (10_001, "10,001"),
        (2_500_000, "2.5M"),
        (1_060_000, "1.06M"),
        ("0.5", "0.5"),
    ],
)
def test_usages_are_short_without_loss(units: object, said: str) -> None:
    assert compact(D(str(units))) == said
