"""A stand-in for Lago's expression language: arithmetic, a few functions, and the fields of an event."""

import re
from collections.abc import Callable, Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, DecimalException
from typing import Any

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.values.numerals import plain

_TOKENS = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|'([^']*)'|(event(?:\.\w+)+)|(\w+)|([-+*/(),]))")
_FIELDS = frozenset({"code", "timestamp"})
_ROUNDINGS = {"round": ROUND_HALF_UP, "ceil": ROUND_CEILING, "floor": ROUND_FLOOR}
_EXACT = Context(prec=60)

Value = Decimal | str
Node = Callable[[Doc], Value]


def is_valid(expression: str) -> bool:
    try:
        _parsed(expression)
    except (SyntaxError, RecursionError):
        return False
    return True


def evaluated(expression: str, event: Doc) -> str:
    """Raises ValueError if the event lacks a field that the expression needs, or the field isn't a number."""
    try:
        value = _parsed(expression)(event)
    except DecimalException as problem:
        raise ValueError(f"{expression!r} has no value") from problem
    return value if isinstance(value, str) else plain(value)


def _parsed(expression: str) -> Node:
    parser = _Parser(list(_tokens(expression)))
    node = parser.sum()
    parser.take_end()
    return node


def _tokens(expression: str) -> Iterator[tuple[str, str]]:
    """Pairs of a kind (number, text, event, name, sign) and the text of the token."""
    place = 0
    while expression[place:].strip():
        match = _TOKENS.match(expression, place)
        if match is None or match.lastindex is None:
            raise SyntaxError(expression[place:])
        yield ("number", "text", "event", "name", "sign")[match.lastindex - 1], match[match.lastindex]
        place = match.end()


class _Parser:
    """Recursive descent: a sum of products of values."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._rest = [*tokens, ("end", "")]

    def sum(self) -> Node:
        node = self._product()
        while self._rest[0] in (("sign", "+"), ("sign", "-")):
            node = _calculation(self._rest.pop(0)[1], node, self._product())
        return node

    def take_end(self) -> None:
        self._take("end")

    def _product(self) -> Node:
        node = self._value()
        while self._rest[0] in (("sign", "*"), ("sign", "/")):
            node = _calculation(self._rest.pop(0)[1], node, self._value())
        return node

    def _value(self) -> Node:
        kind, token = self._rest.pop(0)
        match kind, token:
            case "number", _:
                return lambda _: Decimal(token)
            case "text", _:
                return lambda _: token
            case "event", _:
                return _lookup(token.split(".")[1:])
            case "name", _:
                return _call(token, self._arguments())
            case "sign", "-":
                return _calculation("-", lambda _: Decimal(0), self._value())
            case "sign", "(":
                node = self.sum()
                self._take("sign", ")")
                return node
        raise SyntaxError(token)

    def _arguments(self) -> list[Node]:
        self._take("sign", "(")
        nodes = [self.sum()]
        while self._rest[0] == ("sign", ","):
            self._rest.pop(0)
            nodes.append(self.sum())
        self._take("sign", ")")
        return nodes

    def _take(self, kind: str, sign: str = "") -> None:
        if self._rest.pop(0) != (kind, sign):
            raise SyntaxError(f"no {sign or kind} where one belongs")


def _lookup(names: list[str]) -> Node:
    if not (names[0] in _FIELDS and len(names) == 1) and not (names[0] == "properties" and len(names) == 2):
        raise SyntaxError(".".join(names))

    def found(event: Doc) -> Value:
        value: Any = event
        for name in names:
            value = value.get(name) if isinstance(value, dict) else None
        if value is None:
            raise ValueError(f"the event has no {'.'.join(names)}")
        return value if isinstance(value, str) else Decimal(str(value))

    return found


def _call(name: str, arguments: list[Node]) -> Node:
    if name == "concat":
        return lambda event: "".join(_shown(node(event)) for node in arguments)
    if name not in _ROUNDINGS or len(arguments) > 2:
        raise SyntaxError(name)

    def rounded(event: Doc) -> Value:
        number, *places = [_number(node(event)) for node in arguments]
        step = Decimal(1).scaleb(-int(places[0]) if places else 0)
        return ((number / step).to_integral_value(_ROUNDINGS[name])) * step

    return rounded


def _calculation(sign: str, left: Node, right: Node) -> Node:
    operation = {"+": _EXACT.add, "-": _EXACT.subtract, "*": _EXACT.multiply, "/": _EXACT.divide}[sign]
    return lambda event: operation(_number(left(event)), _number(right(event)))


def _number(value: Value) -> Decimal:
    return Decimal(value)


def _shown(value: Value) -> str:
    return value if isinstance(value, str) else plain(value)
