"""Price changes as plain JSON data and back, so that a saved plan can show them again."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from functools import cache, lru_cache
from types import NoneType, UnionType
from typing import Any, Final, cast, get_args, get_origin, get_type_hints

from lago_gitops.core.model.scalars import plain
from lago_gitops.render.base.values import printable
from lago_gitops.render.prices.costs import verdict
from lago_gitops.render.prices.model import Figure, PlanChange, Unit

Document = dict[str, Any]
Data = Mapping[str, Any]
_Written = dict[int, list[Any]]  # by identity, since charges share the comparisons of pairs of prices
_NUMBERS_KEPT: Final = 8_192  # price lists repeat theirs, and costs their zeros
_AS_IS: Final = frozenset({str, int, bool, NoneType})


def prices_document(change: PlanChange) -> Document:
    """Decimals are strings; each price has its sentence besides the figures. What prices share is shared here, too."""
    document: Document = _plain(change, {})
    for charge, shown in zip(change.charges, document["charges"], strict=True):
        for price, price_shown in zip(charge.prices, shown["prices"], strict=True):
            price_shown["verdict"] = verdict(price.comparison) if price.comparison else None
    return document


def read_prices(document: Data) -> PlanChange:
    """The change that a document was created from; its texts are free of control characters."""
    change: PlanChange = _reader(PlanChange)(document)
    return change


def _plain(value: Any, written: _Written) -> Any:
    type_ = value.__class__
    return value if type_ in _AS_IS else _writer(type_)(value, written)


@cache
def _writer(type_: type) -> Callable[[Any, _Written], Any]:
    """What turns values of a type into data."""
    if issubclass(type_, Enum):
        return lambda value, _: value.value
    if type_ is Decimal:
        return lambda value, _: _number(value)
    if issubclass(type_, tuple):
        return _list
    if is_dataclass(type_):
        names = tuple(_types(type_))
        return lambda value, written: {name: _plain(getattr(value, name), written) for name in names}
    return lambda value, _: value


def _list(values: tuple[Any, ...], written: _Written) -> list[Any]:
    found = written.get(id(values))
    if found is None:
        found = written[id(values)] = [_plain(value, written) for value in values]
    return found


_number = lru_cache(_NUMBERS_KEPT)(plain)


@cache
def _reader(type_: Any) -> Callable[[Any], Any]:
    """What turns data into values of a field's type."""
    options = get_args(type_)
    match get_origin(type_):
        case origin if origin is UnionType:
            some = _reader(next(one for one in options if one is not NoneType))
            return lambda data: None if data is None else some(data)
        case origin if origin is tuple and options[-1] is Ellipsis:
            each = _reader(options[0])
            return lambda data: tuple([each(item) for item in data])
        case origin if origin is tuple:
            readers = tuple(map(_reader, options))
            return lambda data: tuple([read(item) for read, item in zip(readers, data, strict=True)])
        case _ if type_ is Figure:
            return _figure
        case _ if isinstance(type_, type) and is_dataclass(type_):
            of = {name: _reader(found) for name, found in _types(type_).items()}
            return lambda data: type_(**{name: read(data[name]) for name, read in of.items()})
        case _ if type_ is str:
            return lambda data: printable(str(data))
        case _:
            return cast("Callable[[Any], Any]", type_)


def _figure(data: Data) -> Figure:
    """A figure; only its unit tells whether a string is a number."""
    unit = Unit(data["unit"])
    before, after = (None if data[side] is None else _amount(unit, data[side]) for side in ("before", "after"))
    return Figure(printable(data["label"]), before, after, unit, _reader(tuple[str, str])(data["per"]))


def _amount(unit: Unit, data: str) -> Decimal | str:
    return printable(data) if unit is Unit.WORD else Decimal(data)


@cache
def _types(type_: type) -> Mapping[str, Any]:
    """The types of a dataclass's fields, in order."""
    hints = get_type_hints(type_)
    return {field.name: hints[field.name] for field in fields(type_)}
