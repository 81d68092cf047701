from datetime import date

import pytest

from lago_gitops.sandbox.base.clock import days_after, moment


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("2099-01-01", "2099-01-01T00:00:00+00:00"),
        ("2064-12-13 12:00:00", "2064-12-13T12:00:00+00:00"),
        ("2099-01-01T00:00:00+05:00", "2098-12-31T19:00:00+00:00"),
    ],
)
def test_a_time_without_a_zone_is_utc(sent: str, shown: str) -> None:
    found = moment(sent)
    assert found is not None
    assert found.isoformat() == shown


@pytest.mark.parametrize("sent", [None, 5, "tomorrow", ""])
def test_what_is_no_time_is_none(sent: object) -> None:
    assert moment(sent) is None


def test_a_term_of_millions_of_years_ends_with_the_last_day_there_is() -> None:
    assert days_after(date(2026, 1, 1), 30) == date(2026, 1, 31)
    assert days_after(date(2026, 1, 1), 2**31 - 1) == date.max
