"""Time zones by Lago's names."""

from zoneinfo import ZoneInfo

_ELSEWHERE = {"GMT+12": "Etc/GMT+12"}


def zone(name: str) -> ZoneInfo:
    """Raises ZoneInfoNotFoundError for an unknown name."""
    return ZoneInfo(_ELSEWHERE.get(name, name))
