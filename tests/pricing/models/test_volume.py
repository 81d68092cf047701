import pytest

from lago_gitops.pricing.base.errors import UnratableError
from lago_gitops.pricing.models import rate
from lago_gitops.pricing.models.usage import Counted, Usage, counted, summed
from tests.pricing.samples import (
    D,
    details,
    units,
    volume,
)


def test_volume_without_a_tier_for_the_usage_makes_no_invoice() -> None:
    with pytest.raises(UnratableError, match="units fall in no volume tier"):
        rate(volume((0, 10, 1, 1), (12, None, 1, 0)), units("10.5"))


def test_volume_of_counted_events_shows_the_text_of_a_float() -> None:
    assert details(volume((0, None, "0.00001", 0)), counted(3))["per_unit_amount"] == "1.0e-05"
    assert details(volume((0, None, "0.00001", 0)), Usage(D(3), D(3), Counted(3, 3)))["per_unit_amount"] == "0.00001"
    assert details(volume((0, None, "0.00001", 0)), summed(D(1), D(2)))["per_unit_amount"] == "0.00001"
