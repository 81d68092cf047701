"""No harm of any sort ends in a traceback: a few trials of each, `make fuzz` for more."""

import os

import pytest

from tests.fuzz import answers

pytestmark = pytest.mark.slow

TRIALS = int(os.environ.get("EXAMPLES", "60"))


def test_no_harmed_answer_ends_in_a_traceback() -> None:
    with answers.trials() as trial:
        assert {number: fault for number in range(TRIALS) if (fault := trial(number).fault)} == {}
