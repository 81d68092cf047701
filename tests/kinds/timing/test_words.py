"""When a change counts, in words."""

from datetime import date

import pytest

from lago_gitops.core.model.timing import Timing
from lago_gitops.kinds.timing.words import MONTHS, UNKNOWN, PeriodWords, period, when

OCTOBER = period("monthly", date(2027, 10, 31))


def test_months_have_their_english_names() -> None:
    assert [f"{date(2027, month, 1):%B}" for month in range(1, 13)] == list(MONTHS)


@pytest.mark.parametrize(
    ("interval", "ends", "expected"),
    [
        ("monthly", date(2027, 10, 31), PeriodWords("October", "September", "1 November")),
        ("monthly", date(2028, 1, 31), PeriodWords("January", "December", "1 February")),
        ("monthly", date(2028, 2, 28), PeriodWords("the period until 28 February", first_day="29 February")),
        ("weekly", date(2027, 10, 31), PeriodWords("the period until 31 October", first_day="1 November")),
        ("monthly", None, UNKNOWN),
    ],
)
def test_a_period_is_a_month_where_it_is_a_whole_one(interval: str, ends: date | None, expected: PeriodWords) -> None:
    assert period(interval, ends) == expected


@pytest.mark.parametrize(
    ("timing", "drafts", "of", "words"),
    [
        (Timing.ALL, None, OCTOBER,
         "October is billed at the new price from its first day, and so are drafts of September"),
        (Timing.NEW_EVENTS, None, OCTOBER, "events from now on are billed at the new price"),
        (Timing.SPLIT, None, OCTOBER, "October is split at the day of the change"),
        (Timing.NEXT, Timing.ALL, OCTOBER, "from the invoices of 1 November, and on drafts"),
        (Timing.NEXT, Timing.ALL, UNKNOWN, "from the invoices of the next period, and on drafts"),
        (Timing.NEXT, None, OCTOBER, "from the period that starts on 1 November"),
        (Timing.NEXT, None, UNKNOWN, "from the next period"),
        (Timing.FROM_THEN, None, OCTOBER, "invoices from now on"),
    ],
)  # fmt: skip
def test_it_is_said_from_when_on_a_price_counts(
    timing: Timing, drafts: Timing | None, of: PeriodWords, words: str
) -> None:
    assert when(timing, drafts, of) == words
