"""Price changes as plain JSON data and back, so that a saved plan can show them again."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from lago_gitops.core.model.canonical import plain
from lago_gitops.render.base.values import printable
from lago_gitops.render.prices.costs import verdict
from lago_gitops.render.prices.model import Figure, PlanChange, Unit

Document = dict[str, Any]
Data = Mapping[str, Any]


def prices_document(change: PlanChange) -> Document:
    """Decimals are strings; each price has its sentence besides the figures."""
    document: Document = _plain(change)
    for charge, shown in zip(change.charges, document["charges"], strict=True):
        for price, price_shown in zip(charge.prices, shown["prices"], strict=True):
            price_shown["verdict"] = verdict(price.comparison) if price.comparison else None
    return document


def read_prices(document: Data) -> PlanChange:
    """The change that a document was created from; its texts are free of control characters."""
    change: PlanChange = _read(PlanChange, document)
    return change


def _plain(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case Decimal():
            return plain(value)
        case tuple():
            return [_plain(item) for item in value]
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {name: _plain(getattr(value, name)) for name in _types(type(value))}
        case _:
            return value


def _read(type_: Any, data: Any) -> Any:
    """The value of a field's type from its data."""
    options = get_args(type_)
    match get_origin(type_):
        case origin if origin is UnionType:
            return None if data is None else _read(next(one for one in options if one is not NoneType), data)
        case origin if origin is tuple and options[-1] is Ellipsis:
            return tuple(_read(options[0], item) for item in data)
        case origin if origin is tuple:
            return tuple(_read(one, item) for one, item in zip(options, data, strict=True))
        case _ if type_ is Figure:
            return _figure(data)
        case _ if isinstance(type_, type) and is_dataclass(type_):
            return type_(**{name: _read(of, data[name]) for name, of in _types(type_).items()})
        case _ if type_ is str:
            return printable(str(data))
        case _:
            return type_(data)


def _figure(data: Data) -> Figure:
    """A figure; only its unit tells whether a string is a number."""
    unit = Unit(data["unit"])
    before, after = (None if data[side] is None else _amount(unit, data[side]) for side in ("before", "after"))
    return Figure(printable(data["label"]), before, after, unit, _read(tuple[str, str], data["per"]))


def _amount(unit: Unit, data: str) -> Decimal | str:
    return printable(data) if unit is Unit.WORD else Decimal(data)


@cache
def _types(type_: type) -> Mapping[str, Any]:
    """The types of a dataclass's fields, in order."""
    hints = get_type_hints(type_)
    return {field.name: hints[field.name] for field in fields(type_)}
