from decimal import Decimal

import pytest

from lago_gitops.core.policies.rule import Bounds


@pytest.mark.parametrize(
    ("bounds", "admitted"),
    [
        (Bounds(), [True, True, True]),
        (Bounds(at_least=Decimal(5)), [False, True, True]),
        (Bounds(at_most=Decimal(5)), [True, True, False]),
        (Bounds(Decimal(5), Decimal(5)), [False, True, False]),
    ],
)
def test_bounds_are_inclusive(bounds: Bounds, admitted: list[bool]) -> None:
    assert [bounds.admit(value) for value in (4, 5, 6)] == admitted


def test_what_is_not_known_may_be_within() -> None:
    assert Bounds(Decimal(5), Decimal(5)).admit(None)
