"""When, in words: months by their name, days by their date, where it is known when a period ends."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from lago_gitops.core.model.timing import Timing

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip


@dataclass(frozen=True, slots=True)
class PeriodWords:
    """The running period, and those beside it, as a sentence names them."""

    running: str = "the running period"
    before: str = "the one before"
    first_day: str = ""  # of the next period; empty where it is not known


UNKNOWN = PeriodWords()


def period(interval: str, ends: date | None) -> PeriodWords:
    """`ends` is the last day of the running period, where all subscriptions have the same."""
    if ends is None:
        return UNKNOWN
    first_day = _day(ends + timedelta(days=1))
    if interval == "monthly" and ends.day == monthrange(ends.year, ends.month)[1]:
        return PeriodWords(MONTHS[ends.month - 1], MONTHS[ends.month - 2], first_day)
    return PeriodWords(f"the period until {_day(ends)}", first_day=first_day)


def when(timing: Timing, drafts: Timing | None, of: PeriodWords) -> str:
    """From when on a price counts that reaches invoices like this: "events from now on"."""
    next_ = f"the period that starts on {of.first_day}" if of.first_day else "the next period"
    match timing:
        case Timing.ALL:
            return f"{of.running} is billed at the new price from its first day, and so are drafts of {of.before}"
        case Timing.NEW_EVENTS:
            return "events from now on are billed at the new price"
        case Timing.SPLIT:
            return f"{of.running} is split at the day of the change"
        case Timing.NEXT if drafts is Timing.ALL:
            return f"from the invoices of {of.first_day or 'the next period'}, and on drafts"
        case Timing.NEXT:
            return f"from {next_}"
        case _:
            return "invoices from now on"


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]}"
