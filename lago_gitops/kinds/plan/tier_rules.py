"""Where Lago lets the tiers of a price begin and end."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from lago_gitops.core.model.kind import Finding, Path
from lago_gitops.core.model.scalars import plain

TIER_FIELDS = ("graduated_ranges", "graduated_percentage_ranges", "volume_ranges")


def tiers_join(properties: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    """Every unit falls into a tier: from 0 on, one after the other, the last one open.

    A graduated tier starts where the one before ends or one above it, a volume tier one or two above it: so does Lago
    check. What it accepts and then can't bill is for the lint to say.
    """
    for name in TIER_FIELDS:
        tiers = properties.get(name)
        if tiers is not None:
            yield from _joined(tiers, (*path, name), 1 if name == "volume_ranges" else 0)


def _joined(tiers: Sequence[Mapping[str, Any]], path: Path, step: int) -> Iterator[Finding]:
    if not tiers:
        yield Finding(path, "there are no tiers", "one from 0 to null is enough")
    expected: Decimal | int = 0
    for index, tier in enumerate(tiers):
        start, end = _bound(tier["from_value"]), tier["to_value"]
        last = index == len(tiers) - 1
        if start not in (expected, expected + 1):
            yield Finding((*path, index, "from_value"), *_misplaced(start, expected, first=index == 0))
        if last and end is not None:
            yield Finding(
                (*path, index, "to_value"), "the last tier has an end", "its to_value must be null: usage has no limit"
            )
        if not last and end is None:
            yield Finding(
                (*path, index, "to_value"),
                "a tier without an end is followed by another",
                "only the last tier can be open-ended",
            )
        if end is None:
            return
        upto = _bound(end)
        if upto <= start and not last:
            yield Finding(
                (*path, index, "to_value"), f"the tier ends at {_plain(upto)}, not above its start {_plain(start)}"
            )
        expected = upto + step


def _bound(written: Any) -> Decimal | int:
    """Most are whole numbers, and counted as such."""
    return written if type(written) is int else Decimal(written)


def _plain(number: Decimal | int) -> str:
    return plain(Decimal(number))


def _misplaced(start: Decimal | int, expected: Decimal | int, *, first: bool) -> tuple[str, str]:
    if first:
        return f"the first tier starts at {_plain(start)}", "it must start at 0"
    words = "overlaps the previous one" if start < expected else "leaves a gap after the previous one"
    return (
        f"the tier that starts at {_plain(start)} {words}",
        f"start it at {_plain(expected)} or {_plain(expected + 1)}",
    )
