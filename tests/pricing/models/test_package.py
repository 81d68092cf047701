from lago_gitops.pricing.models import rate
from tests.pricing.samples import (
    package,
    units,
)


def test_a_package_begun_is_paid_whole() -> None:
    assert rate(package(100, 10), units("10.0001")).amount == 200


def test_a_sliver_that_a_float_loses_opens_no_package() -> None:
    assert rate(package(100, 10), units("10.00000000000000000001")).amount == 100
