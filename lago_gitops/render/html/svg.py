"""A price before and after as a chart: lines through exact vertices, with the break-even marked."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from markupsafe import Markup, escape

from lago_gitops.pricing.base.numbers import ZERO, quot
from lago_gitops.pricing.base.words import money
from lago_gitops.render.base.values import printable
from lago_gitops.render.prices.costs import Vertex, bends
from lago_gitops.render.prices.model import PriceChange
from lago_gitops.render.prices.points import round_figure
from lago_gitops.render.prices.words import compact

WIDTH, HEIGHT = 960, 330
LEFT, RIGHT, TOP, BOTTOM = 92, 946, 16, 290  # size of the area with the lines
LINE = 18  # height of a text
STRIP = 96  # height of the chart of the difference
TICKS: Final = 5
MOST_DOTS: Final = 24  # most dots of a line; more would hide it


@dataclass(frozen=True, slots=True)
class _Frame:
    """The range of the axes, in units and in money."""

    units: Decimal
    amount: Decimal

    def x(self, units: Decimal) -> str:
        return _pixel(LEFT + (RIGHT - LEFT) * units / self.units)

    def y(self, amount: Decimal) -> str:
        return _pixel(BOTTOM - (BOTTOM - TOP) * amount / self.amount)


def chart(price: PriceChange, name: str, currency: str, period: str) -> Markup:
    """The chart of a price; empty when it has no line, or a straight one."""
    lines = [line for line in price.lines if line]
    if not any(map(bends, lines)):
        return Markup()
    frame = _frame(price, lines)
    described = f"The cost of {printable(name)} per {period}, from 0 to {compact(frame.units)} units."
    return _joined(
        [
            f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(described)}">',
            *_grid(frame, currency),
            *_line(price.lines[0], "now", frame, currency),
            *_line(price.lines[1], "after", frame, currency),
            *(part for even in _evens(price) for part in _even(even, frame, currency)),
            "</svg>",
        ]
    )


def difference(price: PriceChange, name: str, currency: str) -> Markup:
    """The difference from now: dearer above the axis, cheaper below; empty when the two can't be compared."""
    if price.comparison is None or not all(price.lines) or not any(map(bends, price.lines)):
        return Markup()
    units = _frame(price, price.lines).units
    points = tuple(_differences(price.lines[0], price.lines[1], units))
    most, least = max(amount for _, amount in points), min(amount for _, amount in points)
    if most == least:
        return Markup()
    top, bottom = max(most, ZERO), min(least, ZERO)
    frame = _Strip(units, top, bottom)
    zero = frame.y(ZERO)
    line = " ".join(f"{frame.x(at)},{frame.y(amount)}" for at, amount in points)
    area = f"{frame.x(ZERO)},{zero} {line} {frame.x(units)},{zero}"
    described = (
        f"The change in the cost of {printable(name)}: from {money(least, currency)} to {money(most, currency)}."
    )
    id_ = f"{name}-{currency}".encode().hex()
    bounds = "".join(_bounds(frame, currency))
    return _joined(
        [
            f'<svg viewBox="0 0 {WIDTH} {STRIP}" role="img" aria-label="{escape(described)}">'
            f'<clipPath id="up-{id_}"><rect x="0" y="0" width="{WIDTH}" height="{zero}"/></clipPath>'
            f'<clipPath id="down-{id_}"><rect x="0" y="{zero}" width="{WIDTH}" height="{STRIP}"/></clipPath>'
            f'<polygon class="rise" clip-path="url(#up-{id_})" points="{area}"/>'
            f'<polygon class="fall" clip-path="url(#down-{id_})" points="{area}"/>'
            f'<polyline class="difference" points="{line}"/>'
            f'<line class="axis" x1="{LEFT}" x2="{RIGHT}" y1="{zero}" y2="{zero}"/>'
            f"{bounds}</svg>"
        ]
    )


def _joined(parts: Iterable[str]) -> Markup:
    """All texts in the parts are escaped where they are put in: to let `Markup` do it for each number takes long."""
    return Markup("\n".join(parts))  # noqa: S704


def _bounds(frame: "_Strip", currency: str) -> Iterator[str]:
    """The labels of the axis; zero is left out if it would collide with another."""
    ends = [amount for amount in (frame.top, frame.bottom) if amount]
    apart = all(abs(Decimal(frame.y(ZERO)) - Decimal(frame.y(end))) > LINE for end in ends)
    for amount in (*ends, ZERO) if apart else ends:
        sign = "+" if amount > 0 else "" if amount else "±"
        yield _scale(frame.y(amount), sign + money(amount, currency))


def _scale(y: str, label: str) -> str:
    """A label at the axis of amounts."""
    return f'<text x="{LEFT - 8}" y="{y}" text-anchor="end" dominant-baseline="middle">{escape(label)}</text>'


@dataclass(frozen=True, slots=True)
class _Strip:
    """A low frame with an axis at zero."""

    units: Decimal
    top: Decimal
    bottom: Decimal

    def x(self, units: Decimal) -> str:
        return _pixel(LEFT + (RIGHT - LEFT) * units / self.units)

    def y(self, amount: Decimal) -> str:
        return _pixel(10 + (STRIP - 20) * (self.top - amount) / (self.top - self.bottom))


