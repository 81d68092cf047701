"""Months, days and times as files have them: parts of which schemas put patterns together."""

from typing import Final

MONTH: Final = r"20[0-9]{2}-(0[1-9]|1[0-2])"
DAY_OF_MONTH: Final = r"(0[1-9]|[12][0-9]|3[01])"
DAY: Final = rf"{MONTH}-{DAY_OF_MONTH}"
TIME: Final = r"([01][0-9]|2[0-3]):[0-5][0-9]"  # to the minute
INSTANT: Final = rf"{DAY}T{TIME}(:[0-5][0-9])?"  # without its offset
