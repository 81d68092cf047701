"""Changes of a price's tiers, boundary by boundary: dearer, split, merged, moved."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from lago_gitops.pricing.base.numbers import ONE, ZERO
from lago_gitops.pricing.base.words import figure
from lago_gitops.pricing.models.tiered import Tier

Tiers = Sequence[Tier]


class Sign(StrEnum):
    SAME = "same"
    CHANGED = "changed"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class TierRow:
    """A stretch of usage with one price before and one after; None on a side without tiers.

    `price` is per unit, or in per cent. `flat` is added at the start of the stretch or, for a volume tier, to the
    whole tier. `split_at`: the old tier extended to `was_end`, and is cut there.
    """

    start: Decimal
    end: Decimal | None
    price_before: Decimal | None
    price_after: Decimal | None
    flat_before: Decimal | None
    flat_after: Decimal | None
    sign: Sign
    note: str = ""
    inner: bool = False  # a part of the tier of the row above
    split_at: tuple[Decimal, ...] = ()
    was_end: Decimal | None = None


@dataclass(frozen=True, slots=True)
class _Piece:
    """Usage up to `end`, and the indexes of the tiers that hold it; `begins`: it is the first piece of that tier."""

    start: Decimal
    end: Decimal | None
    was: int
    is_: int
    was_begins: bool
    is_begins: bool


def tier_rows(before: Tiers, after: Tiers, *, adds_up: bool = True) -> tuple[TierRow, ...]:
    """One row per piece between neighbouring bounds of either side.

    `adds_up`: flat amounts add up tier by tier, as in graduated prices; volume prices have only one tier's.
    """
    pieces = tuple(_pieces(before, after))
    return tuple(_row(at, pieces, (before, after), adds_up=adds_up) for at in range(len(pieces)))


def bounds(*sides: Tiers) -> tuple[Decimal, ...]:
    """Ends of tiers on either side, the smallest first."""
    return tuple(sorted({tier.to_value for tiers in sides for tier in tiers if tier.to_value is not None}))


def _pieces(before: Tiers, after: Tiers) -> Iterator[_Piece]:
    sides = tuple(side for side in (after, before) if side)
    step = next((found for side in sides if (found := _step(side)) is not None), ONE)
    start, was, is_ = sides[0][0].from_value, -1, -1
    for end in (*bounds(before, after), None):
        next_was, next_is = _holding(before, end), _holding(after, end)
        yield _Piece(start, end, next_was, next_is, next_was != was, next_is != is_)
        start, was, is_ = (end or ZERO) + step, next_was, next_is


def _step(tiers: Tiers) -> Decimal | None:
    """The distance between the end of a tier and the start of the next; None for a single tier."""
    return next((upper.from_value - (lower.to_value or ZERO) for lower, upper in pairwise(tiers)), None)


def _holding(tiers: Tiers, end: Decimal | None) -> int:
    """The index of the tier that reaches to `end`; −1 when there are no tiers."""
    reaching = (
        at for at, tier in enumerate(tiers) if tier.to_value is None or (end is not None and tier.to_value >= end)
    )
    return next(reaching, -1)


def _row(at: int, pieces: tuple[_Piece, ...], sides: tuple[Tiers, Tiers], *, adds_up: bool) -> TierRow:
    piece = pieces[at]
    was = sides[0][piece.was] if piece.was >= 0 else None
    is_ = sides[1][piece.is_] if piece.is_ >= 0 else None
    before, flat_before = _prices(was, begins=piece.was_begins or not adds_up)
    after, flat_after = _prices(is_, begins=piece.is_begins or not adds_up)
    changes = Sign.SAME if (before, flat_before) == (after, flat_after) else Sign.CHANGED
    sign = Sign.NEW if was is None else Sign.GONE if is_ is None else changes
    row = TierRow(piece.start, piece.end, before, after, flat_before, flat_after, sign)
    return row if was is None or is_ is None else _bounded(row, piece, pieces, was)


def _prices(tier: Tier | None, *, begins: bool) -> tuple[Decimal | None, Decimal | None]:
    """Per unit, and flat."""
    return (None, None) if tier is None else (tier.unit_price, tier.flat_amount if begins else ZERO)


def _bounded(row: TierRow, piece: _Piece, pieces: tuple[_Piece, ...], was: Tier) -> TierRow:
    """The row with changes of its bounds in words."""
    match piece.was_begins, piece.is_begins:
        case False, True:
            return _beginning(row, piece, pieces)
        case True, False:
            return _ended(row, piece, pieces)
        case _:
            cuts = tuple(_cuts(piece, pieces)) if piece.was_begins else ()
            if not cuts:
                return row
            note = "split at " + ", ".join(map(figure, cuts))
            return replace(row, sign=Sign.CHANGED, note=note, split_at=cuts, was_end=was.to_value)


def _beginning(row: TierRow, piece: _Piece, pieces: tuple[_Piece, ...]) -> TierRow:
    """A tier begins inside an old one: a new tier, or one whose start has moved."""
    origin = _origin(piece, pieces)
    if origin is None:
        return replace(row, sign=Sign.NEW, note="new tier", inner=True)
    return replace(row, note=f"starts at {figure(row.start)}, not {figure(origin.start)}")


def _ended(row: TierRow, piece: _Piece, pieces: tuple[_Piece, ...]) -> TierRow:
    """An old tier began here and none does now: it is merged, or its start has moved."""
    if any(each.was == piece.was and each.is_begins for each in pieces):
        return replace(row, note="now in the tier below")
    begin = next(each for each in pieces if each.is_ == piece.is_)
    if not begin.was_begins and _origin(begin, pieces) is piece:
        return row
    return replace(row, sign=Sign.GONE, note="merged into the tier above", inner=True)


def _origin(piece: _Piece, pieces: tuple[_Piece, ...]) -> _Piece | None:
    """The old tier of a tier that begins with this piece, inside an old one; None for a new tier.

    It is the rest of an old tier whose start another one has taken, or else the first tier that begins inside it.
    """
    around = next(each for each in pieces if each.was == piece.was)
    if not around.is_begins:
        return around
    return next((each for each in pieces if each.is_ == piece.is_ and each.was_begins), None)


def _cuts(piece: _Piece, pieces: tuple[_Piece, ...]) -> Iterator[Decimal]:
    """The ends of the remains of an old tier when new tiers begin inside it."""
    for lower, upper in pairwise(pieces):
        inside = upper.was == piece.was and upper.is_begins and not upper.was_begins
        if inside and lower.end is not None and _origin(upper, pieces) is None:
            yield lower.end
