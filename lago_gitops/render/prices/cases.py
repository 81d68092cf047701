"""The prices of a charge: one for the events of each filter, with the price of the same events on the other side."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lago_gitops.core.model.canonical import is_again
from lago_gitops.render.prices.filters import Values, filter_label, moves
from lago_gitops.render.prices.offers import PriceOffer, offer, same
from lago_gitops.render.prices.sides import Fields, Pair
from lago_gitops.render.prices.tiers import Sign


@dataclass(frozen=True, slots=True)
class PriceCase:
    """One price on both sides, with the filter that it belongs to if that differs."""

    label: str
    sign: Sign
    old: PriceOffer | None
    new: PriceOffer | None
    was_of: str | None = None
    now_of: str | None = None


def cases_of(pair: Pair) -> Iterator[PriceCase]:
    yield _case("", *offers_of(pair, pair.old, pair.new))
    was, is_ = _filters(pair.old), _filters(pair.new)
    for values in is_:
        if values in was or pair.old is None:
            yield _case(filter_label(values), *offers_of(pair, was.get(values), is_[values]))
    if pair.new is None:
        yield from (_case(filter_label(values), *offers_of(pair, was[values], None)) for values in was)
    if pair.old is not None and pair.new is not None and tuple(was) != tuple(is_):
        yield from _moved(pair, was, is_)


def _filters(side: Fields | None) -> dict[Values, Fields]:
    """Filters, without those whose values an earlier one has: the earlier one takes all the events."""
    filters: Mapping[Values, Fields] = (side or {}).get("filters") or {}
    return {values: fields for values, fields in filters.items() if not is_again(values)}


def _case(label: str, old: PriceOffer | None, new: PriceOffer | None) -> PriceCase:
    return PriceCase(label, Sign.SAME if same(old, new) else sign_of(old, new), old, new)


def _moved(pair: Pair, was: Mapping[Values, Fields], is_: Mapping[Values, Fields]) -> Iterator[PriceCase]:
    """Events priced by a filter that exists on one side only."""
    for move in moves(tuple(was), tuple(is_), pair.metric):
        old, new = offers_of(
            pair,
            was[move.before] if move.before is not None else pair.old,
            is_[move.after] if move.after is not None else pair.new,
        )
        label = filter_label(move.values)
        if move.after is not None and move.after not in was and (move.before is None or move.before in is_):
            yield PriceCase(label, Sign.NEW, old, new, was_of=_whose(move.before))
        elif move.before is not None and move.before not in is_ and (move.after is None or move.after in was):
            yield PriceCase(label, Sign.GONE, old, new, now_of=_whose(move.after))
        else:
            yield _case(label, old, new)


def _whose(values: Values | None) -> str:
    return "" if values is None else filter_label(values)


def offers_of(pair: Pair, old: Fields | None, new: Fields | None) -> tuple[PriceOffer | None, PriceOffer | None]:
    currencies = pair.currencies
    return offer(pair.old, old, currencies[0]), offer(pair.new, new, currencies[1])


def sign_of(before: object, after: object) -> Sign:
    if before is None:
        return Sign.SAME if after is None else Sign.NEW
    return Sign.GONE if after is None else Sign.CHANGED