def _differences(before: Sequence[Vertex], after: Sequence[Vertex], upto: Decimal) -> Iterator[tuple[Decimal, Decimal]]:
    """The vertices of the difference; two at one usage if either side has a step."""
    for units in sorted({one.units for line in (before, after) for one in line if one.units < upto} | {upto}):
        was, is_ = _around(before, units), _around(after, units)
        yield from dict.fromkeys(((units, is_[0] - was[0]), (units, is_[1] - was[1])))


def _around(line: Sequence[Vertex], units: Decimal) -> tuple[Decimal, Decimal]:
    """The cost at a usage, and just above it: they differ at a step."""
    there = [vertex.amount for vertex in line if vertex.units == units]
    if there:
        return there[0], there[-1]
    lower = max((vertex for vertex in line if vertex.units < units), key=lambda vertex: vertex.units)
    low = [vertex for vertex in line if vertex.units == lower.units][-1]
    high = next(vertex for vertex in line if vertex.units > units)
    amount = low.amount + quot(units - low.units, high.units - low.units) * (high.amount - low.amount)
    return amount, amount


def _frame(price: PriceChange, lines: Iterable[Sequence[Vertex]]) -> _Frame:
    """Prices that cross do so in the middle; otherwise the range of the lines."""
    evens = _evens(price)
    units = 2 * evens[-1].units if evens else max(line[-1].units for line in lines)
    top = max(_reached(line, units) for line in lines)
    return _Frame(units or Decimal(1), top or Decimal(1))


def _reached(line: Sequence[Vertex], units: Decimal) -> Decimal:
    """The highest amount for usage up to a limit."""
    return max((vertex.amount for vertex in _cut(line, units)), default=ZERO)


def _cut(line: Sequence[Vertex], units: Decimal) -> Iterator[Vertex]:
    """The line, cut at a usage."""
    last: Vertex | None = None
    for vertex in line:
        if vertex.units > units:
            if last is not None and vertex.units > last.units:
                share = quot(units - last.units, vertex.units - last.units)
                yield Vertex(units, last.amount + share * (vertex.amount - last.amount))
            return
        yield vertex
        last = vertex


def _evens(price: PriceChange) -> Sequence[Vertex]:
    points = price.comparison.break_even if price.comparison else ()
    return tuple(Vertex(one.units, one.amount) for one in points)


def _grid(frame: _Frame, currency: str) -> Iterator[str]:
    for value in _ticks(frame.amount):
        y = frame.y(value)
        yield f'<line class="grid" x1="{LEFT}" x2="{RIGHT}" y1="{y}" y2="{y}"/>'
        yield _scale(y, _short_money(value, currency))
    yield f'<line class="axis" x1="{LEFT}" x2="{RIGHT}" y1="{BOTTOM}" y2="{BOTTOM}"/>'
    for value in _ticks(frame.units):
        yield f'<text x="{frame.x(value)}" y="{BOTTOM + 20}" text-anchor="middle">{escape(compact(value))}</text>'


def _line(line: Sequence[Vertex], side: str, frame: _Frame, currency: str) -> Iterator[str]:
    vertices = tuple(_cut(line, frame.units))
    if not vertices:
        return
    points = [(frame.x(one.units), frame.y(one.amount)) for one in vertices]
    yield f'<polyline class="line line-{side}" points="{" ".join(f"{x},{y}" for x, y in points)}"/>'
    for one, (x, y) in zip(vertices, points, strict=True) if len(vertices) <= MOST_DOTS else ():
        said = f"{side}: {compact(one.units)} units cost {money(one.amount, currency)}"
        yield f'<circle class="dot-{side}" cx="{x}" cy="{y}" r="3"><title>{escape(said)}</title></circle>'


def _even(even: Vertex, frame: _Frame, currency: str) -> Iterator[str]:
    x, y = frame.x(even.units), frame.y(even.amount)
    yield f'<line class="even-line" x1="{x}" x2="{x}" y1="{y}" y2="{BOTTOM}"/>'
    said = f"break-even: {compact(even.units)} units cost {money(even.amount, currency)} now and after"
    yield f'<circle class="even" cx="{x}" cy="{y}" r="5"><title>{escape(said)}</title></circle>'
    above, label = _pixel(Decimal(y) - 12), escape(compact(even.units))
    yield f'<text class="even-text" x="{x}" y="{above}" text-anchor="middle">{label}</text>'


def _ticks(upto: Decimal) -> Iterator[Decimal]:
    """About five round figures, starting at 0."""
    step = _step(quot(upto, Decimal(TICKS)))
    value = ZERO
    while value <= upto:
        yield value
        value += step


def _step(value: Decimal) -> Decimal:
    if value >= 1:
        return round_figure(value)
    power = Decimal(10) ** -(value.adjusted())
    return quot(round_figure(value * power), power)


def _short_money(value: Decimal, currency: str) -> str:
    """Money without trailing zero decimals."""
    return money(value, currency, 0) if value == value.to_integral_value() else money(value, currency)


def _pixel(value: Decimal) -> str:
    return f"{value:.1f}"
