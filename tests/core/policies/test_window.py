"""Windows are those of a named place, and all that is given has to hold."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lago_gitops.core.policies.window import WEEKDAYS, Window, minutes

PARIS = ZoneInfo("Europe/Paris")
FRIDAY = datetime(2026, 11, 27, 15, 30, tzinfo=UTC)  # 16:30 in Paris


def test_a_window_without_anything_always_holds() -> None:
    assert Window(PARIS).has(FRIDAY)


@pytest.mark.parametrize(
    ("hours", "holds"),
    [
        ("16:30-24:00", True),
        ("16:31-24:00", False),
        ("09:00-16:30", False),
        ("22:00-17:00", True),
        ("17:00-09:00", False),
        ("16:30-09:00", True),
        ("16:00-09:00", True),
        ("22:00-16:30", False),
        ("09:00-09:00", True),  # the whole day
    ],
)
def test_hours_are_those_of_the_place_and_may_run_past_midnight(hours: str, holds: bool) -> None:
    start, end = map(minutes, hours.split("-"))
    assert Window(PARIS, hours=(start, end)).has(FRIDAY) is holds


def test_days_of_the_week_have_their_english_names() -> None:
    days = [FRIDAY + timedelta(days=number) for number in range(7)]
    assert {f"{day:%a}".lower() for day in days} == set(WEEKDAYS)
    assert all(Window(PARIS, days=(f"{day:%a}".lower(),)).has(day) for day in days)


def test_the_day_is_that_of_the_place() -> None:
    late = datetime(2026, 11, 27, 23, 30, tzinfo=UTC)  # Saturday in Paris
    assert Window(PARIS, days=("sat",)).has(late)
    assert Window(ZoneInfo("UTC"), days=("fri",)).has(late)
    assert not Window(PARIS, days=("fri",)).has(late)


@pytest.mark.parametrize(
    ("day", "numbers", "holds"),
    [(28, (-1,), True), (27, (-1,), False), (1, (1, 2), True), (3, (1, 2), False), (26, (-3,), True)],
)
def test_days_of_a_month_count_from_either_end(day: int, numbers: tuple[int, ...], holds: bool) -> None:
    assert Window(PARIS, days_of_month=numbers).has(datetime(2027, 2, day, 12, tzinfo=UTC)) is holds


def test_dates_include_their_first_and_last_day() -> None:
    window = Window(PARIS, dates=((date(2026, 11, 20), date(2026, 11, 27)),))
    assert window.has(FRIDAY)
    assert not window.has(datetime(2026, 11, 28, tzinfo=UTC))
    assert Window(PARIS, dates=((date(2027, 1, 1), date(2027, 1, 1)), *window.dates)).has(FRIDAY)


def test_a_moment_is_shown_as_its_place_has_it() -> None:
    assert Window(PARIS).shown(FRIDAY) == "Fri 2026-11-27 16:30 Europe/Paris"
