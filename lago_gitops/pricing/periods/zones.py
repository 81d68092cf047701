"""Time zones by the names that Lago has for them."""

from zoneinfo import ZoneInfo

_ELSEWHERE = {"GMT+12": "Etc/GMT+12"}


def zone(name: str) -> ZoneInfo:
    """Raises ZoneInfoNotFoundError for a name that is none."""
    return ZoneInfo(_ELSEWHERE.get(name, name))
