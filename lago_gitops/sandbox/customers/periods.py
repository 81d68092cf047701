"""Billing periods of subscriptions, in whole days of UTC."""

from calendar import monthrange
from datetime import date, timedelta

_MONTHS = {"monthly": 1, "quarterly": 3, "semiannual": 6, "yearly": 12}


def period_of(interval: str, billing_time: str, begun: date, day: date) -> tuple[date, date]:
    """The first day of the period that `day` lies in, and the first day of the next one.

    Calendar periods begin on Mondays or firsts, those of an anniversary on the day of `begun`, or on the last day
    of a month that is too short for it.
    """
    if interval == "weekly":
        start = day - timedelta(days=(day - (date.min if billing_time == "calendar" else begun)).days % 7)
        return start, start + timedelta(days=7)
    months = _MONTHS[interval]
    if billing_time == "calendar":
        start = date(day.year, (day.month - 1) // months * months + 1, 1)
        return start, _months_on(start, months, 1)
    elapsed = (day.year - begun.year) * 12 + day.month - begun.month
    count = elapsed // months
    if _months_on(begun, count * months, begun.day) > day:
        count -= 1
    return _months_on(begun, count * months, begun.day), _months_on(begun, (count + 1) * months, begun.day)


def _months_on(start: date, months: int, day: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(day, monthrange(year, month + 1)[1]))
