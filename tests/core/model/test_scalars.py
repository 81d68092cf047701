import time
from decimal import Decimal
from typing import Any

import pytest

from lago_gitops.core.model.scalars import decimal, granted_text, moment, plain


# recorded: num-get reads each of these as it was sent
@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("10.0", "10"),
        (" 1 ", "1"),
        ("1_000", "1000"),
        ("+1", "1"),
        ("1e2", "100"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1e400", "1e400"),
    ],
)
def test_numbers_are_read_as_lago_reads_them(text: str, number: str) -> None:
    assert decimal(text) == Decimal(number)


@pytest.mark.parametrize("value", ["abc", "NaN", "Infinity", "1e401", "1e-401", True, None, [1]])
def test_what_is_no_number_or_too_long_to_write_out_stays_as_it_is(value: Any) -> None:
    assert decimal(value) is value


@pytest.mark.parametrize(
    ("number", "text"), [("100", "100"), ("1E+2", "100"), ("0.0020", "0.002"), ("-0.0", "0"), ("-1.50", "-1.5")]
)
def test_plain_numbers_have_no_exponent_and_no_zeros_at_the_end(number: str, text: str) -> None:
    assert plain(Decimal(number)) == text


# recorded: coup-08, coup-11
@pytest.mark.parametrize(
    "text", ["2064-12-13 12:00:00", "2064-12-13T13:00:00+01:00", "2064-12-13T12:00:00.9Z", "2064-12-13T12:00:00Z"]
)
def test_moments_are_in_utc_to_the_second(text: str) -> None:
    assert moment(text) == "2064-12-13T12:00:00Z"


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone of a process can't be set here")
def test_a_time_without_a_zone_is_in_utc_wherever_this_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        found = moment("2064-12-13 12:00:00")
    time.tzset()
    assert found == "2064-12-13T12:00:00Z"


@pytest.mark.parametrize("value", ["soon", 5, "0001-01-01T00:00:00+14:00"])
def test_what_is_no_moment_stays_as_it_is(value: Any) -> None:
    assert moment(value) == value


def test_values_of_privileges_are_kept_as_text() -> None:
    assert [granted_text(value) for value in (True, 25, "Gold")] == ["true", "25", "Gold"]
