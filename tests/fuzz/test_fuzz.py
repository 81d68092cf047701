"""No harm of any sort ends in a traceback: a few trials of each, `make fuzz` for more."""

import os

import pytest

from tests.fuzz.__main__ import SORTS

pytestmark = pytest.mark.slow

TRIALS = int(os.environ.get("EXAMPLES", "30"))


@pytest.mark.parametrize("sort", SORTS)
def test_no_harm_ends_in_a_traceback(sort: str) -> None:
    with SORTS[sort]() as trial:
        assert {number: fault for number in range(TRIALS) if (fault := trial(number).fault)} == {}
