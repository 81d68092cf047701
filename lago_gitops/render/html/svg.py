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
        return _pixel(LEFT + (RIGHT - LEFT) * quot(units, self.units))

    def y(self, amount: Decimal) -> str:
        return _pixel(BOTTOM - (BOTTOM - TOP) * quot(amount, self.amount))


def chart(price: PriceChange, name: str, currency: str, period: str) -> Markup:
    """The chart of a price; empty when it has no line, or a straight one."""
    lines = [line for line in price.lines if line]
    if not any(map(bends, lines)):
        return Markup()
    frame = _frame(price, lines)
    described = f"The cost of {printable(name)} per {period}, from 0 to {compact(frame.units)} units."
    return Markup("\n").join(
        [
            Markup('<svg viewBox="0 0 %s %s" role="img" aria-label="%s">') % (WIDTH, HEIGHT, described),
            *_grid(frame, currency),
            *_line(price.lines[0], "now", frame, currency),
            *_line(price.lines[1], "after", frame, currency),
            *(part for even in _evens(price) for part in _even(even, frame, currency)),
            Markup("</svg>"),
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
    clips = f"{name}-{currency}".encode().hex()
    return Markup(
        '<svg viewBox="0 0 {width} {height}" role="img" aria-label="{described}">'
        '<clipPath id="up-{id}"><rect x="0" y="0" width="{width}" height="{zero}"/></clipPath>'
        '<clipPath id="down-{id}"><rect x="0" y="{zero}" width="{width}" height="{height}"/></clipPath>'
        '<polygon class="rise" clip-path="url(#up-{id})" points="{area}"/>'
        '<polygon class="fall" clip-path="url(#down-{id})" points="{area}"/>'
        '<polyline class="difference" points="{line}"/>'
        '<line class="axis" x1="{left}" x2="{right}" y1="{zero}" y2="{zero}"/>'
        "{bounds}</svg>"
    ).format(
        width=WIDTH, height=STRIP, described=described, id=clips, zero=zero, area=area, line=line,
        left=LEFT, right=RIGHT,
        bounds=Markup().join(_bounds(frame, currency)),
    )  # fmt: skip


def _bounds(frame: "_Strip", currency: str) -> Iterator[Markup]:
    """The labels of the axis; zero is left out if it would collide with another."""
    ends = [amount for amount in (frame.top, frame.bottom) if amount]
    apart = all(abs(Decimal(frame.y(ZERO)) - Decimal(frame.y(end))) > LINE for end in ends)
    for amount in (*ends, ZERO) if apart else ends:
        sign = "+" if amount > 0 else "" if amount else "±"
        yield Markup('<text x="%s" y="%s" text-anchor="end" dominant-baseline="middle">%s</text>') % (
            LEFT - 8,
            frame.y(amount),
            sign + money(amount, currency),
        )


@dataclass(frozen=True, slots=True)
class _Strip:
    """A low frame with an axis at zero."""

    units: Decimal
    top: Decimal
    bottom: Decimal

    def x(self, units: Decimal) -> str:
        return _pixel(LEFT + (RIGHT - LEFT) * quot(units, self.units))

    def y(self, amount: Decimal) -> str:
        return _pixel(10 + (STRIP - 20) * quot(self.top - amount, self.top - self.bottom))


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


def _grid(frame: _Frame, currency: str) -> Iterator[Markup]:
    for value in _ticks(frame.amount):
        y = frame.y(value)
        yield Markup('<line class="grid" x1="%s" x2="%s" y1="%s" y2="%s"/>') % (LEFT, RIGHT, y, y)
        yield Markup('<text x="%s" y="%s" text-anchor="end" dominant-baseline="middle">%s</text>') % (
            LEFT - 8,
            y,
            _short_money(value, currency),
        )
    yield Markup('<line class="axis" x1="%s" x2="%s" y1="%s" y2="%s"/>') % (LEFT, RIGHT, BOTTOM, BOTTOM)
    for value in _ticks(frame.units):
        yield Markup('<text x="%s" y="%s" text-anchor="middle">%s</text>') % (
            frame.x(value),
            BOTTOM + 20,
            compact(value),
        )


def _line(line: Sequence[Vertex], side: str, frame: _Frame, currency: str) -> Iterator[Markup]:
    vertices = tuple(_cut(line, frame.units))
    if not vertices:
        return
    points = " ".join(f"{frame.x(one.units)},{frame.y(one.amount)}" for one in vertices)
    yield Markup('<polyline class="line line-%s" points="%s"/>') % (side, points)
    for one in vertices if len(vertices) <= MOST_DOTS else ():
        said = f"{side}: {compact(one.units)} units cost {money(one.amount, currency)}"
        yield Markup('<circle class="dot-%s" cx="%s" cy="%s" r="3"><title>%s</title></circle>') % (
            side,
            frame.x(one.units),
            frame.y(one.amount),
            said,
        )


def _even(even: Vertex, frame: _Frame, currency: str) -> Iterator[Markup]:
    x, y = frame.x(even.units), frame.y(even.amount)
    yield Markup('<line class="even-line" x1="%s" x2="%s" y1="%s" y2="%s"/>') % (x, x, y, BOTTOM)
    said = f"break-even: {compact(even.units)} units cost {money(even.amount, currency)} now and after"
    yield Markup('<circle class="even" cx="%s" cy="%s" r="5"><title>%s</title></circle>') % (x, y, said)
    yield Markup('<text class="even-text" x="%s" y="%s" text-anchor="middle">%s</text>') % (
        x,
        _pixel(Decimal(y) - 12),
        escape(compact(even.units)),
    )


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
